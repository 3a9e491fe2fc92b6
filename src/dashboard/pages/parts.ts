import type { CreatedLink, EventSummary, VerdictSummary } from "../event-model.ts";
import { type Content, html, type Markup } from "../html.ts";
import { isRunKind, type RunKind, type RunSummary } from "../run-model.ts";
import { linkTo, type Visit } from "../visit.ts";
import { durationText, timeText } from "./layout.ts";

/** A state as a word with a mark; the mark is for the eye only. */
export function badge(state: string, text: string): Markup {
  return html`<span class="badge ${state}">${text}</span>`;
}

/** A table whose cells name their column, for narrow screens. */
export function table(caption: string, columns: readonly string[], rows: readonly (readonly Content[])[]): Markup {
  return html`<div class="scroll"><table><caption class="hidden">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, index) => tableCell(columns[index] ?? "", html`${cell}`))}</tr>
`,
  )}</tbody></table></div>`;
}

/** The content is one box, so that a narrow screen can set it beside the column's name. */
function tableCell(column: string, content: Markup): Markup {
  return html`<td data-column="${column}">${content.text !== "" && html`<div>${content}</div>`}</td>`;
}

/** A part of a page that is fetched anew when one of the resources changes. */
export function liveSection(id: string, resources: readonly string[], content: Content): Markup {
  return html`<section id="${id}" data-resources="${resources.join(" ")}">${content}</section>`;
}

export function runLink(visit: Visit, kind: RunKind, namespace: string, name: string): Markup {
  return html`<a href="${linkTo(visit, ["runs", kind, namespace, name])}">${name}</a>`;
}

export function eventLink(visit: Visit, namespace: string, id: string): Markup {
  return html`<a class="id" href="${linkTo(visit, ["events", namespace, id])}">${id.slice(0, 13)}</a>`;
}

/** Objects that an event's trigger created; runs have pages. */
export function createdLinks(visit: Visit, created: readonly CreatedLink[], namespace: string): Content {
  return created.map((object) => {
    const plural = `${object.kind.toLowerCase()}s`;
    const home = object.namespace ?? namespace;
    const name = isRunKind(plural) ? runLink(visit, plural, home, object.name) : object.name;
    return html`<span class="created">${object.kind} ${name}</span> `;
  });
}

export function verdictBadge(visit: Visit, verdict: VerdictSummary): Markup {
  const { state } = verdict;
  const text = Object.hasOwn(visit.messages.verdictNames, state) ? visit.messages.verdictNames[state] : state;
  return badge(state, text);
}

export function eventTable(visit: Visit, events: readonly EventSummary[]): Markup {
  const { messages } = visit;
  return table(
    messages.events,
    [messages.received, messages.event, messages.listener, messages.type, messages.repository, messages.verdicts],
    events.map((event) => [
      timeText(visit, event.receivedAt),
      eventLink(visit, event.namespace, event.id),
      html`${visit.namespace === undefined && html`<span class="muted">${event.namespace}/</span>`}${event.listener}`,
      event.type,
      event.repository,
      event.verdicts.length === 0
        ? badge("none", event.isFinished ? messages.verdictNames.none : messages.pending)
        : html`<ul class="plain">${event.verdicts.map(
            (verdict) =>
              html`<li>${verdict.trigger} ${verdictBadge(visit, verdict)} ${createdLinks(visit, verdict.created, event.namespace)}</li>`,
          )}</ul>`,
    ]),
  );
}

export function runTable(visit: Visit, caption: string, runs: readonly RunSummary[]): Markup {
  const { messages } = visit;
  return table(
    caption,
    [messages.run, messages.state, messages.started, messages.duration, messages.event, messages.message],
    runs.map((run) => [
      html`${visit.namespace === undefined && html`<span class="muted">${run.namespace}/</span>`}${runLink(visit, run.kind, run.namespace, run.name)}`,
      badge(run.state, messages.stateNames[run.state]),
      timeText(visit, run.startedAt ?? run.createdAt),
      durationText(visit, run.startedAt, run.completedAt),
      run.eventId !== undefined && eventLink(visit, run.namespace, run.eventId),
      html`<span class="clip" title="${run.message}">${run.message}</span>`,
    ]),
  );
}

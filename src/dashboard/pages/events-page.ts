import type { Status } from "../../api/object.ts";
import type { Result } from "../../result.ts";
import { verdictStates } from "../event-model.ts";
import { html, type Markup } from "../html.ts";
import type { EventFilter, EventPage } from "../queries.ts";
import { linkTo, type SignedInVisit } from "../visit.ts";
import { commands, page, refusal } from "./layout.ts";
import { eventTable, liveSection } from "./parts.ts";

/** Events, newest first, with the filter that the URL holds. */
export function eventsPage(visit: SignedInVisit, filter: EventFilter, events: Result<EventPage, Status>): Markup {
  const { messages } = visit;
  const isFiltered = [
    filter.listener,
    filter.trigger,
    filter.verdict,
    filter.repository,
    filter.since,
    filter.until,
  ].some((value) => value !== undefined);
  return page(visit, {
    title: messages.events,
    signedIn: visit,
    content: html`<h1>${messages.events}</h1>
${filterForm(visit, filter, isFiltered)}
${liveSection("events", filter.continue === undefined ? ["triggerevents"] : [], events.ok ? list(visit, filter, events.value, isFiltered) : refusal(visit, events.error))}`,
  });
}

function filterForm(visit: SignedInVisit, filter: EventFilter, isFiltered: boolean): Markup {
  const { messages } = visit;
  const text = (name: "listener" | "trigger" | "repository" | "since" | "until", label: string, hint = "") =>
    html`<span class="field"><label for="filter-${name}">${label}</label><input id="filter-${name}" name="${name}" value="${filter[name]}" placeholder="${hint}" size="12" autocomplete="off" spellcheck="false"></span>`;
  return html`<form class="filter" method="get" action="/events">
<input type="hidden" name="namespace" value="${visit.namespace}">
${text("listener", messages.listener)}
${text("trigger", messages.trigger)}
<span class="field"><label for="filter-verdict">${messages.verdict}</label><select id="filter-verdict" name="verdict"><option value="">${messages.any}</option>${verdictStates.map(
    (state) =>
      html`<option value="${state}"${state === filter.verdict && html` selected`}>${messages.verdictNames[state]}</option>`,
  )}</select></span>
${text("repository", messages.repository)}
${text("since", messages.since, messages.sinceHelp)}
${text("until", messages.until)}
<button>${messages.filter}</button>
${isFiltered && html`<a href="${linkTo(visit, ["events"])}">${messages.clearFilters}</a>`}
</form>`;
}

function list(visit: SignedInVisit, filter: EventFilter, events: EventPage, isFiltered: boolean): Markup {
  const { messages } = visit;
  if (events.items.length === 0) {
    return isFiltered || filter.continue !== undefined
      ? html`<p class="empty">${messages.noMatch}</p>`
      : html`<div class="empty"><p>${messages.noEventsYet}</p>${commands(["tektite el list -A", "tektite el logs NAME --namespace NAMESPACE --follow"])}</div>`;
  }
  const { listener, trigger, verdict, repository, since, until } = filter;
  const parameters = { listener, trigger, verdict, repository, since, until };
  return html`${eventTable(visit, events.items)}
<p class="pager">${filter.continue !== undefined && html`<a href="${linkTo(visit, ["events"], parameters)}">${messages.newest}</a> `}${events.continue !== undefined && html`<a rel="next" href="${linkTo(visit, ["events"], { ...parameters, continue: events.continue })}">${messages.older}</a>`}</p>`;
}

import { html, type Markup } from "../html.ts";
import type { EventCounts, ListenerSummary, Overview } from "../queries.ts";
import { linkTo, type SignedInVisit } from "../visit.ts";
import { commands, page, refusal } from "./layout.ts";
import { badge, liveSection, runTable, table } from "./parts.ts";

/** What there is, what came in, what goes on, what failed. */
export function overviewPage(visit: SignedInVisit, overview: Overview): Markup {
  const { messages } = visit;
  const { listeners, events, runs } = overview;
  return page(visit, {
    title: messages.overview,
    signedIn: visit,
    content: html`<h1>${messages.overview}</h1>
${liveSection("listeners", ["eventlisteners"], html`<h2>${messages.listeners}</h2>${listeners.ok ? listenerTable(visit, listeners.value) : refusal(visit, listeners.error)}`)}
${liveSection("events-today", ["triggerevents"], html`<h2>${messages.lastDay}</h2>${events.ok ? eventCounts(visit, events.value, listeners.ok ? listeners.value[0] : undefined) : refusal(visit, events.error)}`)}
${liveSection(
  "runs-active",
  ["pipelineruns"],
  html`<h2>${messages.runsInProgress}</h2>${!runs.ok ? refusal(visit, runs.error) : runs.value.total === 0 ? noRuns(visit) : runs.value.active.length === 0 ? html`<p class="empty">${messages.nothingRuns}</p>` : runTable(visit, messages.runsInProgress, runs.value.active)}`,
)}
${
  runs.ok &&
  runs.value.total > 0 &&
  liveSection(
    "runs-failed",
    ["pipelineruns"],
    html`<h2>${messages.lastFailures}</h2>${runs.value.failed.length === 0 ? html`<p class="empty">${messages.noFailures}</p>` : runTable(visit, messages.lastFailures, runs.value.failed)}`,
  )
}`,
  });
}

function listenerTable(visit: SignedInVisit, listeners: readonly ListenerSummary[]): Markup {
  const { messages } = visit;
  if (listeners.length === 0) {
    return html`<div class="empty"><p>${messages.noListeners}</p>${commands(["tektite apply -f examples/hello", "tektite el list -A"])}</div>`;
  }
  return table(
    messages.listeners,
    [messages.listener, messages.state, messages.webhook, messages.triggers, messages.reason],
    listeners.map((listener) => [
      html`<a href="${linkTo(visit, ["events"], { namespace: listener.namespace, listener: listener.name })}">${listener.namespace}/${listener.name}</a>`,
      listener.isReady ? badge("succeeded", messages.ready) : badge("failed", messages.notReady),
      html`<code>${visit.webhooks === undefined ? listener.address : `${visit.webhooks}/${listener.namespace}/${listener.name}`}</code>`,
      listener.triggers.join(", "),
      listener.reason,
    ]),
  );
}

function eventCounts(visit: SignedInVisit, counts: EventCounts, listener: ListenerSummary | undefined): Markup {
  const { messages } = visit;
  if (counts.total === 0) {
    const name = listener?.name ?? "NAME";
    const namespace = listener?.namespace ?? "default";
    return html`<div class="empty"><p>${messages.noEventsYet}</p>${commands([`tektite el describe ${name} --namespace ${namespace}`, `tektite el logs ${name} --namespace ${namespace} --follow`])}</div>`;
  }
  const verdicts = (Object.keys(counts.byVerdict) as (keyof EventCounts["byVerdict"])[]).filter(
    (state) => counts.byVerdict[state] > 0,
  );
  return html`<p>${messages.eventCount(counts.total, counts.isCapped)}</p>
<ul class="tiles">${verdicts.map((state) => {
    const content = html`<b>${counts.byVerdict[state]}</b> ${badge(state, messages.verdictNames[state])}`;
    return state === "none"
      ? html`<li>${content}</li>`
      : html`<li><a href="${linkTo(visit, ["events"], { verdict: state, since: "24h" })}">${content}</a></li>`;
  })}</ul>
${sparkline(visit, counts.perMinute)}`;
}

function sparkline({ messages }: SignedInVisit, perMinute: readonly number[]): Markup {
  const most = Math.max(...perMinute, 1);
  return html`<figure><svg class="sparkline" viewBox="0 0 ${perMinute.length * 4} 32" preserveAspectRatio="xMinYMid meet" role="img" aria-label="${messages.perMinute}: ${messages.minuteRange(Math.max(...perMinute))}">${perMinute.map(
    (count, index) =>
      html`<rect x="${index * 4}" y="${32 - Math.max(1, (count / most) * 32)}" width="3" height="${Math.max(1, (count / most) * 32)}"></rect>`,
  )}</svg><figcaption>${messages.perMinute}: ${messages.minuteRange(Math.max(...perMinute))}</figcaption></figure>`;
}

function noRuns({ messages }: SignedInVisit): Markup {
  return html`<div class="empty"><p>${messages.noRunsYet}</p>${commands(["tektite run list -A", "kubectl create -f pipelinerun.yaml"])}</div>`;
}

import type { JsonValue } from "../../json/value.ts";
import type { PairRecord, StoredEvent } from "../../triggers/event-journal.ts";
import { type Explanation, explainPairs, explainSilence } from "../../triggers/explain.ts";
import type { ResolvedParam } from "../../triggers/params.ts";
import { decodeEventBody } from "../../triggers/params.ts";
import type { InterceptorVerdict } from "../../triggers/verdict.ts";
import { type Content, html, type Markup } from "../html.ts";
import { shown } from "../object-fields.ts";
import { linkTo, type SignedInVisit } from "../visit.ts";
import { jsonTree } from "./json-tree.ts";
import { commands, csrfField, page, timeText } from "./layout.ts";
import { createdLinks, eventLink, liveSection, table, verdictBadge } from "./parts.ts";

const maxValues = 3000;
/** A larger body is not unfolded here. */
const maxTreeBytes = 4 * 1024 * 1024;

/** An event: what was sent, and for each trigger the path it took. `replayRefusal`: why this account may not replay. */
export function eventPage(visit: SignedInVisit, stored: StoredEvent, replayRefusal: string | undefined): Markup {
  const { messages } = visit;
  const { event, pairs } = stored;
  const { namespace } = event.listener;
  const explanations = explainPairs(pairs);
  return page(visit, {
    title: `${messages.event} ${event.id.slice(0, 13)}`,
    signedIn: visit,
    content: html`<h1>${messages.event} <span class="id">${event.id}</span></h1>
<dl class="facts">
<dt>${messages.listener}</dt><dd>${namespace}/${event.listener.name}</dd>
<dt>${messages.received}</dt><dd>${timeText(visit, new Date(event.receivedAtMs).toISOString())}</dd>
${event.repository !== undefined && html`<dt>${messages.repository}</dt><dd>${event.repository}</dd>`}
${event.replayOf !== undefined && html`<dt>${messages.replayOf}</dt><dd>${eventLink(visit, namespace, event.replayOf)}</dd>`}
</dl>
${liveSection(
  "what-happened",
  ["triggerevents"],
  html`<h2>${messages.whatHappened}</h2>
${pairs.length === 0 ? html`<p class="empty">${explainSilence(stored)}</p>` : pairs.map((pair, index) => pairCard(visit, pair, explanations[index]))}`,
)}
<h2>${messages.request}</h2>
<p><code>${event.method} ${event.url}</code></p>
<details id="headers"><summary>${messages.headers}</summary><p class="muted">${messages.hashNote}</p>
${table(
  messages.headers,
  [messages.name, messages.value],
  Object.entries(event.header).flatMap(([name, values]) =>
    values.map((value) => [html`<code>${name}</code>`, html`<code>${value}</code>`]),
  ),
)}</details>
<h3>${messages.body}</h3>
<p class="muted">${messages.bytes(event.body.length)} · <a href="${linkTo(visit, ["events", namespace, event.id, "body"])}">${messages.raw}</a></p>
${body(visit, event.body)}
<h2>${messages.replay}</h2>
${replay(visit, stored, replayRefusal)}
<h2>${messages.commands}</h2>
${commands([
  `tektite events explain ${event.id} --namespace ${namespace}`,
  `tektite events replay ${event.id} --namespace ${namespace} --wait`,
  `tektite events export ${event.id} --namespace ${namespace} --format test --file event.test.yaml`,
])}`,
  });
}

function pairCard(visit: SignedInVisit, pair: PairRecord, explanation: Explanation | undefined): Markup {
  const { messages } = visit;
  const { verdict, created, state } = pair;
  const name = pair.trigger.name === "" ? pair.trigger.path : pair.trigger.name;
  return html`<article class="card"><h3>${name} ${verdictBadge(visit, { trigger: name, state, message: "", created })}</h3>
<p lang="en">${explanation?.summary}</p>
${created.length > 0 && html`<h4>${messages.createdObjects}</h4><p>${createdLinks(visit, created, pair.trigger.namespace)}</p>`}
${verdict !== undefined && verdict.interceptors.length > 0 && html`<h4>${messages.interceptors}</h4>${interceptors(visit, verdict.interceptors)}`}
${
  verdict !== undefined &&
  verdict.params.length > 0 &&
  html`<h4>${messages.params}</h4>${table(
    messages.params,
    [messages.name, messages.value, messages.source],
    verdict.params.map((param) => [param.name, html`<code>${param.value}</code>`, sourceText(visit, param)]),
  )}`
}
${explanation !== undefined && explanation.details.length > 0 && html`<details id="explain-${pair.trigger.path}"><summary>tektite events explain</summary><pre lang="en">${explanation.details.join("\n")}</pre></details>`}
</article>`;
}

function interceptors(visit: SignedInVisit, verdicts: readonly InterceptorVerdict[]): Markup {
  const { messages } = visit;
  const marks = { continue: "created", stop: "filtered", error: "failed" } as const;
  return table(
    messages.interceptors,
    [messages.interceptor, messages.verdict, messages.message, messages.evidence],
    verdicts.map(({ name, decision, message, evidence = [] }) => [
      name,
      html`<span class="badge ${marks[decision]}">${messages.decisions[decision]}</span>`,
      message,
      evidence.length > 0 &&
        html`<ul class="plain">${evidence.map(
          ({ subject, value, error }) =>
            html`<li><code>${subject}</code> ${error === undefined ? html`= <code>${shownValue(value)}</code>` : error}</li>`,
        )}</ul>`,
    ]),
  );
}

/** A string with its quotes, as expressions write it. */
function shownValue(value: JsonValue | undefined): string {
  return typeof value === "string" ? JSON.stringify(value) : shown(value);
}

function sourceText({ messages }: SignedInVisit, { source }: ResolvedParam): Content {
  if (source.kind === "default") return messages.templateDefault;
  const { binding, expressions } = source;
  const where = binding.kind === "inline" ? messages.inlineBinding : `${binding.kind} ${binding.name}`;
  return html`${where}${expressions.map(({ text, error }) => html` <code>${text}</code>${error !== undefined && html` (${error})`}`)}`;
}

function body({ messages }: SignedInVisit, bytes: Uint8Array): Markup {
  if (bytes.length === 0) return html`<p class="empty">${messages.emptyBody}</p>`;
  const decoded = bytes.length > maxTreeBytes ? undefined : decodeEventBody(bytes);
  if (decoded === undefined) return html`<p class="empty">${messages.tooManyValues}</p>`;
  if (!decoded.ok) return html`<p class="empty">${messages.notJson}</p>`;
  const { markup, isWhole } = jsonTree(decoded.value, maxValues);
  return html`${markup}${!isWhole && html`<p class="note">${messages.tooManyValues}</p>`}`;
}

function replay(visit: SignedInVisit, { event }: StoredEvent, refusal: string | undefined): Markup {
  const { messages } = visit;
  const why = visit.isReadOnly ? messages.readOnly : refusal === undefined ? undefined : messages.notAllowed(refusal);
  if (why !== undefined)
    return html`<p><button disabled aria-describedby="no-replay">${messages.replay}</button> <span id="no-replay">${why}</span></p>`;
  return html`<p>${messages.replayHelp}</p><details id="replay" class="confirm"><summary>${messages.replay}</summary>
<form method="post" action="${linkTo(visit, ["events", event.listener.namespace, event.id, "replay"])}">${csrfField(visit.session.csrfToken)}<button class="primary">${messages.confirm(messages.replay)}</button></form></details>`;
}

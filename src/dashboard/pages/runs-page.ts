import type { Status } from "../../api/object.ts";
import type { Result } from "../../result.ts";
import { html, type Markup } from "../html.ts";
import { type RunKind, type RunState, type RunSummary, runStates } from "../run-model.ts";
import { linkTo, type SignedInVisit } from "../visit.ts";
import { commands, page, refusal } from "./layout.ts";
import { liveSection, runTable } from "./parts.ts";

/** How many runs a page shows. */
const maxShownRuns = 200;

/** Runs of a kind, newest first; `state` narrows them. */
export function runsPage(
  visit: SignedInVisit,
  { kind, state }: { readonly kind: RunKind; readonly state: RunState | undefined },
  runs: Result<readonly RunSummary[], Status>,
): Markup {
  const { messages } = visit;
  return page(visit, {
    title: messages.runs,
    signedIn: visit,
    content: html`<h1>${messages.runs}</h1>
<form class="filter" method="get" action="/runs">
<input type="hidden" name="namespace" value="${visit.namespace}">
<span class="field"><label for="filter-kind">${messages.kind}</label><select id="filter-kind" name="kind">
${(["pipelineruns", "taskruns"] as const).map((option) => html`<option value="${option}"${option === kind && html` selected`}>${option === "pipelineruns" ? "PipelineRun" : "TaskRun"}</option>`)}</select></span>
<span class="field"><label for="filter-state">${messages.state}</label><select id="filter-state" name="state"><option value="">${messages.any}</option>
${runStates.map((option) => html`<option value="${option}"${option === state && html` selected`}>${messages.stateNames[option]}</option>`)}</select></span>
<button>${messages.filter}</button>
${state !== undefined && html`<a href="${linkTo(visit, ["runs"], { kind })}">${messages.clearFilters}</a>`}
</form>
${liveSection("runs", [kind], runs.ok ? list(visit, state, runs.value) : refusal(visit, runs.error))}`,
  });
}

function list(visit: SignedInVisit, state: RunState | undefined, all: readonly RunSummary[]): Markup {
  const { messages } = visit;
  const runs = state === undefined ? all : all.filter((run) => run.state === state);
  if (runs.length === 0) {
    return all.length > 0
      ? html`<p class="empty">${messages.noMatch}</p>`
      : html`<div class="empty"><p>${messages.noRunsYet}</p>${commands(["tektite run list -A", "kubectl create -f pipelinerun.yaml"])}</div>`;
  }
  return html`${runTable(visit, messages.runs, runs.slice(0, maxShownRuns))}${runs.length > maxShownRuns && html`<p class="note">${messages.onlyFirst(maxShownRuns)}</p>`}`;
}

import type { Status } from "../../api/object.ts";
import type { Result } from "../../result.ts";
import { cancelModes } from "../actions.ts";
import { html, type Markup } from "../html.ts";
import type { ObjectEvent } from "../queries.ts";
import { isActive, type NamedValue, type RunDetail, type RunTask } from "../run-model.ts";
import { linkTo, type SignedInVisit } from "../visit.ts";
import { csrfField, durationText, page, refusal, timeText } from "./layout.ts";
import { badge, eventLink, liveSection, runLink, table } from "./parts.ts";

/** Why actions are not offered to this account; undefined where they are. */
export interface RunRefusals {
  readonly cancel: string | undefined;
  readonly rerun: string | undefined;
}

/** A run: how it went, its tasks, what went in and what came out, and what can be done with it. */
export function runPage(
  visit: SignedInVisit,
  run: RunDetail,
  { events, refusals }: { readonly events: Result<readonly ObjectEvent[], Status>; readonly refusals: RunRefusals },
): Markup {
  const { messages } = visit;
  const { kind, namespace, name } = run;
  const kindName = kind === "pipelineruns" ? "PipelineRun" : "TaskRun";
  return page(visit, {
    title: `${kindName} ${name}`,
    signedIn: visit,
    content: html`<h1>${kindName} <span class="id">${name}</span></h1>
${liveSection(
  "run",
  ["pipelineruns", "taskruns"],
  html`<p class="headline">${badge(run.state, messages.stateNames[run.state])} ${run.reason.toLowerCase() !== run.state && html`<span class="muted">${run.reason}</span>`} ${durationText(visit, run.startedAt, run.completedAt)}</p>
${run.message !== "" && html`<p class="message">${run.message}</p>`}
<dl class="facts">
<dt>${messages.namespace}</dt><dd>${namespace}</dd>
<dt>${messages.started}</dt><dd>${timeText(visit, run.startedAt ?? run.createdAt)}</dd>
${run.eventId !== undefined && html`<dt>${messages.causedBy}</dt><dd>${eventLink(visit, namespace, run.eventId)} (${run.listener}${run.trigger !== undefined && ` / ${run.trigger}`})</dd>`}
${run.pipelineRun !== undefined && html`<dt>${messages.partOf}</dt><dd>${runLink(visit, "pipelineruns", namespace, run.pipelineRun)}</dd>`}
</dl>
<p><a class="button" href="${linkTo(visit, ["runs", kind, namespace, name, "logs"])}">${messages.logs}</a> <a class="button" href="${linkTo(visit, ["runs", kind, namespace, name, "yaml"])}">YAML</a></p>
<h2>${messages.tasks}</h2>
${taskTable(visit, run)}
${values(visit, messages.results, run.results)}`,
)}
${values(visit, messages.params, run.params)}
${values(visit, messages.workspaces, run.workspaces)}
<h2>${messages.conditions}</h2>
${liveSection(
  "conditions",
  ["pipelineruns", "taskruns"],
  table(
    messages.conditions,
    [messages.type, messages.state, messages.reason, messages.message],
    run.conditions.map(({ type, status, reason, message }) => [type, status, reason, message]),
  ),
)}
<h2>${messages.kubernetesEvents}</h2>
${liveSection("kubernetes-events", ["pipelineruns", "taskruns"], eventsAbout(visit, events))}
${values(
  visit,
  messages.labels,
  Object.entries(run.labels).map(([label, value]) => ({ name: label, value })),
)}
<h2>${messages.actions}</h2>
${liveSection("actions", ["pipelineruns", "taskruns"], actions(visit, run, refusals))}`,
  });
}

function taskTable(visit: SignedInVisit, run: RunDetail): Markup {
  const { messages } = visit;
  const startMs = Date.parse(run.startedAt ?? run.createdAt ?? "");
  const endMs = run.completedAt === undefined ? visit.nowMs : Date.parse(run.completedAt);
  return table(
    messages.tasks,
    [messages.task, messages.state, messages.duration, messages.timeline, messages.steps, messages.message],
    run.tasks.map((task) => [
      html`${task.name === undefined || run.kind === "taskruns" ? task.task : html`<a href="${linkTo(visit, ["runs", "taskruns", run.namespace, task.name])}">${task.task}</a>`}${task.isFinally && html` <span class="muted">(${messages.finallyTask})</span>`}`,
      html`${badge(task.state, messages.stateNames[task.state])}${task.name !== undefined && html` <a href="${linkTo(visit, ["runs", run.kind, run.namespace, run.name, "logs"], { task: task.task })}">${messages.logs}</a>`}`,
      durationText(visit, task.startedAt, task.completedAt),
      timeline(task, startMs, Math.max(endMs, startMs + 1000), visit.nowMs),
      html`<ul class="plain">${task.steps.map(
        (step) =>
          html`<li>${step.name} ${badge(step.state, messages.stateNames[step.state])}${step.exitCode !== undefined && step.exitCode !== 0 && html` exit ${step.exitCode}`}</li>`,
      )}</ul>`,
      task.state === "succeeded" ? "" : task.message === "" ? task.reason : task.message,
    ]),
  );
}

/** When the task ran, within the time of the run. */
function timeline(task: RunTask, fromMs: number, untilMs: number, nowMs: number): Markup | undefined {
  if (task.startedAt === undefined || Number.isNaN(fromMs)) return undefined;
  const at = (ms: number) => Math.min(100, Math.max(0, ((ms - fromMs) / (untilMs - fromMs)) * 100));
  const start = at(Date.parse(task.startedAt));
  const end = at(task.completedAt === undefined ? nowMs : Date.parse(task.completedAt));
  return html`<svg class="timeline ${task.state}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" x="0" y="3" width="100" height="2"></rect><rect x="${Math.min(start, 98).toFixed(1)}" y="0" width="${Math.max(2, end - start).toFixed(1)}" height="8"></rect></svg>`;
}

function values({ messages }: SignedInVisit, title: string, entries: readonly NamedValue[]): Markup | undefined {
  if (entries.length === 0) return undefined;
  return html`<h2>${title}</h2>
${table(
  title,
  [messages.name, messages.value],
  entries.map(({ name, value }) => [html`<code>${name}</code>`, html`<code>${value}</code>`]),
)}`;
}

function eventsAbout(visit: SignedInVisit, events: Result<readonly ObjectEvent[], Status>): Markup {
  const { messages } = visit;
  if (!events.ok) return refusal(visit, events.error);
  if (events.value.length === 0) return html`<p class="empty">${messages.noKubernetesEvents}</p>`;
  return table(
    messages.kubernetesEvents,
    [messages.lastSeen, messages.type, messages.reason, messages.message],
    events.value.map(({ lastSeenAt, type, reason, message, count }) => [
      timeText(visit, lastSeenAt),
      type,
      html`${reason}${count > 1 && ` ×${count}`}`,
      message,
    ]),
  );
}

function actions(visit: SignedInVisit, run: RunDetail, refusals: RunRefusals): Markup {
  const { messages } = visit;
  const path = ["runs", run.kind, run.namespace, run.name];
  const csrf = csrfField(visit.session.csrfToken);
  const mayNot = (refused: string | undefined) =>
    visit.isReadOnly ? messages.readOnly : refused === undefined ? undefined : messages.notAllowed(refused);
  const noCancel = mayNot(refusals.cancel) ?? (isActive(run) ? undefined : messages.hasEnded);
  const noRerun = mayNot(refusals.rerun) ?? (run.pipelineRun === undefined ? undefined : messages.isOfPipeline);
  const modes = run.kind === "taskruns" ? (["cancel"] as const) : cancelModes;
  return html`<div class="actions">${
    noCancel === undefined
      ? html`<details id="cancel" class="confirm"><summary>${messages.cancel}</summary><form method="post" action="${linkTo(visit, [...path, "cancel"])}">${csrf}${modes.map((mode) => html`<button name="mode" value="${mode}">${messages.cancelModes[mode]}</button> `)}</form></details>`
      : html`<p><button disabled aria-describedby="no-cancel">${messages.cancel}</button> <span id="no-cancel">${noCancel}</span></p>`
  }${
    noRerun === undefined
      ? html`<details id="rerun" class="confirm"><summary>${messages.rerun}</summary><form method="post" action="${linkTo(visit, [...path, "rerun"])}">${csrf}<button class="primary">${messages.confirm(messages.rerun)}</button></form></details>`
      : html`<p><button disabled aria-describedby="no-rerun">${messages.rerun}</button> <span id="no-rerun">${noRerun}</span></p>`
  }</div>`;
}

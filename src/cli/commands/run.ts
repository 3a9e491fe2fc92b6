import type { CancelMode } from "../../dashboard/run-actions.ts";
import { type RunKind, type RunSummary, stateText } from "../../dashboard/run-model.ts";
import type { JsonViews } from "../../dashboard/views/endpoint-views.ts";
import type { NamedValue, RunDetail, RunStep, RunTask } from "../../dashboard/views/run-view.ts";
import { err, ok, type Result } from "../../result.ts";
import { formatAgo, formatDuration } from "../age.ts";
import type { ConnectionOptions } from "../connection.ts";
import { type EndpointConnection, endpointFailure, openEndpoints } from "../endpoints.ts";
import { type Failure, failure } from "../failure.ts";
import { conditionTable, eventTable } from "../object-tables.ts";
import { formatObject, listOf, type OutputFormat } from "../output.ts";
import { followRun, type RunKey } from "../run-logs.ts";
import { formatTable } from "../table.ts";

export interface RunOptions extends ConnectionOptions {
  readonly output?: OutputFormat;
  readonly selector?: string;
  /** TaskRuns instead of PipelineRuns. */
  readonly tasks?: boolean;
  readonly limit?: number;
}

/** The kind of a run's object. */
const objectKinds = { pipelineruns: "PipelineRun", taskruns: "TaskRun" } as const;

/** `tektite run list`: runs, newest first. */
export async function listRuns(options: RunOptions): Promise<Result<void, Failure>> {
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const { endpoints, listed } = connection.value;
  const kind: RunKind = options.tasks === true ? "taskruns" : "pipelineruns";
  const values = { kind, namespace: listed, labelSelector: options.selector };
  if (options.output === "json" || options.output === "yaml") {
    const objects = await endpoints.get("runs?view=full", values);
    if (!objects.ok) return err(endpointFailure(objects.error));
    process.stdout.write(formatObject(listOf(objects.value.items.slice(0, options.limit)), options.output));
    return ok(undefined);
  }
  const found = await endpoints.get("runs", values);
  if (!found.ok) return err(endpointFailure(found.error));
  const runs = found.value.items.slice(0, options.limit);
  if (options.output === "name") {
    for (const { name } of runs) process.stdout.write(`${objectKinds[kind].toLowerCase()}.tekton.dev/${name}\n`);
    return ok(undefined);
  }
  if (runs.length === 0) {
    const others = kind === "pipelineruns" ? "; --tasks shows TaskRuns" : "";
    process.stderr.write(`No ${objectKinds[kind]}s found${others}\n`);
    return ok(undefined);
  }
  const nowMs = Date.now();
  const all = options.allNamespaces === true;
  const wide = options.output === "wide";
  const header = [
    ...(all ? ["NAMESPACE"] : []),
    "NAME",
    "STARTED",
    "DURATION",
    "STATUS",
    ...(wide ? ["EVENT", "LISTENER"] : []),
  ];
  const rows = runs.map((run) => [
    ...(all ? [run.namespace] : []),
    run.name,
    ...progressCells(run, nowMs),
    ...(wide ? [run.eventId ?? "---", run.listener ?? "---"] : []),
  ]);
  process.stdout.write(formatTable(header, rows));
  return ok(undefined);
}

/** When it began, how long it took, and how it went. */
function progressCells(
  { startedAt, completedAt, state, reason }: RunSummary | RunTask,
  nowMs: number,
): readonly string[] {
  return [formatAgo(startedAt, nowMs), formatDuration(startedAt, completedAt), stateText({ state, reason })];
}

/** `tektite run describe`: what a run is, how it went, its tasks; without a name the newest PipelineRun. */
export async function describeRun(name: string | undefined, options: RunOptions): Promise<Result<void, Failure>> {
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const { endpoints } = connection.value;
  if (options.output === "json" || options.output === "yaml") {
    const object = await findRun(connection.value, "runs/:kind/:namespace/:name?view=full", name);
    if (!object.ok) return object;
    process.stdout.write(formatObject(object.value.view, options.output));
    return ok(undefined);
  }
  const run = await findRun(connection.value, "runs/:kind/:namespace/:name", name);
  if (!run.ok) return run;
  const { kind, namespace } = run.value.view;
  const events = await endpoints.get("runs/:kind/:namespace/:name/events", {
    kind,
    namespace,
    name: run.value.view.name,
  });
  const sections = [...runSections(run.value.view), eventTable(events.ok ? events.value.items : [])];
  process.stdout.write(sections.join("\n"));
  return ok(undefined);
}

/**
 * `tektite run logs`: a run's output, `[task : step] line`; without a name that of the newest PipelineRun. Ends with
 * exit code 1 when the run failed.
 */
export async function runLogs(
  name: string | undefined,
  options: RunOptions & { readonly follow?: boolean; readonly prefix?: boolean; readonly signal: AbortSignal },
): Promise<Result<void, Failure>> {
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const run = await findRun(connection.value, "runs/:kind/:namespace/:name?view=full", name);
  if (!run.ok) return run;
  const isTaskRun = run.value.key.kind === "taskruns";
  const last = await followRun(connection.value.endpoints, run.value.key, {
    follow: options.follow === true,
    onLines: (lines) => {
      const text = lines.map(({ task, step, line }) => {
        const prefix = options.prefix === false ? "" : isTaskRun ? `[${step}] ` : `[${task} : ${step}] `;
        return `${prefix}${line}\n`;
      });
      process.stdout.write(text.join(""));
    },
  });
  if (!last.ok) return err(endpointFailure(last.error));
  const hasFailed = last.value?.state === "failed" || last.value?.state === "cancelled";
  return hasFailed ? err(failure(last.value.message)) : ok(undefined);
}

/** `tektite run cancel`: stops a run; with `finally` its finally tasks still run. */
export async function cancelRun(
  name: string,
  options: RunOptions & { readonly finally?: boolean; readonly stop?: boolean },
): Promise<Result<void, Failure>> {
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const run = await findRun(connection.value, "runs/:kind/:namespace/:name?view=full", name);
  if (!run.ok) return run;
  const { key } = run.value;
  const mode: CancelMode =
    options.stop === true ? "stop-finally" : options.finally === true ? "cancel-finally" : "cancel";
  const cancelled = await connection.value.endpoints.post("runs/:kind/:namespace/:name/cancel", { ...key }, { mode });
  if (!cancelled.ok) return err(endpointFailure(cancelled.error));
  process.stdout.write(`${objectKinds[key.kind]} cancelled: ${name}\n`);
  return ok(undefined);
}

type RunPattern = "runs/:kind/:namespace/:name" | "runs/:kind/:namespace/:name?view=full";

/** A PipelineRun of that name, else a TaskRun; the newest when there is no name. */
async function findRun<P extends RunPattern>(
  connection: EndpointConnection,
  pattern: P,
  given: string | undefined,
): Promise<Result<{ readonly key: RunKey; readonly view: JsonViews[P] }, Failure>> {
  const { endpoints, namespace } = connection;
  const found: Result<string, Failure> = given === undefined ? await newestRun(connection) : ok(given);
  if (!found.ok) return found;
  const name = found.value;
  for (const kind of ["pipelineruns", "taskruns"] as const) {
    const key = { kind, namespace, name };
    const view = await endpoints.get(pattern, key);
    if (view.ok) return ok({ key, view: view.value });
    if (view.error.code !== 404) return err(endpointFailure(view.error));
  }
  return err(failure(`no PipelineRun or TaskRun named "${name}" in namespace "${namespace}"`));
}

/** Of the PipelineRuns; of the TaskRuns where there are none. */
async function newestRun({ endpoints, namespace }: EndpointConnection): Promise<Result<string, Failure>> {
  for (const kind of ["pipelineruns", "taskruns"] as const) {
    const listed = await endpoints.get("runs", { kind, namespace });
    if (!listed.ok) return err(endpointFailure(listed.error));
    const [newest] = listed.value.items;
    if (newest !== undefined) return ok(newest.name);
  }
  return err(failure(`no PipelineRun or TaskRun in namespace "${namespace}"`));
}

/** What is told of a run, apart from its events. */
function runSections(run: RunDetail): readonly string[] {
  const nowMs = Date.now();
  const field = (title: string, value: string | undefined) =>
    value === undefined || value === "" ? [] : [`${title.padEnd(18)} ${value}`];
  const [started = "", duration = "", status = ""] = progressCells(run, nowMs);
  const head = [
    ...field("Name:", run.name),
    ...field("Namespace:", run.namespace),
    ...field("Kind:", objectKinds[run.kind]),
    ...field("Started:", started),
    ...field("Duration:", duration),
    ...field("Status:", status),
    ...field("Message:", run.message),
    ...field("Listener:", run.listener),
    ...field("Trigger:", run.trigger),
    ...field("Event ID:", run.eventId),
  ];
  const isTaskRun = run.kind === "taskruns";
  const conditions = conditionTable(run.conditions);
  return [
    `${head.join("\n")}\n`,
    ...section("Params", ["NAME", "VALUE"], run.params.map(valueCells)),
    ...section("Results", ["NAME", "VALUE"], run.results.map(valueCells)),
    ...section("Steps", ["NAME", "STATUS"], isTaskRun ? run.tasks.flatMap(({ steps }) => steps.map(stepCells)) : []),
    ...section(
      "TaskRuns",
      ["NAME", "TASK NAME", "STARTED", "DURATION", "STATUS"],
      isTaskRun ? [] : inOrderOfBeginning(run.tasks).flatMap((task) => taskRows(task, nowMs)),
    ),
    ...section("Skipped Tasks", ["NAME", "REASON"], run.skipped.map(valueCells)),
    ...(conditions === "" ? [] : [`Conditions\n${conditions}`]),
  ];
}

function section(
  title: string,
  [first = "", ...others]: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const indented = rows.map(([cell = "", ...rest]) => [`  ${cell}`, ...rest]);
  return [`${title}\n${formatTable([`  ${first}`, ...others], indented)}`];
}

function valueCells({ name, value }: NamedValue): readonly string[] {
  return [name, value.trimEnd()];
}

function stepCells({ name, state, reason }: RunStep): readonly string[] {
  return [name, state === "waiting" ? "Waiting" : state === "running" ? "Running" : reason];
}

/** Tasks that have not begun, last. */
function inOrderOfBeginning(tasks: readonly RunTask[]): readonly RunTask[] {
  const begun = ({ startedAt }: RunTask) => startedAt ?? "9999";
  return tasks.toSorted((a, b) => begun(a).localeCompare(begun(b)));
}

function taskRows(task: RunTask, nowMs: number): readonly (readonly string[])[] {
  if (task.name !== undefined) return [[task.name, task.task, ...progressCells(task, nowMs)]];
  return task.gone === undefined ? [] : [[task.gone, task.task, "---", "---", "---"]];
}

import type { K8sObject } from "../../api/object.ts";
import { objectsOf, textOf } from "../../api/object-fields.ts";
import { hasEnded } from "../../kube/run-log.ts";
import { err, ok, type Result } from "../../result.ts";
import { formatAgo, formatDuration } from "../age.ts";
import { type Connection, type ConnectionOptions, connect } from "../connection.ts";
import { apiFailure, type Failure, failure } from "../failure.ts";
import { formatObject, listOf, type OutputFormat } from "../output.ts";
import { followRun, pipelineRuns, taskRuns } from "../run-logs.ts";
import { statusText, succeededCondition } from "../run-status.ts";
import { formatTable } from "../table.ts";
import { conditionTable, eventTable } from "./describe.ts";

export interface RunOptions extends ConnectionOptions {
  readonly output?: OutputFormat;
  readonly selector?: string;
  /** TaskRuns instead of PipelineRuns. */
  readonly tasks?: boolean;
  readonly limit?: number;
}

/** `tektite run list`: runs, newest first. */
export async function listRuns(options: RunOptions): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const resource = options.tasks === true ? taskRuns : pipelineRuns;
  const listed = await connection.value.client.list(resource, {
    namespace: options.allNamespaces === true ? undefined : connection.value.namespace,
    labelSelector: options.selector,
  });
  if (!listed.ok) return err(apiFailure(listed.error));
  const runs = newestFirst(listed.value.items).slice(0, options.limit);
  const kind = options.tasks === true ? "taskrun" : "pipelinerun";
  switch (options.output) {
    case "json":
    case "yaml":
      process.stdout.write(formatObject(listOf(runs), options.output));
      return ok(undefined);
    case "name":
      for (const run of runs) process.stdout.write(`${kind}.tekton.dev/${run.metadata.name}\n`);
      return ok(undefined);
  }
  if (runs.length === 0) {
    process.stderr.write(`No ${options.tasks === true ? "TaskRuns" : "PipelineRuns"} found\n`);
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
    ...(all ? [run.metadata.namespace ?? ""] : []),
    run.metadata.name ?? "",
    formatAgo(textOf(run, "status", "startTime"), nowMs),
    formatDuration(textOf(run, "status", "startTime"), textOf(run, "status", "completionTime")),
    statusText(run),
    ...(wide
      ? [
          run.metadata.labels?.["triggers.tekton.dev/triggers-eventid"] ?? "---",
          run.metadata.labels?.["triggers.tekton.dev/eventlistener"] ?? "---",
        ]
      : []),
  ]);
  process.stdout.write(formatTable(header, rows));
  return ok(undefined);
}

/** `tektite run describe`: what a run is, how it went, its tasks; without a name the newest PipelineRun. */
export async function describeRun(name: string | undefined, options: RunOptions): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const run = await findRun(connection.value, name);
  if (!run.ok) return run;
  if (options.output === "json" || options.output === "yaml") {
    process.stdout.write(formatObject(run.value, options.output));
    return ok(undefined);
  }
  process.stdout.write(await runText(connection.value, run.value));
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
  const connection = connect(options);
  if (!connection.ok) return connection;
  const run = await findRun(connection.value, name);
  if (!run.ok) return run;
  const isTaskRun = run.value.kind === "TaskRun";
  const last = await followRun(connection.value.client, run.value, {
    follow: options.follow === true,
    signal: options.signal,
    onLine: ({ task, step, line }) => {
      const prefix = options.prefix === false ? "" : isTaskRun ? `[${step}] ` : `[${task} : ${step}] `;
      process.stdout.write(`${prefix}${line}\n`);
    },
  });
  if (!last.ok) return last;
  const condition = succeededCondition(last.value);
  return condition?.status === "False" ? err(failure(condition.message)) : ok(undefined);
}

/** `tektite run cancel`: stops a run; with `finally` its finally tasks still run. */
export async function cancelRun(
  name: string,
  options: RunOptions & { readonly finally?: boolean; readonly stop?: boolean },
): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const run = await findRun(connection.value, name);
  if (!run.ok) return run;
  if (hasEnded(run.value))
    return err(failure(`${run.value.kind} ${name} has already ended (${statusText(run.value)})`));
  const isTaskRun = run.value.kind === "TaskRun";
  const status = isTaskRun
    ? "TaskRunCancelled"
    : options.stop === true
      ? "StoppedRunFinally"
      : options.finally === true
        ? "CancelledRunFinally"
        : "Cancelled";
  const key = { namespace: run.value.metadata.namespace, name };
  const patched = await connection.value.client.patch(isTaskRun ? taskRuns : pipelineRuns, key, {
    type: "merge",
    body: { spec: { status } },
  });
  if (!patched.ok) return err(apiFailure(patched.error));
  process.stdout.write(`${run.value.kind} cancelled: ${name}\n`);
  return ok(undefined);
}

/** A PipelineRun of that name, else a TaskRun; the newest PipelineRun when there is no name. */
async function findRun(connection: Connection, name: string | undefined): Promise<Result<K8sObject, Failure>> {
  if (name === undefined) return newestRun(connection);
  const key = { namespace: connection.namespace, name };
  const pipelineRun = await connection.client.get(pipelineRuns, key);
  if (pipelineRun.ok) return pipelineRun;
  if (pipelineRun.error.code !== 404) return err(apiFailure(pipelineRun.error));
  const taskRun = await connection.client.get(taskRuns, key);
  if (taskRun.ok) return taskRun;
  return err(failure(`no PipelineRun or TaskRun named "${name}" in namespace "${connection.namespace}"`));
}

async function newestRun({ client, namespace }: Connection): Promise<Result<K8sObject, Failure>> {
  const listed = await client.list(pipelineRuns, { namespace });
  if (!listed.ok) return err(apiFailure(listed.error));
  const [newest] = newestFirst(listed.value.items);
  return newest === undefined ? err(failure(`no PipelineRun in namespace "${namespace}"`)) : ok(newest);
}

function newestFirst(runs: readonly K8sObject[]): readonly K8sObject[] {
  return [...runs].sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
}

function startOf(run: K8sObject): string {
  return textOf(run, "status", "startTime") ?? run.metadata.creationTimestamp ?? "";
}

async function runText(connection: Connection, run: K8sObject): Promise<string> {
  const condition = succeededCondition(run);
  const nowMs = Date.now();
  const start = textOf(run, "status", "startTime");
  const lines = [
    `Name:              ${run.metadata.name}`,
    `Namespace:         ${run.metadata.namespace}`,
    `Kind:              ${run.kind}`,
    `Started:           ${formatAgo(start, nowMs)}`,
    `Duration:          ${formatDuration(start, textOf(run, "status", "completionTime"))}`,
    `Status:            ${statusText(run)}`,
    ...(condition === undefined || condition.message === "" ? [] : [`Message:           ${condition.message}`]),
  ];
  const origins = [
    { title: "Listener:", label: "triggers.tekton.dev/eventlistener" },
    { title: "Trigger:", label: "triggers.tekton.dev/trigger" },
    { title: "Event ID:", label: "triggers.tekton.dev/triggers-eventid" },
  ];
  for (const { title, label } of origins) {
    const value = run.metadata.labels?.[label];
    if (value !== undefined) lines.push(`${title.padEnd(18)} ${value}`);
  }
  const sections = [`${lines.join("\n")}\n`];
  const values = (title: string, items: readonly { readonly [key: string]: unknown }[]) => {
    if (items.length === 0) return;
    const rows = items.map(({ name, value }) => [
      `  ${String(name)}`,
      typeof value === "string" ? value.trimEnd() : JSON.stringify(value),
    ]);
    sections.push(`${title}\n${formatTable(["  NAME", "VALUE"], rows)}`);
  };
  values("Params", objectsOf(run, "spec", "params"));
  values("Results", objectsOf(run, "status", "results"));
  const steps = objectsOf(run, "status", "steps");
  if (steps.length > 0) {
    const rows = steps.map((step) => [
      `  ${String(step["name"] ?? "")}`,
      String(step["terminationReason"] ?? (step["running"] === undefined ? "Waiting" : "Running")),
    ]);
    sections.push(`Steps\n${formatTable(["  NAME", "STATUS"], rows)}`);
  }
  const children = objectsOf(run, "status", "childReferences");
  if (children.length > 0) {
    const listed = await connection.client.list(taskRuns, {
      namespace: run.metadata.namespace,
      labelSelector: `tekton.dev/pipelineRun=${run.metadata.name}`,
    });
    const byName = new Map((listed.ok ? listed.value.items : []).map((child) => [child.metadata.name, child]));
    const rows = children.map((child) => {
      const taskRun = byName.get(String(child["name"]));
      return [
        `  ${String(child["name"])}`,
        String(child["pipelineTaskName"] ?? ""),
        taskRun === undefined ? "---" : formatAgo(textOf(taskRun, "status", "startTime"), nowMs),
        taskRun === undefined
          ? "---"
          : formatDuration(textOf(taskRun, "status", "startTime"), textOf(taskRun, "status", "completionTime")),
        taskRun === undefined ? "---" : statusText(taskRun),
      ];
    });
    sections.push(`TaskRuns\n${formatTable(["  NAME", "TASK NAME", "STARTED", "DURATION", "STATUS"], rows)}`);
  }
  const skipped = objectsOf(run, "status", "skippedTasks");
  if (skipped.length > 0) {
    const rows = skipped.map(({ name, reason }) => [`  ${String(name)}`, String(reason ?? "")]);
    sections.push(`Skipped Tasks\n${formatTable(["  NAME", "REASON"], rows)}`);
  }
  const conditions = conditionTable(run);
  if (conditions !== "") sections.push(`Conditions\n${conditions}`);
  sections.push(await eventTable(connection, run));
  return sections.join("\n");
}

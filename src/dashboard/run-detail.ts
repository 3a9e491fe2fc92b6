import type { K8sObject } from "../api/object.ts";
import { type Condition, conditionsOf, fieldOf, objectsOf, shown, textOf } from "../api/object-fields.ts";
import type { PipelineTask } from "../api/pipelines/pipeline.ts";
import { parentsOf } from "../api/pipelines/pipeline-parents.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import { taskLabel } from "../kube/step-log.ts";
import { isActive, type RunKind, runSummary } from "./run-model.ts";
import type { GraphTask, NamedValue, RunDetail, RunStep, RunTask, TaskState } from "./views/run-view.ts";

/** A run with its tasks; `children` are the TaskRuns, custom runs and PipelineRuns of a PipelineRun. */
export function runDetail(kind: RunKind, run: K8sObject, children: readonly K8sObject[]): RunDetail {
  const { metadata } = run;
  const { graph, tasks } = kind === "taskruns" ? singleTask(run) : pipelineTasks(run, children);
  return {
    ...runSummary(kind, run),
    graph,
    tasks,
    params: namedValues(objectsOf(run, "spec", "params")),
    results: namedValues(objectsOf(run, "status", "results")),
    workspaces: objectsOf(run, "spec", "workspaces").map(workspaceOf),
    conditions: conditionsOf(run),
    skipped: objectsOf(run, "status", "skippedTasks").map((entry) => ({
      name: shown(entry["name"]),
      value: shown(entry["reason"]),
    })),
    labels: metadata.labels ?? {},
    pipelineRun: kind === "taskruns" ? metadata.labels?.["tekton.dev/pipelineRun"] : undefined,
    rerunOf: metadata.annotations?.["tektite.dev/rerun-of"],
    serviceAccount:
      textOf(run, "spec", "taskRunTemplate", "serviceAccountName") ?? textOf(run, "spec", "serviceAccountName"),
    pod: textOf(run, "status", "podName"),
    askedToEnd: textOf(run, "spec", "status"),
  };
}

function singleTask(run: K8sObject): Pick<RunDetail, "graph" | "tasks"> {
  const task = taskOf(run, { name: taskLabel(run), isFinally: false, spec: {} });
  const { state, isFinally } = task;
  const definition = textOf(run, "spec", "taskRef", "name");
  return {
    graph: [
      { task: task.task, displayName: undefined, definition, isFinally, isMatrix: false, state, after: [], retries: 0 },
    ],
    tasks: [task],
  };
}

/** A task as the pipeline declares it. */
interface DeclaredTask {
  readonly name: string;
  readonly isFinally: boolean;
  readonly spec: JsonObject;
}

/** The pipeline's tasks in its order, and what was made of each: its runs, else that it was skipped or waits. */
function pipelineTasks(run: K8sObject, children: readonly K8sObject[]): Pick<RunDetail, "graph" | "tasks"> {
  const byTask = Map.groupBy(childrenOf(run, children), ({ task }) => task);
  const skipped = new Map(objectsOf(run, "status", "skippedTasks").map((entry) => [shown(entry["name"]), entry]));
  const { state: runState, reason: runReason } = runSummary("pipelineruns", run);
  const declared = declaredTasks(run);
  const names = new Set(declared.map(({ name }) => name));
  const others = [...byTask.keys()]
    .filter((name) => !names.has(name))
    .map((name): DeclaredTask => ({ name, isFinally: false, spec: {} }));
  const all = [...declared, ...others].map((task) => {
    const made = byTask.get(task.name) ?? [];
    if (made.length === 0) {
      return {
        task,
        runs: [notMade(task, skipped.get(task.name), isActive({ state: runState }) ? undefined : runReason)],
      };
    }
    const runs = made.map(({ reference, object }) =>
      object === undefined
        ? goneTask(reference, task)
        : { ...taskOf(object, task), displayName: textIn(reference, "displayName") },
    );
    return { task, runs };
  });
  return { graph: all.map(({ task, runs }) => graphTask(task, runs)), tasks: all.flatMap(({ runs }) => runs) };
}

/** A run of a task: as the PipelineRun refers to it, and itself. */
interface Child {
  readonly task: string;
  readonly reference: JsonObject;
  readonly object: K8sObject | undefined;
}

function childrenOf(run: K8sObject, objects: readonly K8sObject[]): readonly Child[] {
  const byName = new Map(objects.map((object) => [object.metadata.name ?? "", object]));
  const referred = objectsOf(run, "status", "childReferences").map((reference) => ({
    task: shown(reference["pipelineTaskName"]),
    reference,
    object: byName.get(shown(reference["name"])),
  }));
  // The status comes a moment after the runs that it lists.
  const known = new Set(referred.map(({ object }) => object));
  const others = objects
    .filter((object) => !known.has(object))
    .map((object) => ({ task: taskLabel(object), reference: {}, object }));
  return [...referred, ...others];
}

function declaredTasks(run: K8sObject): readonly DeclaredTask[] {
  // The status has the pipeline once it has been resolved.
  const root = fieldOf(run, "status", "pipelineSpec") === undefined ? "spec" : "status";
  const tasks = (list: "tasks" | "finally") =>
    objectsOf(run, root, "pipelineSpec", list).map(
      (spec): DeclaredTask => ({ name: shown(spec["name"]), isFinally: list === "finally", spec }),
    );
  return [...tasks("tasks"), ...tasks("finally")];
}

function graphTask({ name, isFinally, spec }: DeclaredTask, runs: readonly RunTask[]): GraphTask {
  const retries = spec["retries"];
  return {
    task: name,
    displayName: textIn(spec, "displayName"),
    definition:
      textIn(spec["taskRef"], "name") ?? textIn(spec["pipelineRef"], "name") ?? textIn(spec["taskSpec"], "kind"),
    isFinally,
    isMatrix: spec["matrix"] !== undefined,
    state: joinedState(runs.map(({ state }) => state)),
    after: isFinally || spec["name"] === undefined ? [] : parentsOf(spec as unknown as PipelineTask),
    retries: typeof retries === "number" ? retries : 0,
  };
}

/** What several runs of a task come to: what still goes on first, then the worst. */
function joinedState(states: readonly TaskState[]): TaskState {
  const order = ["running", "pending", "failed", "cancelled", "unknown", "succeeded", "skipped"] as const;
  const found = order.find((state) => states.includes(state)) ?? "pending";
  // Some runs have ended while others wait.
  return found === "pending" && states.some((state) => state !== "pending") ? "running" : found;
}

/** Stands for a task without a run: skipped, still to come, or never begun because the run ended before. */
function notMade(task: DeclaredTask, skip: JsonObject | undefined, endedBecause: string | undefined): RunTask {
  const isSkipped = skip !== undefined || endedBecause !== undefined;
  return {
    ...emptyTask(task),
    state: isSkipped ? "skipped" : "pending",
    reason: skip === undefined ? (endedBecause ?? "") : shown(skip["reason"]),
    when: whenOf(skip?.["whenExpressions"] ?? task.spec["when"]),
  };
}

/** Stands for a run that was made and has been deleted. */
function goneTask(reference: JsonObject, task: DeclaredTask): RunTask {
  const kind = shown(reference["kind"]);
  const gone = shown(reference["name"]);
  return {
    ...emptyTask(task),
    state: "unknown",
    gone,
    kind: kind === "CustomRun" || kind === "PipelineRun" ? kind : "TaskRun",
    message: `${kind} ${gone} has been deleted, or cannot be read`,
  };
}

function emptyTask({ name, isFinally, spec }: DeclaredTask): RunTask {
  return {
    task: name,
    state: "pending",
    kind: "TaskRun",
    name: undefined,
    gone: undefined,
    displayName: undefined,
    reason: "",
    message: "",
    startedAt: undefined,
    completedAt: undefined,
    isFinally,
    combination: [],
    when: whenOf(spec["when"]),
    results: [],
    steps: [],
    sidecars: [],
    attempts: [],
  };
}

function taskOf(child: K8sObject, task: DeclaredTask): RunTask {
  const { name, state, reason, message, startedAt, completedAt } = runSummary("taskruns", child);
  const kind = child.kind === "CustomRun" || child.kind === "PipelineRun" ? child.kind : "TaskRun";
  const varying = matrixParams(task.spec["matrix"]);
  return {
    ...emptyTask(task),
    state,
    kind,
    name,
    reason,
    message,
    startedAt,
    completedAt,
    combination: namedValues(objectsOf(child, "spec", "params").filter((param) => varying.has(shown(param["name"])))),
    results: namedValues(objectsOf(child, "status", "results")),
    steps: objectsOf(child, "status", "steps").map(stepOf),
    sidecars: objectsOf(child, "status", "sidecars").map(stepOf),
    attempts: objectsOf(child, "status", "retriesStatus").map((attempt, index) => ({
      number: index + 1,
      ...reasonOf(attempt),
      startedAt: textIn(attempt, "startTime"),
      completedAt: textIn(attempt, "completionTime"),
      steps: objectsIn(attempt["steps"]).map(stepOf),
    })),
  };
}

function reasonOf(status: JsonObject): Pick<Condition, "reason" | "message"> {
  const condition = objectsIn(status["conditions"]).find(({ type }) => type === "Succeeded");
  return { reason: shown(condition?.["reason"]), message: shown(condition?.["message"]) };
}

/** Names of the params that a matrix varies. */
function matrixParams(matrix: JsonValue | undefined): ReadonlySet<string> {
  const lists = [member(matrix, "params"), ...objectsIn(member(matrix, "include")).map(({ params }) => params)];
  return new Set(lists.flatMap(objectsIn).map((param) => shown(param["name"])));
}

function stepOf(step: JsonObject): RunStep {
  const { running, terminated } = step;
  const code = member(terminated, "exitCode");
  const exitCode = typeof code === "number" ? code : undefined;
  const reason = shown(step["terminationReason"]);
  return {
    name: shown(step["name"]),
    state: stepState({ isRunning: running !== undefined, hasEnded: terminated !== undefined, exitCode, reason }),
    reason: reason === "" ? shown(member(terminated, "reason") ?? member(step["waiting"], "reason")) : reason,
    exitCode,
    startedAt: textIn(terminated, "startedAt") ?? textIn(running, "startedAt"),
    completedAt: textIn(terminated, "finishedAt"),
  };
}

function stepState(step: {
  readonly isRunning: boolean;
  readonly hasEnded: boolean;
  readonly exitCode: number | undefined;
  readonly reason: string;
}): RunStep["state"] {
  if (!step.hasEnded) return step.isRunning ? "running" : "waiting";
  if (step.reason === "Skipped") return "skipped";
  return step.exitCode === 0 ? "succeeded" : "failed";
}

/** When expressions in one line each, such as `"main" in ["main"]`. */
function whenOf(expressions: JsonValue | undefined): readonly string[] {
  return objectsIn(expressions).map(({ input, operator, values, cel }) =>
    typeof cel === "string" && cel !== ""
      ? cel
      : `${JSON.stringify(shown(input))} ${shown(operator)} ${shown(values ?? [])}`,
  );
}

/** What a workspace is bound to, such as `persistentVolumeClaim cache, subPath ci`. */
function workspaceOf(workspace: JsonObject): NamedValue {
  const { name, subPath, ...volume } = workspace;
  const parts = Object.entries(volume).map(([kind, source]) => {
    const target = ["claimName", "secretName", "name", "driver"].map((key) => textIn(source, key)).find((text) => text);
    return target === undefined ? kind : `${kind} ${target}`;
  });
  if (subPath !== undefined) parts.push(`subPath ${shown(subPath)}`);
  return { name: shown(name), value: parts.join(", ") };
}

function namedValues(entries: readonly JsonObject[]): readonly NamedValue[] {
  return entries.map((entry) => ({ name: shown(entry["name"]), value: shown(entry["value"]) }));
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter((entry) => isJsonObject(entry)) : [];
}

function textIn(value: JsonValue | undefined, key: string): string | undefined {
  const text = member(value, key);
  return typeof text === "string" && text !== "" ? text : undefined;
}

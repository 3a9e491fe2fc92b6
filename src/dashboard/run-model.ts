import type { K8sObject, Resource } from "../api/object.ts";
import { type Condition, conditionsOf, fieldOf, objectsOf, shown, textOf } from "../api/object-fields.ts";
import { isJsonArray, type JsonObject, member } from "../json/value.ts";

/** The two kinds of runs, by the plural that paths and the API use. */
export const runResources = {
  pipelineruns: { group: "tekton.dev", version: "v1", resource: "pipelineruns" },
  taskruns: { group: "tekton.dev", version: "v1", resource: "taskruns" },
} as const satisfies Readonly<Record<string, Resource>>;

export type RunKind = keyof typeof runResources;

export function isRunKind(text: string | undefined): text is RunKind {
  return text !== undefined && Object.hasOwn(runResources, text);
}

export const runStates = ["pending", "running", "succeeded", "failed", "cancelled"] as const;
export type RunState = (typeof runStates)[number];

/** A run in a list. */
export interface RunSummary {
  readonly kind: RunKind;
  readonly namespace: string;
  readonly name: string;
  readonly state: RunState;
  /** Of the condition `Succeeded`. */
  readonly reason: string;
  readonly message: string;
  readonly createdAt: string | undefined;
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
  /** Pipeline or Task by name, where there is one. */
  readonly definition: string | undefined;
  /** The event that caused it. */
  readonly eventId: string | undefined;
  readonly listener: string | undefined;
  readonly trigger: string | undefined;
}

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** One task of a run: a TaskRun, or a task that was skipped or has not begun. */
export interface RunTask {
  readonly task: string;
  readonly state: RunState | "skipped";
  /** The TaskRun or custom run. */
  readonly name: string | undefined;
  readonly reason: string;
  readonly message: string;
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
  readonly isFinally: boolean;
  readonly steps: readonly RunStep[];
}

interface RunStep {
  readonly name: string;
  readonly state: "waiting" | "running" | "succeeded" | "failed";
  readonly reason: string;
  readonly exitCode: number | undefined;
}

/** All that the page of a run shows. */
export interface RunDetail extends RunSummary {
  readonly tasks: readonly RunTask[];
  readonly params: readonly NamedValue[];
  readonly results: readonly NamedValue[];
  readonly workspaces: readonly NamedValue[];
  readonly conditions: readonly Condition[];
  readonly labels: Readonly<Record<string, string>>;
  /** The PipelineRun that a TaskRun belongs to. */
  readonly pipelineRun: string | undefined;
}

export function runSummary(kind: RunKind, run: K8sObject): RunSummary {
  const condition = conditionsOf(run).find(({ type }) => type === "Succeeded");
  const labels = run.metadata.labels ?? {};
  return {
    kind,
    namespace: run.metadata.namespace ?? "",
    name: run.metadata.name ?? "",
    state: stateOf(condition, textOf(run, "status", "startTime") !== undefined),
    reason: condition?.reason ?? "",
    message: condition?.message ?? "",
    createdAt: run.metadata.creationTimestamp ?? undefined,
    startedAt: textOf(run, "status", "startTime"),
    completedAt: textOf(run, "status", "completionTime"),
    definition:
      kind === "pipelineruns" ? textOf(run, "spec", "pipelineRef", "name") : textOf(run, "spec", "taskRef", "name"),
    eventId: labels["triggers.tekton.dev/triggers-eventid"],
    listener: labels["triggers.tekton.dev/eventlistener"],
    trigger: labels["triggers.tekton.dev/trigger"],
  };
}

/** A run with its tasks; `children` are the TaskRuns of a PipelineRun. */
export function runDetail(kind: RunKind, run: K8sObject, children: readonly K8sObject[]): RunDetail {
  const tasks = kind === "taskruns" ? [taskOf(run, taskLabel(run), false)] : pipelineTasks(run, children);
  return {
    ...runSummary(kind, run),
    tasks,
    params: namedValues(objectsOf(run, "spec", "params")),
    results: namedValues(objectsOf(run, "status", "results")),
    workspaces: objectsOf(run, "spec", "workspaces").map((workspace) => ({
      name: shown(workspace["name"]),
      value: Object.keys(workspace)
        .filter((key) => key !== "name")
        .join(", "),
    })),
    conditions: conditionsOf(run),
    labels: run.metadata.labels ?? {},
    pipelineRun: kind === "taskruns" ? run.metadata.labels?.["tekton.dev/pipelineRun"] : undefined,
  };
}

/** Whether a run still goes on. */
export function isActive({ state }: { readonly state: RunState }): boolean {
  return state === "running" || state === "pending";
}

function stateOf(condition: Condition | undefined, hasStarted: boolean): RunState {
  switch (condition?.status) {
    case "True":
      return "succeeded";
    case "False":
      return /Cancelled/.test(condition.reason) ? "cancelled" : "failed";
    default:
      return hasStarted ? "running" : "pending";
  }
}

/** Tasks in the pipeline's order: each TaskRun of it, else that it was skipped, else that it waits. */
function pipelineTasks(run: K8sObject, children: readonly K8sObject[]): readonly RunTask[] {
  const byTask = Map.groupBy(children, taskLabel);
  const skipped = new Map(objectsOf(run, "status", "skippedTasks").map((entry) => [shown(entry["name"]), entry]));
  const spec = ["status", "pipelineSpec"];
  const declared = [
    ...objectsOf(run, ...spec, "tasks").map((task) => ({ name: shown(task["name"]), isFinally: false })),
    ...objectsOf(run, ...spec, "finally").map((task) => ({ name: shown(task["name"]), isFinally: true })),
  ];
  const known = new Set(declared.map(({ name }) => name));
  const others = [...byTask.keys()].filter((name) => !known.has(name)).map((name) => ({ name, isFinally: false }));
  return [...declared, ...others].flatMap(({ name, isFinally }): readonly RunTask[] => {
    const runs = byTask.get(name);
    if (runs !== undefined) return runs.map((child) => taskOf(child, name, isFinally));
    const skip = skipped.get(name);
    return [
      {
        task: name,
        state: skip === undefined ? "pending" : "skipped",
        name: undefined,
        reason: shown(skip?.["reason"]),
        message: "",
        startedAt: undefined,
        completedAt: undefined,
        isFinally,
        steps: [],
      },
    ];
  });
}

function taskOf(taskRun: K8sObject, task: string, isFinally: boolean): RunTask {
  const { name, state, reason, message, startedAt, completedAt } = runSummary("taskruns", taskRun);
  const steps = objectsOf(taskRun, "status", "steps").map(stepOf);
  return { task, state, name, reason, message, startedAt, completedAt, isFinally, steps };
}

function stepOf(step: JsonObject): RunStep {
  const terminated = step["terminated"];
  const exitCode = member(terminated, "exitCode");
  const code = typeof exitCode === "number" ? exitCode : undefined;
  const state =
    terminated !== undefined
      ? code === 0
        ? "succeeded"
        : "failed"
      : step["running"] === undefined
        ? "waiting"
        : "running";
  return { name: shown(step["name"]), state, reason: shown(step["terminationReason"]), exitCode: code };
}

/** The name that a pipeline gives to the task, or the Task's own. */
function taskLabel(taskRun: K8sObject): string {
  return (
    taskRun.metadata.labels?.["tekton.dev/pipelineTask"] ??
    textOf(taskRun, "spec", "taskRef", "name") ??
    taskRun.metadata.name ??
    ""
  );
}

function namedValues(entries: readonly JsonObject[]): readonly NamedValue[] {
  return entries.map((entry) => ({ name: shown(entry["name"]), value: shown(entry["value"]) }));
}

/** Pods and containers of a TaskRun's steps that have begun, failed attempts first. */
export function stepContainers(taskRun: K8sObject): readonly StepContainer[] {
  const attempts = fieldOf(taskRun, "status", "retriesStatus");
  const statuses = [...(isJsonArray(attempts) ? attempts : []), fieldOf(taskRun, "status")];
  return statuses.flatMap((status) => {
    const pod = member(status, "podName");
    const steps = member(status, "steps");
    if (typeof pod !== "string" || pod === "" || !isJsonArray(steps)) return [];
    return steps
      .filter((step) => member(step, "running") !== undefined || member(step, "terminated") !== undefined)
      .map((step) => {
        const name = shown(member(step, "name"));
        const container = member(step, "container");
        return {
          task: taskLabel(taskRun),
          step: name,
          pod,
          container: typeof container === "string" ? container : `step-${name}`,
        };
      });
  });
}

export interface StepContainer {
  readonly task: string;
  readonly step: string;
  readonly pod: string;
  readonly container: string;
}

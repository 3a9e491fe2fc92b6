import type { K8sObject, Resource } from "../api/object.ts";
import { type Condition, conditionsOf, textOf } from "../api/object-fields.ts";

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

/** Runs in the order of lists. */
export function newestFirst<T>(items: readonly T[], runOf: (item: T) => RunSummary): readonly T[] {
  return items
    .map((item) => {
      const { startedAt, createdAt } = runOf(item);
      return { item, atMs: Date.parse(startedAt ?? createdAt ?? "") || 0 };
    })
    .sort((a, b) => b.atMs - a.atMs)
    .map(({ item }) => item);
}

/** A state with its reason, as tkn prints it: `Succeeded`, `Failed(StepFailed)`, `Running(Started)`; `---`: none yet. */
export function stateText({ state, reason }: { readonly state: string; readonly reason: string }): string {
  const isEarly = state === "pending" || state === "running";
  if (isEarly && reason === "") return "---";
  const word = isEarly ? "Running" : `${state.charAt(0).toUpperCase()}${state.slice(1)}`;
  return reason === "" || reason === word ? word : `${word}(${reason})`;
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

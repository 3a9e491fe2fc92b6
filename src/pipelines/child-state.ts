import type { K8sObject } from "../api/object.ts";
import { type ParamValue, paramValueOf } from "../api/pipelines/param.ts";
import type { Artifacts } from "../api/pipelines/runs.ts";
import { isJsonArray, type JsonValue, member } from "../json/value.ts";
import { fromJson } from "./artifacts.ts";

/** Why a run stops a child of its own: it was asked to, or a timeout of the run passed. */
export type StopCause = "cancelled" | "timedOut";

/** What a run puts into the `statusMessage` of a child that it stops; one that it timed out counts as failed. */
export function stopMessage(kind: ChildState["kind"], cause: StopCause): string {
  const why = cause === "cancelled" ? "been cancelled" : "timed out";
  return `${kind} cancelled as the PipelineRun it belongs to has ${why}.`;
}

/** What a PipelineRun needs to know of one TaskRun, CustomRun or PipelineRun of its own. */
export interface ChildState {
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: "TaskRun" | "CustomRun" | "PipelineRun";
  readonly status: "Unknown" | "True" | "False";
  readonly reason: string;
  /** Whether its spec asks it to stop. */
  readonly cancelRequested: boolean;
  /** Whether it was asked because a timeout of the run passed. */
  readonly cancelledByTimeout: boolean;
  readonly results: ReadonlyMap<string, ParamValue>;
  readonly artifacts?: Artifacts;
}

/** How far a pipeline task is, over all its children. */
export type TaskOutcome = "waiting" | "running" | "succeeded" | "failed" | "ignored" | "cancelled";

const cancelReasons: ReadonlySet<string> = new Set([
  "TaskRunCancelled",
  "CustomRunCancelled",
  "Cancelled",
  "RunCancelled",
]);

function isCancelled(child: ChildState): boolean {
  return child.status === "False" && cancelReasons.has(child.reason) && !child.cancelledByTimeout;
}

/** `ignoreFailure`: the pipeline task has onError continue. */
export function outcomeOf(children: readonly ChildState[] | undefined, ignoreFailure: boolean): TaskOutcome {
  if (children === undefined || children.length === 0) return "waiting";
  if (children.some((child) => child.status === "Unknown")) return "running";
  if (children.every((child) => child.status === "True")) return "succeeded";
  if (children.some((child) => child.cancelledByTimeout && cancelReasons.has(child.reason))) return "failed";
  if (children.some(isCancelled)) return "cancelled";
  return ignoreFailure ? "ignored" : "failed";
}

/** A task's result: of a matrix the list of all its strings in the order of the names of the children. */
export function taskResult(
  children: readonly ChildState[] | undefined,
  name: string,
  matrix: boolean,
): ParamValue | undefined {
  if (children === undefined) return undefined;
  if (!matrix) return children[0]?.results.get(name);
  const values = [...children]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((child) => {
      const value = child.results.get(name);
      return typeof value === "string" ? [value] : [];
    });
  return values.length === 0 ? undefined : values;
}

/** Reads a child from its object. */
export function childStateOf(object: K8sObject): ChildState {
  const json = object as unknown as JsonValue;
  const status = member(json, "status");
  const spec = member(json, "spec");
  const conditions = member(status, "conditions");
  const condition = isJsonArray(conditions)
    ? conditions.find((each) => member(each, "type") === "Succeeded")
    : undefined;
  const state = member(condition, "status");
  const reason = member(condition, "reason");
  const specStatus = member(spec, "status");
  const artifacts = member(status, "artifacts");
  const kind = object.kind === "CustomRun" || object.kind === "PipelineRun" ? object.kind : "TaskRun";
  return {
    name: object.metadata.name ?? "",
    apiVersion: object.apiVersion,
    kind,
    status: state === "True" || state === "False" ? state : "Unknown",
    reason: typeof reason === "string" ? reason : "",
    cancelRequested: typeof specStatus === "string" && /Cancelled/.test(specStatus),
    cancelledByTimeout: member(spec, "statusMessage") === stopMessage(kind, "timedOut"),
    results: kind === "PipelineRun" ? new Map() : resultsOf(member(status, "results")),
    ...(artifacts === undefined ? {} : { artifacts: fromJson(artifacts) }),
  };
}

function resultsOf(results: JsonValue | undefined): ReadonlyMap<string, ParamValue> {
  const found = new Map<string, ParamValue>();
  for (const result of isJsonArray(results) ? results : []) {
    const name = member(result, "name");
    if (typeof name === "string") found.set(name, paramValueOf(member(result, "value") ?? ""));
  }
  return found;
}

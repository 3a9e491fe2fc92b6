import type { K8sObject } from "../api/object.ts";
import { isDone, type PipelineRun, type TaskRun } from "../api/pipelines/runs.ts";
import { pipelineRuns, taskRuns } from "./resources.ts";
import type { RunnerContext } from "./runner-context.ts";

/** Which runs that have ended are kept; deleting a run takes its TaskRuns, pods, logs and claims along. */
export interface RetentionOptions {
  /** Ended runs are deleted this long after their end, in milliseconds; 0 keeps them. */
  readonly maxAgeMs: number;
  /** At most so many ended runs of each namespace and kind are kept; 0 keeps all. */
  readonly maxCount: number;
  /** How often this is looked at, in milliseconds. */
  readonly intervalMs: number;
}

/** Deletes old runs from time to time until the runner ends. */
export function startRetention(context: RunnerContext, options: RetentionOptions): void {
  if (options.maxAgeMs === 0 && options.maxCount === 0) return;
  const timer = setInterval(() => void prune(context, options), options.intervalMs);
  timer.unref();
  context.signal.addEventListener("abort", () => clearInterval(timer));
}

async function prune(context: RunnerContext, options: RetentionOptions): Promise<void> {
  for (const resource of [pipelineRuns, taskRuns]) {
    const listed = await context.client.list(resource);
    if (!listed.ok) return;
    for (const object of runsToDelete(listed.value.items, options, Date.now())) {
      const { namespace, name = "", uid } = object.metadata;
      await context.client.delete(
        resource,
        { namespace, name },
        { propagationPolicy: "Background", ...(uid === undefined ? {} : { uid }) },
      );
    }
  }
}

/** Ended runs that belong to no other run and are too old or too many, oldest first. */
export function runsToDelete(
  objects: readonly K8sObject[],
  options: RetentionOptions,
  nowMs: number,
): readonly K8sObject[] {
  const ended = objects
    .filter((object) => isDone(object as unknown as TaskRun | PipelineRun))
    .filter((object) => object.metadata.ownerReferences?.some((owner) => owner.controller === true) !== true)
    .map((object) => ({ object, endMs: endOf(object) }))
    .sort((a, b) => b.endMs - a.endMs);
  const kept = new Map<string, number>();
  const surplus = ended.filter(({ object, endMs }) => {
    const namespace = object.metadata.namespace ?? "";
    if (options.maxAgeMs > 0 && nowMs - endMs > options.maxAgeMs) return true;
    const count = (kept.get(namespace) ?? 0) + 1;
    kept.set(namespace, count);
    return options.maxCount > 0 && count > options.maxCount;
  });
  return surplus.map(({ object }) => object).reverse();
}

function endOf(object: K8sObject): number {
  const status = (object as unknown as TaskRun).status;
  return Date.parse(status?.completionTime ?? object.metadata.creationTimestamp ?? "");
}

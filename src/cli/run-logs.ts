import type { K8sObject, Resource } from "../api/object.ts";
import type { KubeClient } from "../kube/client.ts";
import { openRunLog } from "../kube/run-log.ts";
import { err, ok, type Result } from "../result.ts";
import { apiFailure, type Failure } from "./failure.ts";

export const pipelineRuns: Resource = { group: "tekton.dev", version: "v1", resource: "pipelineruns" };
export const taskRuns: Resource = { group: "tekton.dev", version: "v1", resource: "taskruns" };

/** One line that a step wrote. */
interface StepLine {
  readonly task: string;
  readonly step: string;
  readonly line: string;
}

export interface FollowOptions {
  /** Go on until the run has ended; otherwise only what there is now. */
  readonly follow: boolean;
  readonly onLine: (line: StepLine) => void;
  readonly signal: AbortSignal;
}

/**
 * Prints the logs of a PipelineRun (or of one TaskRun) as they come: the steps of a task one after another, tasks side
 * by side while the run goes on, failed attempts before the present one. Resolves with the run's last state; fails where
 * the account may not look at the tasks.
 */
export async function followRun(
  client: KubeClient,
  run: K8sObject,
  options: FollowOptions,
): Promise<Result<K8sObject, Failure>> {
  const { namespace, name = "" } = run.metadata;
  const log = await openRunLog(client, {
    kind: run.kind === "TaskRun" ? "taskruns" : "pipelineruns",
    namespace,
    name,
    isFollowing: options.follow,
    hasTimestamps: false,
    signal: options.signal,
  });
  if (!log.ok) return err(apiFailure(log.error));
  for await (const piece of log.value.pieces) {
    const { task = "", step = "" } = piece.step ?? {};
    if (piece.kind === "lines") for (const line of piece.lines) options.onLine({ task, step, line });
    else options.onLine({ task, step, line: `(${piece.status.message})` });
  }
  return ok(log.value.run());
}

import type { Condition, TaskRun } from "../api/pipelines/runs.ts";
import { onErrorAnnotation } from "./child-objects.ts";
import type { RunFailure } from "./task-checks.ts";

/** Why an attempt is broken off. */
export type Interruption = "cancelled" | "timedOut" | "deleted" | "shutdown";

/** How an attempt of a TaskRun ended. */
export type AttemptEnd =
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed"; readonly failure: RunFailure; readonly ofStep: boolean }
  | { readonly kind: "interrupted"; readonly by: Interruption };

/** States that a failure's message does not look back to. */
const plainReasons: ReadonlySet<string> = new Set([
  "Started",
  "Running",
  "TaskRunPending",
  "TaskRunCancelled",
  "TaskRunTimeout",
]);

/** Reason and message for an attempt that has ended; `before` is the condition until then (spec: pipelines, 6.1). */
export function attemptCondition(end: AttemptEnd, run: TaskRun, before: Condition | undefined): RunFailure {
  const name = JSON.stringify(run.metadata.name);
  if (end.kind === "succeeded") return { reason: "Succeeded", message: "All Steps have completed executing" };
  if (end.kind === "interrupted") {
    return end.by === "timedOut"
      ? {
          reason: "TaskRunTimeout",
          message: `TaskRun ${name} failed to finish within ${JSON.stringify(run.spec.timeout ?? "")}`,
        }
      : { reason: "TaskRunCancelled", message: `TaskRun ${name} was cancelled. ${run.spec.statusMessage ?? ""}` };
  }
  const ignored = end.ofStep && run.metadata.annotations?.[onErrorAnnotation] === "continue";
  const suffix =
    end.ofStep || before === undefined || plainReasons.has(before.reason)
      ? ""
      : `\nPrevious status: [${before.reason}] ${before.message}`;
  return { reason: ignored ? "FailureIgnored" : end.failure.reason, message: end.failure.message + suffix };
}

import type { Schedule } from "./scheduler.ts";

/** Status, reason and message of a run's condition. */
export interface RunCondition {
  readonly status: "Unknown" | "True" | "False";
  readonly reason: string;
  readonly message: string;
}

export interface ConditionInput {
  readonly runName: string;
  readonly specStatus: string;
  /** As Go prints them. */
  readonly pipelineTimeout: string;
  readonly tasksTimeout: string;
}

/** The condition of a PipelineRun that has started (spec: pipelines, section 10). */
export function pipelineCondition(state: Schedule, input: ConditionInput): RunCondition {
  const { counts } = state;
  const run = `PipelineRun ${JSON.stringify(input.runName)}`;
  if (state.failure !== undefined) return { status: "False", ...state.failure };
  if (input.specStatus === "Cancelled")
    return { status: "False", reason: "Cancelled", message: `${run} was cancelled` };
  if (state.timedOut === "pipeline") {
    return {
      status: "False",
      reason: "PipelineRunTimeout",
      message: `${run} failed to finish within ${JSON.stringify(input.pipelineTimeout)}`,
    };
  }
  const graceful = input.specStatus === "CancelledRunFinally" || input.specStatus === "StoppedRunFinally";
  const done = counts.succeeded + counts.failed + counts.ignored + counts.cancelled;
  const ignored = counts.ignored > 0 ? ` (Ignored: ${counts.ignored})` : "";
  const completed = `Tasks Completed: ${done} (Failed: ${counts.failed + counts.ignored}${ignored}, Cancelled ${counts.cancelled})`;
  if (counts.incomplete > 0) {
    return {
      status: "Unknown",
      reason: runningReason(state, input.specStatus),
      message: `${completed}, Incomplete: ${counts.incomplete}, Skipped: ${counts.skipped}`,
    };
  }
  if (state.timedOut === "tasks") {
    return {
      status: "False",
      reason: "PipelineRunTimeout",
      message: `${run} failed due to tasks failed to finish within ${JSON.stringify(input.tasksTimeout)}`,
    };
  }
  const message = `${completed}, Skipped: ${counts.skipped}`;
  if (counts.invalid > 0) {
    const texts = [...state.invalidTasks.values()].join(", ");
    return {
      status: "False",
      reason: "PipelineValidationFailed",
      message: `${message}, Failed Validation: ${counts.invalid} (${texts})`,
    };
  }
  if (counts.failed > 0 || counts.skippedByTimeout > 0) return { status: "False", reason: "Failed", message };
  if (graceful || counts.cancelled > 0) {
    return { status: "False", reason: "Cancelled", message: `${run} was cancelled` };
  }
  return { status: "True", reason: counts.skipped > 0 ? "Completed" : "Succeeded", message };
}

function runningReason(state: Schedule, specStatus: string): string {
  const { counts } = state;
  if (state.dagDone) {
    if (state.timedOut === "tasks") return "PipelineRunTimeoutRunningFinally";
    if (specStatus === "CancelledRunFinally") return "CancelledRunningFinally";
    if (specStatus === "StoppedRunFinally") return "StoppedRunningFinally";
  }
  if (counts.cancelled > 0 || (counts.failed > 0 && state.finallyEmpty)) return "PipelineRunStopping";
  return "Running";
}

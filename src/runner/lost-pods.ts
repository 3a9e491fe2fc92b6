import type { StepState } from "../api/pipelines/runs.ts";
import type { RunFailure } from "../pipelines/task-checks.ts";

const message = "Tektite stopped while this step ran or waited; what it did is not known";

/** Steps of a pod whose process is gone: those that had not ended are told as lost. */
export function lostStates(states: readonly StepState[], finishedAt: string): readonly StepState[] {
  return states.map((state) => {
    if (state.terminated !== undefined) return state;
    const { waiting: _waiting, running, ...rest } = state;
    return {
      ...rest,
      terminated: {
        exitCode: 255,
        reason: "Lost",
        message,
        startedAt: running?.startedAt ?? null,
        finishedAt,
      },
      terminationReason: "Lost",
    };
  });
}

/** How a run is told to have ended whose pod went away with an earlier process. */
export function podLostFailure(states: readonly StepState[]): RunFailure {
  const step =
    states.find((state) => state.running !== undefined) ?? states.find((state) => state.terminated === undefined);
  const lost = step === undefined ? "the pod" : `"step-${step.name}"`;
  return { reason: "PodLost", message: `${lost} was lost: Tektite stopped while it ran` };
}

import type { StepState } from "../api/pipelines/runs.ts";
import type { PodDraft } from "../pipelines/pod-draft.ts";
import type { EndedSidecar, EndedStep } from "../pipelines/task-run-progress.ts";
import type { PodEvent } from "./pod-plan.ts";
import type { PlanFailure } from "./pod-planner.ts";

/** What a pod has told of its steps and sidecars so far. */
export class PodProgressRecord {
  readonly startedSteps = new Map<string, string>();
  readonly endedSteps = new Map<string, EndedStep>();
  readonly startedSidecars = new Map<string, string>();
  readonly endedSidecars = new Map<string, EndedSidecar>();

  /** False for what is no progress of a step or sidecar. */
  take(event: PodEvent): boolean {
    switch (event.kind) {
      case "stepStarted":
        this.startedSteps.set(event.step, event.startedAt);
        return true;
      case "stepFinished":
        this.endedSteps.set(event.step, event.outcome);
        return true;
      case "sidecarStarted":
        this.startedSidecars.set(event.sidecar, event.startedAt);
        return true;
      case "sidecarFinished":
        this.endedSidecars.set(event.sidecar, event);
        return true;
      case "failed":
      case "notice":
      case "finished":
        return false;
      default:
        return event satisfies never;
    }
  }
}

/** The steps of a pod that could not be planned: that one waits with the reason, or all do if it is no step's. */
export function stepsThatWait(draft: PodDraft, { reason, message, step }: PlanFailure): readonly StepState[] {
  return draft.steps.map(
    (each): StepState => ({
      name: each.name,
      container: `step-${each.name}`,
      waiting: each.name === step || step === undefined ? { reason, message } : { reason: "PodInitializing" },
    }),
  );
}

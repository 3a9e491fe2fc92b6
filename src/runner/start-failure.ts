import type { TaskRun } from "../api/pipelines/runs.ts";
import type { TaskSpec } from "../api/pipelines/task.ts";
import type { RunFailure } from "../pipelines/task-checks.ts";

/** Why a pod did not start, as a runtime or the planner tells it. */
export interface StartProblem {
  readonly reason: string;
  readonly message: string;
  /** The container at fault, without prefix. */
  readonly step: string | undefined;
}

/** The condition of a TaskRun whose pod did not start (spec: pipelines, section 6.1). */
export function startFailure(run: TaskRun, spec: TaskSpec | undefined, problem: StartProblem): RunFailure {
  const { reason, message, step } = problem;
  const name = JSON.stringify(run.metadata.name);
  switch (reason) {
    case "PodCreationFailed": {
      const { taskRef } = run.spec;
      const suspect =
        taskRef === undefined
          ? "invalid TaskSpec"
          : `missing or invalid Task ${run.metadata.namespace}/${taskRef.name ?? ""}`;
      return { reason, message: `failed to create task run pod ${name}: ${message}. Maybe ${suspect}` };
    }
    case "TaskRunImagePullFailed": {
      // Of what is no step the runtime says all.
      if (step === undefined) return { reason, message };
      const image = spec?.steps?.find((each) => each.name === step)?.image ?? "";
      const text = `the step ${JSON.stringify(step)} in TaskRun ${name} failed to pull the image ${JSON.stringify(image)}`;
      return { reason, message: `${text}. The pod errored with the message: "${message}."` };
    }
    case "CreateContainerConfigError": {
      // The incumbent's text for an environment without its source names nothing; event, step and pod do.
      const text = "Failed to create pod due to config error";
      return { reason, message: step === undefined ? `${text}: ${message}` : text };
    }
    default:
      return { reason, message };
  }
}

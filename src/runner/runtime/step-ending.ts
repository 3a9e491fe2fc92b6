import type { PlannedStep, StepOutcome } from "../pod-plan.ts";
import type { Exit } from "./pod-backend.ts";

/** How a step ended, as its status tells it (spec: pipelines, section 6.2). */
interface Ending {
  readonly exitCode: number;
  readonly reason: StepOutcome["reason"];
  readonly terminationReason: StepOutcome["terminationReason"];
  /** A failure that `onError: continue` passes over. */
  readonly isContinued: boolean;
}

/** What becomes of a step by how its turn went. */
export function ending(
  how:
    | { readonly kind: "skippedByFailure" | "skippedByWhen" | "notRun" | "timedOut" }
    | { readonly kind: "ran"; readonly exit: Exit },
  onError: PlannedStep["onError"],
): Ending {
  switch (how.kind) {
    case "skippedByFailure":
      return { exitCode: 1, reason: "Error", terminationReason: "Skipped", isContinued: false };
    case "skippedByWhen":
      return { exitCode: 0, reason: "Completed", terminationReason: "Skipped", isContinued: false };
    case "notRun":
      return { exitCode: 1, reason: "Error", terminationReason: "Error", isContinued: false };
    case "timedOut":
      return { exitCode: 1, reason: "Error", terminationReason: "TimeoutExceeded", isContinued: false };
    case "ran": {
      const exitCode = exitCodeOf(how.exit);
      if (exitCode === 0) return { exitCode, reason: "Completed", terminationReason: "Completed", isContinued: false };
      if (how.exit.kind === "outOfMemory") {
        return { exitCode, reason: "OOMKilled", terminationReason: "OOMKilled", isContinued: false };
      }
      if (onError === "stopAndFail")
        return { exitCode, reason: "Error", terminationReason: "Error", isContinued: false };
      // Tekton records the number that its language gives for a signal.
      const recorded = how.exit.kind === "signalled" ? -1 : exitCode;
      return { exitCode: recorded, reason: "Completed", terminationReason: "Continued", isContinued: true };
    }
    default:
      return how satisfies never;
  }
}

/** The exit code of a container whose command ended so. */
export function exitCodeOf(exit: Exit): number {
  switch (exit.kind) {
    case "exited":
      return exit.code;
    case "signalled":
      return 255;
    case "outOfMemory":
      return 137;
    case "notStarted":
      return 1;
    default:
      return exit satisfies never;
  }
}

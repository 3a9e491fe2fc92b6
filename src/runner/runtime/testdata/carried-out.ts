import type { FileLogStore } from "../../../store/log-files/file-log-store.ts";
import type { PodEvent, PodPlan, Runtime, StepOutcome } from "../../pod-plan.ts";

/** A pod that has run to its end. */
export interface CarriedOut {
  readonly events: readonly PodEvent[];
  outcome(step: string): StepOutcome;
  log(container: string): Promise<string>;
}

async function readLog(logs: FileLogStore, pod: string, container: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of logs.read({ namespace: "default", pod, container }, {}) ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Runs a pod and waits for its end. */
export async function carryOutPod(
  { runtime, logs }: { readonly runtime: Runtime; readonly logs: FileLogStore },
  plan: PodPlan,
  onEvent?: (event: PodEvent) => void,
): Promise<CarriedOut> {
  const events: PodEvent[] = [];
  for await (const event of runtime.start(plan).events) {
    events.push(event);
    onEvent?.(event);
  }
  return {
    events,
    outcome: (name) => {
      const found = events.find((event) => event.kind === "stepFinished" && event.step === name);
      if (found?.kind !== "stepFinished") throw new Error(`no outcome of ${name}: ${JSON.stringify(events)}`);
      return found.outcome;
    },
    log: (container) => readLog(logs, plan.podName, container),
  };
}

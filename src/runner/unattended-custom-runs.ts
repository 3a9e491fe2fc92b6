import type { K8sObject } from "../api/object.ts";
import { parseGoDuration } from "../api/pipelines/go-duration.ts";
import { type CustomRun, isDone, succeededCondition } from "../api/pipelines/runs.ts";
import { startTimer } from "./long-timer.ts";
import { customRuns } from "./resources.ts";
import { type RunnerContext, timestamp } from "./runner-context.ts";

/** How long a controller may take to notice that its CustomRun is to stop. */
const graceMs = 2_000;

/**
 * Sees to the time limits of CustomRuns (spec: pipelines, section 9). Whoever carries one out is asked to stop; one that
 * no controller has taken up, which shows in its having no condition, is ended here: at its limit, or when it is
 * cancelled.
 */
export class UnattendedCustomRuns {
  readonly #context: RunnerContext;
  /** What calls off the timer of a run that is not done, by its uid. */
  readonly #timers = new Map<string, () => void>();

  constructor(context: RunnerContext) {
    this.#context = context;
    context.signal.addEventListener("abort", () => {
      for (const stop of this.#timers.values()) stop();
    });
  }

  /** Takes a CustomRun as it is now. */
  observe(object: K8sObject): void {
    this.forget(object);
    const run = object as unknown as CustomRun;
    const dueMs = this.#dueMs(run);
    if (dueMs === undefined || isDone(run) || this.#context.signal.aborted) return;
    const stop = startTimer(dueMs - Date.now(), () => void this.#end(object, run));
    this.#timers.set(object.metadata.uid ?? "", stop);
  }

  forget({ metadata }: K8sObject): void {
    const uid = metadata.uid ?? "";
    this.#timers.get(uid)?.();
    this.#timers.delete(uid);
  }

  /** When there is something to do, in milliseconds since the epoch. */
  #dueMs(run: CustomRun): number | undefined {
    const { spec, status, metadata } = run;
    if (isCancelled(run)) return isTakenUp(run) ? undefined : Date.now() + graceMs;
    const defaultMs = this.#context.configuration().defaultTimeoutMinutes * 60_000;
    const limitMs = spec.timeout === undefined ? defaultMs : (parseGoDuration(spec.timeout) ?? 0);
    if (limitMs === 0) return undefined;
    return Date.parse(status?.startTime ?? metadata.creationTimestamp ?? timestamp()) + limitMs;
  }

  async #end(object: K8sObject, run: CustomRun): Promise<void> {
    const { client, events } = this.#context;
    const { namespace, name = "" } = run.metadata;
    if (isTakenUp(run)) {
      const spec = { status: "RunCancelled", statusMessage: "CustomRun cancelled as it has timed out." };
      await client.patch(customRuns, { namespace, name }, { type: "merge", body: { spec } });
      return;
    }
    const { apiVersion = "", kind = "" } = run.spec.customRef ?? run.spec.customSpec ?? {};
    const [reason, what] = isCancelled(run)
      ? ["CustomRunCancelled", "was cancelled"]
      : ["CustomRunTimedOut", `failed to finish within ${JSON.stringify(run.spec.timeout ?? "")}`];
    const message = `CustomRun ${JSON.stringify(name)} ${what}: no controller for ${kind} of ${apiVersion} has taken it up`;
    const now = timestamp();
    const conditions = [{ type: "Succeeded", status: "False", reason, message, lastTransitionTime: now }];
    const patched = await client.patch(
      customRuns,
      { namespace, name },
      { type: "merge", subresource: "status", body: { status: { conditions, completionTime: now } } },
    );
    if (patched.ok) events.record(object, "Warning", "Failed", message);
  }
}

function isCancelled({ spec }: CustomRun): boolean {
  return spec.status === "RunCancelled";
}

function isTakenUp({ status }: CustomRun): boolean {
  return succeededCondition(status) !== undefined;
}

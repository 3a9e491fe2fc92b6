import type { PodPlan, RunningPod, Runtime } from "../pod-plan.ts";
import { PodEngine, type PodSurroundings } from "./pod-engine.ts";

/** A runtime: the shared engine with one kind of back-end. */
export class PodRuntime implements Runtime {
  readonly kind: Runtime["kind"];
  readonly #surroundings: PodSurroundings;
  readonly #pods = new Set<PodEngine>();
  readonly #onClose: () => Promise<void>;

  constructor(kind: Runtime["kind"], surroundings: PodSurroundings, onClose: () => Promise<void>) {
    this.kind = kind;
    this.#surroundings = surroundings;
    this.#onClose = onClose;
  }

  start(plan: PodPlan): RunningPod {
    const pod = new PodEngine(plan, this.#surroundings);
    this.#pods.add(pod);
    void pod.done.finally(() => this.#pods.delete(pod));
    return pod;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pods].map((pod) => pod.abandon()));
    await this.#onClose();
  }
}

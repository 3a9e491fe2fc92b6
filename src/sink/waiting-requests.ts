/** How many requests wait at most, and how long, in milliseconds. */
const maxWaiting = 256;
const defaultMaxWaitMs = 5_000;

/** Requests that wait to be let in, in their order: not many, as each holds its body, and not for long. */
export class WaitingRequests {
  readonly #waiting = new Set<() => void>();
  readonly #maxWaitMs: number;

  constructor(maxWaitMs = defaultMaxWaitMs) {
    this.#maxWaitMs = maxWaitMs;
  }

  get count(): number {
    return this.#waiting.size;
  }

  /** True once it is let in; false when too many wait already, or it has waited too long. */
  wait(): Promise<boolean> {
    if (this.#waiting.size >= maxWaiting) return Promise.resolve(false);
    return new Promise((resolve) => {
      const leave = (isIn: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(letIn);
        resolve(isIn);
      };
      const letIn = () => leave(true);
      const timer = setTimeout(() => leave(false), this.#maxWaitMs);
      this.#waiting.add(letIn);
    });
  }

  /** Lets the first of them in. */
  letIn(): void {
    const first = this.#waiting.values().next();
    if (!first.done) first.value();
  }
}

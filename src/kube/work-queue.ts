import type { Result } from "../result.ts";
import { exponentialDelayMs } from "./backoff.ts";

export interface WorkQueueOptions {
  /** How many keys are reconciled at once; never two of the same key. */
  readonly workers: number;
  /** Delay before the first repetition of a key that failed, in milliseconds; doubles up to `maxDelayMs`. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** Told of each failed attempt. */
  readonly onError?: (key: string, error: string) => void;
}

/** What a reconcile wants next. */
export interface Reconciled {
  readonly requeueAfterMs?: number;
}

/**
 * Keys waiting to be reconciled: each at most once, none while it is worked on (it then runs again afterwards), with
 * exponential back-off for those that fail.
 */
export class WorkQueue {
  readonly #reconcile: (key: string) => Promise<Result<Reconciled, string>>;
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #running = new Set<string>();
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly atMs: number }>();
  #signal: AbortSignal | undefined;

  constructor(reconcile: (key: string) => Promise<Result<Reconciled, string>>, options: WorkQueueOptions) {
    this.#reconcile = reconcile;
    this.#options = options;
  }

  /** Begins to work; what was added before is worked on now. Stops taking keys when the signal aborts. */
  start(signal: AbortSignal): void {
    this.#signal = signal;
    signal.addEventListener("abort", () => {
      for (const { timer } of this.#timers.values()) clearTimeout(timer);
      this.#timers.clear();
    });
    this.#pump();
  }

  add(key: string): void {
    if (this.#running.has(key)) this.#again.add(key);
    else {
      this.#waiting.add(key);
      this.#pump();
    }
  }

  /** Adds the key later; of several times for one key the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const atMs = Date.now() + delayMs;
    const planned = this.#timers.get(key);
    if (planned !== undefined && planned.atMs <= atMs) return;
    if (planned !== undefined) clearTimeout(planned.timer);
    // A timer holds at most 2^31-1 ms; a later time is approached in steps.
    const timer = setTimeout(
      () => {
        this.#timers.delete(key);
        const restMs = atMs - Date.now();
        if (restMs > 1) this.addAfter(key, restMs);
        else this.add(key);
      },
      Math.min(delayMs, 2 ** 31 - 1),
    );
    this.#timers.set(key, { timer, atMs });
  }

  #pump(): void {
    const signal = this.#signal;
    if (signal === undefined) return;
    while (!signal.aborted && this.#running.size < this.#options.workers) {
      const next = this.#waiting.values().next();
      if (next.done === true) return;
      this.#waiting.delete(next.value);
      this.#running.add(next.value);
      void this.#work(next.value);
    }
  }

  async #work(key: string): Promise<void> {
    let result: Result<Reconciled, string>;
    try {
      result = await this.#reconcile(key);
    } catch (error) {
      result = { ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    this.#running.delete(key);
    const aborted = this.#signal?.aborted === true;
    if (result.ok) {
      this.#failures.delete(key);
      if (result.value.requeueAfterMs !== undefined && !aborted) this.addAfter(key, result.value.requeueAfterMs);
    } else {
      this.#options.onError?.(key, result.error);
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      if (!aborted)
        this.addAfter(key, exponentialDelayMs(failures, this.#options.baseDelayMs, this.#options.maxDelayMs));
    }
    if (this.#again.delete(key)) this.#waiting.add(key);
    this.#pump();
  }
}

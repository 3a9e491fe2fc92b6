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
  /** For keys that failed, all together: so many a second in the long run, after a burst. Unlimited without it. */
  readonly retries?: { readonly perSecond: number; readonly burst: number };
  readonly observer?: WorkQueueObserver;
}

/** Told what happens in a queue, for metrics; times in milliseconds. */
export interface WorkQueueObserver {
  /** How many keys wait, and for how long those being worked on have been. */
  watch(state: () => { readonly depth: number; readonly runningMs: readonly number[] }): void;
  added(): void;
  retried(): void;
  begun(waitedMs: number): void;
  ended(tookMs: number): void;
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
  /** Since when, in milliseconds of the monotonic clock. */
  readonly #waiting = new Map<string, number>();
  readonly #running = new Map<string, number>();
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly atMs: number }>();
  /** When the next retry may be without exceeding the rate, in milliseconds since the epoch, the burst set aside. */
  #nextRetryMs = Number.NEGATIVE_INFINITY;
  #signal: AbortSignal | undefined;

  constructor(reconcile: (key: string) => Promise<Result<Reconciled, string>>, options: WorkQueueOptions) {
    this.#reconcile = reconcile;
    this.#options = options;
    options.observer?.watch(() => {
      const nowMs = performance.now();
      return { depth: this.#waiting.size, runningMs: [...this.#running.values()].map((sinceMs) => nowMs - sinceMs) };
    });
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
      this.#wait(key);
      this.#pump();
    }
  }

  #wait(key: string): void {
    if (this.#waiting.has(key)) return;
    this.#waiting.set(key, performance.now());
    this.#options.observer?.added();
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
      const next = this.#waiting.entries().next();
      if (next.done === true) return;
      const [key, sinceMs] = next.value;
      const nowMs = performance.now();
      this.#waiting.delete(key);
      this.#running.set(key, nowMs);
      this.#options.observer?.begun(nowMs - sinceMs);
      void this.#work(key);
    }
  }

  async #work(key: string): Promise<void> {
    let result: Result<Reconciled, string>;
    try {
      result = await this.#reconcile(key);
    } catch (error) {
      result = { ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    this.#options.observer?.ended(performance.now() - (this.#running.get(key) ?? 0));
    this.#running.delete(key);
    const aborted = this.#signal?.aborted === true;
    if (result.ok) {
      this.#failures.delete(key);
      if (result.value.requeueAfterMs !== undefined && !aborted) this.addAfter(key, result.value.requeueAfterMs);
    } else {
      this.#options.onError?.(key, result.error);
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      if (!aborted) {
        this.#options.observer?.retried();
        const delayMs = exponentialDelayMs(failures, this.#options.baseDelayMs, this.#options.maxDelayMs);
        this.addAfter(key, Math.max(delayMs, this.#rateDelayMs()));
      }
    }
    if (this.#again.delete(key)) this.#wait(key);
    this.#pump();
  }

  /** How long a retry has to wait for the others. */
  #rateDelayMs(): number {
    const { retries } = this.#options;
    if (retries === undefined) return 0;
    const nowMs = Date.now();
    const intervalMs = 1000 / retries.perSecond;
    this.#nextRetryMs = Math.max(this.#nextRetryMs, nowMs - (retries.burst - 1) * intervalMs) + intervalMs;
    return Math.max(0, this.#nextRetryMs - intervalMs - nowMs);
  }
}

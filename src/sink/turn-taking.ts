/** How many pieces of work begin in one turn of the event loop. */
const startsPerTurn = 8;

/** As many requests that are being taken in at once are a burst. */
const burst = 8;

/** How long work waits for the end of a burst at most, in milliseconds. */
const maxHoldMs = 2_000;

/** In a burst that lasts longer, a piece of work begins after so many requests, or after so many milliseconds. */
const requestsPerStart = 8;
const maxPauseMs = 20;

interface Waiting {
  readonly start: () => void;
  readonly sinceMs: number;
}

/**
 * Lets work begin a few pieces at a time, with input handled in between: taking events in comes before running their
 * triggers, as senders wait for the one and nobody for the other. During a burst triggers wait, for two seconds at most;
 * then both go on. Also bounds how much is under way.
 */
export class TurnTaking {
  readonly #maxConcurrent: number;
  readonly #nowMs: () => number;
  #waiting: Waiting[] = [];
  /** Those of the list before this one have begun. */
  #next = 0;
  #running = 0;
  #arriving = 0;
  /** Requests that were taken in since the last piece of work began, and when that was. */
  #arrived = 0;
  #startedMs = Number.NEGATIVE_INFINITY;
  #isScheduled = false;
  #held: NodeJS.Timeout | undefined;

  constructor(maxConcurrent: number, nowMs: () => number = () => performance.now()) {
    this.#maxConcurrent = maxConcurrent;
    this.#nowMs = nowMs;
  }

  /** Whether so many requests are being taken in that work has to wait. */
  get isBurst(): boolean {
    return this.#arriving >= burst;
  }

  /** A request is being taken in from now until `arrived` is called. */
  arriving(): void {
    this.#arriving++;
  }

  arrived(): void {
    this.#arriving--;
    this.#arrived++;
    if (this.#held !== undefined && (!this.isBurst || this.#arrived % requestsPerStart === 0)) this.#schedule();
  }

  /** Runs the work when its turn comes. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => {
      this.#waiting.push({ start: resolve, sinceMs: this.#nowMs() });
      this.#schedule();
    });
    try {
      return await work();
    } finally {
      this.#running--;
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#isScheduled || this.#next >= this.#waiting.length || this.#running >= this.#maxConcurrent) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#mustHold()) return;
      const starts = this.isBurst ? 1 : startsPerTurn;
      const end = Math.min(this.#next + starts, this.#next + this.#maxConcurrent - this.#running, this.#waiting.length);
      this.#running += end - this.#next;
      this.#arrived = 0;
      this.#startedMs = this.#nowMs();
      while (this.#next < end) this.#waiting[this.#next++]?.start();
      // What has begun is dropped now and then, as moving a long list up each time would take long.
      if (this.#next > 1_000 || this.#next === this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#next);
        this.#next = 0;
      }
      this.#schedule();
    });
  }

  /** Whether a burst goes first; then the end of the burst or of the patience schedules again. */
  #mustHold(): boolean {
    clearTimeout(this.#held);
    this.#held = undefined;
    const first = this.#waiting[this.#next];
    if (first === undefined || !this.isBurst) return false;
    const nowMs = this.#nowMs();
    let leftMs = first.sinceMs + maxHoldMs - nowMs;
    if (leftMs <= 0 && this.#arrived < requestsPerStart) leftMs = this.#startedMs + maxPauseMs - nowMs;
    if (leftMs <= 0) return false;
    this.#held = setTimeout(() => {
      this.#held = undefined;
      this.#schedule();
    }, leftMs);
    return true;
  }
}

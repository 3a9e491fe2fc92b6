/** How many pieces of work begin in one turn of the event loop. */
const startsPerTurn = 8;

/**
 * Lets work begin a few pieces at a time, with input handled in between: taking events in comes before running their
 * triggers, as senders wait for the one and nobody for the other. Also bounds how much is under way.
 */
export class TurnTaking {
  readonly #maxConcurrent: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #isScheduled = false;

  constructor(maxConcurrent: number) {
    this.#maxConcurrent = maxConcurrent;
  }

  /** Runs the work when its turn comes. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
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
    if (this.#isScheduled || this.#waiting.length === 0 || this.#running >= this.#maxConcurrent) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const count = Math.min(startsPerTurn, this.#maxConcurrent - this.#running, this.#waiting.length);
      this.#running += count;
      for (const start of this.#waiting.splice(0, count)) start();
      this.#schedule();
    });
  }
}

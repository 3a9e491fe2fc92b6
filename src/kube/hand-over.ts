/**
 * Passes values of several producers to one consumer, in the order of their arrival. A producer waits until its value
 * has been used, so nothing piles up.
 */
export class HandOver<T> {
  readonly #offered: { readonly value: T; readonly taken: () => void }[] = [];
  #isClosed = false;
  #change = Promise.withResolvers<void>();

  /** Resolves once the consumer has used the value, or has gone. */
  give(value: T): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#offered.push({ value, taken: resolve });
      this.#change.resolve();
    });
  }

  /** Ends the consumption once what was offered has been used. */
  close(): void {
    this.#isClosed = true;
    this.#change.resolve();
  }

  /** What the producers give, until `close`. */
  async *taken(): AsyncGenerator<T> {
    try {
      for (;;) {
        const next = this.#offered.shift();
        if (next !== undefined) {
          try {
            yield next.value;
          } finally {
            next.taken();
          }
        } else if (this.#isClosed) {
          return;
        } else {
          await this.#change.promise;
          this.#change = Promise.withResolvers<void>();
        }
      }
    } finally {
      this.#isClosed = true;
      for (const { taken } of this.#offered.splice(0)) taken();
    }
  }
}

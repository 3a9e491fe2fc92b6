/** Hands events from one producer to one consumer, in order. */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  #isClosed = false;
  #change = Promise.withResolvers<void>();

  push(event: T): void {
    this.#waiting.push(event);
    this.#wake();
  }

  /** No more will come. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const change = this.#change.promise;
      for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) yield event;
      if (this.#isClosed && this.#waiting.length === 0) return;
      await change;
    }
  }

  #wake(): void {
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers<void>();
    resolve();
  }
}

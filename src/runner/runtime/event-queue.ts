/** Hands events from one producer to one consumer, in order. */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  #isClosed = false;
  #isMuted = false;
  #change = Promise.withResolvers<void>();

  push(event: T): void {
    if (this.#isMuted) return;
    this.#waiting.push(event);
    this.#wake();
  }

  /** Nothing will come from now on, not even the end. */
  mute(): void {
    this.#isMuted = true;
  }

  /** No more will come. */
  close(): void {
    if (this.#isMuted) return;
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

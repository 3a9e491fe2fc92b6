/** Bytes handed from one that pushes to one that iterates. */
export class ByteChannel implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  readonly #onEmpty: () => void;
  #waitingBytes = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  /** `onEmpty` is called when all that was pushed has been taken. */
  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty;
  }

  /** How much has been pushed and not yet taken. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  push(chunk: Uint8Array): void {
    if (this.#ended) return;
    this.#waitingBytes += chunk.length;
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#waitingBytes -= chunk.length;
        yield chunk;
        if (this.#chunks.length === 0) this.#onEmpty();
      } else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}

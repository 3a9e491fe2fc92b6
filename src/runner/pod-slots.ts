/** A place for one running pod; give it back once. */
export interface PodSlot {
  release(): void;
}

interface Waiting {
  readonly grant: (slot: PodSlot) => void;
}

/**
 * Limits how many pods run at once. Namespaces that wait take turns, so that one with many runs does not hold up the
 * others.
 */
export class PodSlots {
  readonly #limit: number;
  /** Waiting pods by namespace; the first key is the one whose turn it is. */
  readonly #queues = new Map<string, Waiting[]>();
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  /** A slot at once if there is one and nobody waits for it. */
  tryTake(): PodSlot | undefined {
    return this.#used < this.#limit && this.#queues.size === 0 ? this.#take() : undefined;
  }

  /** Waits for a slot; `cancel` gives the place in the queue up. */
  wait(namespace: string): { readonly slot: Promise<PodSlot>; cancel(): void } {
    const { promise, resolve } = Promise.withResolvers<PodSlot>();
    const entry: Waiting = { grant: resolve };
    const queue = this.#queues.get(namespace);
    if (queue === undefined) this.#queues.set(namespace, [entry]);
    else queue.push(entry);
    return { slot: promise, cancel: () => this.#forget(namespace, entry) };
  }

  #take(): PodSlot {
    this.#used++;
    let released = false;
    return {
      release: () => {
        if (released) return;
        released = true;
        this.#used--;
        this.#grantNext();
      },
    };
  }

  #grantNext(): void {
    const next = this.#queues.entries().next();
    if (next.done === true || this.#used >= this.#limit) return;
    const [namespace, queue] = next.value;
    const entry = queue.shift();
    this.#queues.delete(namespace);
    if (queue.length > 0) this.#queues.set(namespace, queue); // behind the others
    entry?.grant(this.#take());
  }

  #forget(namespace: string, entry: Waiting): void {
    const queue = this.#queues.get(namespace);
    const at = queue?.indexOf(entry) ?? -1;
    if (queue === undefined || at === -1) {
      return;
    }
    queue.splice(at, 1);
    if (queue.length === 0) this.#queues.delete(namespace);
  }
}

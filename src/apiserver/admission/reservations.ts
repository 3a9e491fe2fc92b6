/** What is taken, and by whom; a holder gives all it has back at once. */
export class Reservations<T> {
  readonly #holders = new Map<T, string>();
  readonly #held = new Map<string, Set<T>>();

  holderOf(thing: T): string | undefined {
    return this.#holders.get(thing);
  }

  /** Takes a thing over from whoever had it. */
  hold(thing: T, holder: string): void {
    const before = this.#holders.get(thing);
    if (before !== undefined) this.#held.get(before)?.delete(thing);
    this.#holders.set(thing, holder);
    const held = this.#held.get(holder);
    if (held) held.add(thing);
    else this.#held.set(holder, new Set([thing]));
  }

  release(holder: string): void {
    for (const thing of this.#held.get(holder) ?? []) this.#holders.delete(thing);
    this.#held.delete(holder);
  }
}

import { compileSubstitution, type Substitution } from "./substitution.ts";

/** Compiled param values by their text, oldest use first. */
export class SubstitutionCache {
  readonly #compiled = new Map<string, Substitution>();
  readonly #capacity: number;

  /** @param capacity values kept; very long values are never kept */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(value: string): Substitution {
    const found = this.#compiled.get(value);
    // Far from full, nothing is about to go and the order does not matter.
    if (found && this.#compiled.size * 2 < this.#capacity) return found;
    const compiled = found ?? compileSubstitution(value);
    if (value.length > maxKeptLength) return compiled;
    if (found) this.#compiled.delete(value); // re-inserting moves it to the end
    this.#compiled.set(value, compiled);
    if (this.#compiled.size > this.#capacity) {
      const oldest = this.#compiled.keys().next();
      if (!oldest.done) this.#compiled.delete(oldest.value);
    }
    return compiled;
  }
}

const maxKeptLength = 16 * 1024;

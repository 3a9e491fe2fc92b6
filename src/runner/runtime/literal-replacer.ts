/** A text that is shown as another wherever it occurs. */
export interface Replacement {
  readonly find: string;
  readonly replace: string;
}

interface Pattern {
  readonly find: Buffer;
  readonly replace: Buffer;
}

/** The replacements that hide secret values: each value, and each line of one that has several. */
export function maskingReplacements(values: readonly string[]): readonly Replacement[] {
  const parts = new Set<string>();
  for (const value of values) {
    const trimmed = value.trim();
    if (trimmed === "") continue;
    parts.add(trimmed);
    // Output is often seen by the line. Shorter lines, such as a brace, would hide too much else.
    for (const line of trimmed.split("\n")) if (line.trim().length >= 6) parts.add(line.trim());
  }
  return [...parts].map((find) => ({ find, replace: "***" }));
}

/**
 * Replaces literal texts in a stream of chunks, also where a text lies across chunk borders. Holds back only what may
 * still become one of the texts. Where several begin at one place the longest wins.
 */
export class LiteralReplacer {
  readonly #patterns: readonly Pattern[];
  #held: Buffer = Buffer.alloc(0);

  constructor(replacements: readonly Replacement[]) {
    this.#patterns = replacements
      .filter(({ find }) => find !== "")
      .map(({ find, replace }) => ({ find: Buffer.from(find), replace: Buffer.from(replace) }))
      .sort((a, b) => b.find.length - a.find.length);
  }

  /** The output so far that can no longer change. */
  push(chunk: Buffer): Buffer {
    if (this.#patterns.length === 0) return chunk;
    const input = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const { out, rest } = this.#replace(input, false);
    this.#held = Buffer.from(rest);
    return out;
  }

  /** What was held back. */
  flush(): Buffer {
    const { out } = this.#replace(this.#held, true);
    this.#held = Buffer.alloc(0);
    return out;
  }

  #replace(input: Buffer, isLast: boolean): { readonly out: Buffer; readonly rest: Buffer } {
    const next = this.#patterns.map(({ find }) => input.indexOf(find));
    const parts: Buffer[] = [];
    // A text at or behind this place may go on in the next chunk, and may then be longer than the one found.
    const holdFrom = isLast ? input.length : this.#holdFrom(input);
    let at = 0;
    for (;;) {
      let first = -1;
      for (const [i, pattern] of this.#patterns.entries()) {
        const found = next[i] ?? -1;
        if (found !== -1 && found < at) next[i] = input.indexOf(pattern.find, at);
        const start = next[i] ?? -1;
        if (start !== -1 && (first === -1 || start < (next[first] ?? -1))) first = i;
      }
      const pattern = this.#patterns[first];
      const start = next[first] ?? -1;
      if (pattern === undefined || start >= holdFrom) break;
      parts.push(input.subarray(at, start), pattern.replace);
      at = start + pattern.find.length;
    }
    if (at < holdFrom) {
      parts.push(input.subarray(at, holdFrom));
      at = holdFrom;
    }
    return {
      out: parts.length === 1 ? (parts[0] ?? input) : Buffer.concat(parts),
      rest: input.subarray(at),
    };
  }

  /** The first place from where the input is a beginning, but not the whole, of some text. */
  #holdFrom(input: Buffer): number {
    const longest = this.#patterns[0]?.find.length ?? 0;
    for (let start = Math.max(0, input.length - longest + 1); start < input.length; start++) {
      const tail = input.length - start;
      for (const { find } of this.#patterns) {
        if (find.length > tail && find.compare(input, start, input.length, 0, tail) === 0) return start;
      }
    }
    return input.length;
  }
}

/** Replaces in a whole text. */
export function replaceLiterals(text: string, replacements: readonly Replacement[]): string {
  const replacer = new LiteralReplacer(replacements);
  return Buffer.concat([replacer.push(Buffer.from(text)), replacer.flush()]).toString();
}

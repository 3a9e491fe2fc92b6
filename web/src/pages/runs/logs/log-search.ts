import { plainText } from "./ansi.ts";
import type { LogStore } from "./log-store.ts";

/** Looks for a text in a log, a portion at a time, and goes on where the log has grown. Case does not matter. */
export class LogSearch {
  readonly #store: LogStore;
  readonly #text: string;
  readonly #found: number[] = [];
  #nextLine = 1;

  constructor(store: LogStore, text: string) {
    this.#store = store;
    this.#text = text.toLowerCase();
  }

  /** Numbers of the lines that have it, so far. */
  get lines(): readonly number[] {
    return this.#found;
  }

  /** Looks at so many more rows; whether there are still others. */
  advance(rows: number): boolean {
    const store = this.#store;
    if (this.#nextLine > store.lineCount) return false;
    const start = store.indexOfLine(this.#nextLine);
    const end = Math.min(store.rowCount, start + rows);
    for (let index = start; index < end; index++) {
      const row = store.row(index);
      if (row?.kind !== "line") continue;
      if (plainText(row.text).toLowerCase().includes(this.#text)) this.#found.push(row.line);
      this.#nextLine = row.line + 1;
    }
    return end < store.rowCount;
  }
}

export interface TextPart {
  /** Where it begins in the text. */
  readonly at: number;
  readonly text: string;
  readonly isMatch: boolean;
}

/** Parts of a text that are what is looked for, or not. */
export function splitMatches(text: string, wanted: string): readonly TextPart[] {
  if (wanted === "") return [{ at: 0, text, isMatch: false }];
  const parts: TextPart[] = [];
  const lower = text.toLowerCase();
  const needle = wanted.toLowerCase();
  // Some letters become longer in lower case: places would no longer fit.
  if (lower.length !== text.length) return [{ at: 0, text, isMatch: lower.includes(needle) }];
  let at = 0;
  for (let found = lower.indexOf(needle); found >= 0; found = lower.indexOf(needle, at)) {
    if (found > at) parts.push({ at, text: text.slice(at, found), isMatch: false });
    at = found + needle.length;
    parts.push({ at: found, text: text.slice(found, at), isMatch: true });
  }
  if (at < text.length || parts.length === 0) parts.push({ at, text: text.slice(at), isMatch: false });
  return parts;
}

import type { LogRecord, LogSource } from "../../../../../src/dashboard/views/run-log.ts";
import { type AnsiStyle, hasControls, plainStyle, plainText, styleAtEnd } from "./ansi.ts";

/** A row of the log: the lines that follow are of that step, one line, or why there are none. */
export type LogRow =
  | { readonly kind: "step"; readonly source: LogSource; readonly nextLine: number }
  | { readonly kind: "line"; readonly line: number; readonly text: string; readonly style: AnsiStyle }
  | { readonly kind: "problem"; readonly message: string; readonly nextLine: number };

export type LogState = "reading" | "ended" | "lost";

interface LogLimits {
  readonly maxRows: number;
  /** Of the lines' texts, in UTF-16 code units. */
  readonly maxLength: number;
}

const defaultLimits: LogLimits = { maxRows: 250_000, maxLength: 64 * 1024 * 1024 };
/** Old rows go in portions, so that not every new line moves all others. */
const portion = 0.1;
/** Readers are told this often at most. */
const tellEveryMs = 60;

/** What has been read of a log: bounded, the oldest lines go first. */
export class LogStore {
  readonly #limits: LogLimits;
  readonly #listeners = new Set<() => void>();
  #rows: LogRow[] = [];
  #firstRow = 0;
  #length = 0;
  #lines = 0;
  #droppedLines = 0;
  #longest = 0;
  #source: LogSource | undefined;
  #style: AnsiStyle = plainStyle;
  #state: LogState = "reading";
  #version = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limits: LogLimits = defaultLimits) {
    this.#limits = limits;
  }

  get rowCount(): number {
    return this.#rows.length;
  }

  /** Lines so far, with those that have been dropped. */
  get lineCount(): number {
    return this.#lines;
  }

  get droppedLines(): number {
    return this.#droppedLines;
  }

  /** Characters of the longest line. */
  get longestLine(): number {
    return this.#longest;
  }

  get state(): LogState {
    return this.#state;
  }

  row(index: number): LogRow | undefined {
    return this.#rows[index];
  }

  /** A number that stays with the row when others are dropped. */
  rowId(index: number): number {
    return this.#firstRow + index;
  }

  /** The row of a line, counted from 1; the first row that there is when the line has been dropped. */
  indexOfLine(line: number): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (firstLineOf(this.#rows[middle]) < line) low = middle + 1;
      else high = middle;
    }
    // Headings have the number of the line that follows them.
    while (low < this.#rows.length && this.#rows[low]?.kind !== "line") low++;
    return Math.min(low, this.#rows.length - 1);
  }

  put(record: LogRecord): void {
    switch (record.kind) {
      case "lines":
        this.#turnTo(record.source);
        for (const text of record.lines) this.#add(text);
        break;
      case "problem":
        if (record.source.step !== "") this.#turnTo(record.source);
        this.#rows.push({ kind: "problem", message: record.status.message ?? "", nextLine: this.#lines + 1 });
        break;
      case "end":
        this.#state = "ended";
        break;
      default:
        record satisfies never;
    }
    this.#drop();
    this.#tell();
  }

  /** The connection is gone before the end. */
  lose(): void {
    this.#state = "lost";
    this.#tell();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Changes whenever the content has. */
  readonly version = (): number => this.#version;

  #turnTo(source: LogSource): void {
    const last = this.#source;
    if (
      last !== undefined &&
      last.taskRun === source.taskRun &&
      last.step === source.step &&
      last.attempt === source.attempt
    ) {
      return;
    }
    this.#source = source;
    this.#style = plainStyle;
    this.#rows.push({ kind: "step", source, nextLine: this.#lines + 1 });
  }

  #add(text: string): void {
    this.#lines++;
    this.#rows.push({ kind: "line", line: this.#lines, text, style: this.#style });
    this.#length += text.length;
    this.#style = styleAtEnd(text, this.#style);
    const shown = hasControls(text) ? plainText(text).length : text.length;
    if (shown > this.#longest) this.#longest = shown;
  }

  #drop(): void {
    const { maxRows, maxLength } = this.#limits;
    if (this.#rows.length <= maxRows && this.#length <= maxLength) return;
    let count = Math.max(0, this.#rows.length - Math.floor(maxRows * (1 - portion)));
    let length = this.#length;
    for (let index = 0; index < this.#rows.length - 1; index++) {
      if (index >= count && length <= maxLength * (1 - portion)) break;
      const row = this.#rows[index];
      if (row?.kind === "line") {
        length -= row.text.length;
        this.#droppedLines = row.line;
      }
      count = Math.max(count, index + 1);
    }
    this.#length = length;
    this.#firstRow += count;
    this.#rows = this.#rows.slice(count);
  }

  #tell(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#version++;
      for (const listener of this.#listeners) listener();
    }, tellEveryMs);
  }
}

function firstLineOf(row: LogRow | undefined): number {
  if (row === undefined) return 0;
  return row.kind === "line" ? row.line : row.nextLine;
}

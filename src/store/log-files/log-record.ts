/**
 * The form in which a line lies in a log file, after the container runtime interface's log format: time, tag, text,
 * newline. The tag `F` ends a line; `P` is a piece of a line that goes on in the next record (or that the container
 * left unfinished). Time and tag have a fixed width, so records can be cut without parsing.
 */

const timeLength = "2026-01-02T03:04:05.000000000Z".length;

/** Bytes in front of a record's text: time, blank, tag, blank. */
export const headerLength = timeLength + 3;

/** A longer line is stored in several records, so that a record always fits a reader's buffer. */
export const maxTextLength = 16 * 1024;

const newline = 0x0a;
const full = 0x46;
const partial = 0x50;
const blank = 0x20;

/** Hands out times that never repeat or go back, as nanosecond RFC 3339 texts of one width. */
class LogClock {
  #lastMs = 0;
  #withinMs = 0;

  now(): string {
    const nowMs = Date.now();
    if (nowMs > this.#lastMs) {
      this.#lastMs = nowMs;
      this.#withinMs = 0;
    } else if (this.#withinMs < 999_999) {
      this.#withinMs++;
    }
    return `${new Date(this.#lastMs).toISOString().slice(0, -1)}${String(this.#withinMs).padStart(6, "0")}Z`;
  }
}

/** The first time text that counts as "at or after" `ms`; compares bytewise with the times of records. */
export function timeText(ms: number): string {
  return `${new Date(Math.ceil(ms)).toISOString().slice(0, -1)}000000Z`;
}

/**
 * Turns output into records as it comes. Keeps at most one unfinished line of `maxTextLength` bytes.
 */
export class RecordEncoder {
  readonly #clock = new LogClock();
  #unfinished: Uint8Array[] = [];
  #unfinishedLength = 0;

  /** Records for every line that `chunk` completes. */
  encode(chunk: Uint8Array): Buffer {
    const pieces: { readonly text: readonly Uint8Array[]; readonly length: number; readonly ends: boolean }[] = [];
    let size = 0;
    let start = 0;
    const add = (text: readonly Uint8Array[], length: number, ends: boolean): void => {
      pieces.push({ text, length, ends });
      size += headerLength + length + 1;
    };
    while (start < chunk.length) {
      const found = chunk.indexOf(newline, start);
      const lineEnd = found === -1 ? chunk.length : found;
      const end = Math.min(lineEnd, start + maxTextLength - this.#unfinishedLength);
      const ends = end === found;
      const piece = chunk.subarray(start, end);
      if (ends || this.#unfinishedLength + piece.length >= maxTextLength) {
        this.#unfinished.push(piece);
        add(this.#unfinished, this.#unfinishedLength + piece.length, ends);
        this.#unfinished = [];
        this.#unfinishedLength = 0;
      } else {
        // Copied, because the caller may reuse the chunk's memory.
        this.#unfinished.push(Uint8Array.from(piece));
        this.#unfinishedLength += piece.length;
      }
      start = ends ? end + 1 : end;
    }
    return this.#write(pieces, size);
  }

  /** What is left of an unfinished line. */
  flush(): Buffer {
    if (this.#unfinishedLength === 0) return Buffer.alloc(0);
    const piece = { text: this.#unfinished, length: this.#unfinishedLength, ends: false };
    this.#unfinished = [];
    this.#unfinishedLength = 0;
    return this.#write([piece], headerLength + piece.length + 1);
  }

  #write(
    pieces: readonly { readonly text: readonly Uint8Array[]; readonly length: number; readonly ends: boolean }[],
    size: number,
  ): Buffer {
    if (pieces.length === 0) return Buffer.alloc(0);
    const out = Buffer.allocUnsafe(size);
    // One time for all lines that came together.
    const time = Buffer.from(this.#clock.now(), "latin1");
    let at = 0;
    for (const { text, ends } of pieces) {
      out.set(time, at);
      at += timeLength;
      out[at++] = blank;
      out[at++] = ends ? full : partial;
      out[at++] = blank;
      for (const part of text) {
        out.set(part, at);
        at += part.length;
      }
      out[at++] = newline;
    }
    return out;
  }
}

/** What of a log a reader wants to see of each record. */
export interface RecordFilter {
  /** Skips records before this time text; empty for none. */
  readonly since: string;
  readonly timestamps: boolean;
}

/**
 * Turns records back into output. Blocks may cut records anywhere; the rest is kept for the next block.
 */
export class RecordDecoder {
  readonly #filter: RecordFilter;
  readonly #since: Buffer;
  #rest: Buffer = Buffer.alloc(0);
  #insideLine = false;

  constructor(filter: RecordFilter) {
    this.#filter = filter;
    this.#since = Buffer.from(filter.since, "latin1");
  }

  decode(block: Buffer): Buffer {
    const input = this.#rest.length === 0 ? block : Buffer.concat([this.#rest, block]);
    // Without times the output is shorter than the input; with times it is shorter by the tags.
    const out = Buffer.allocUnsafe(input.length);
    let written = 0;
    let start = 0;
    for (;;) {
      const end = input.indexOf(newline, start + headerLength - 1);
      if (end === -1 || start + headerLength > input.length) break;
      const ends = input[start + timeLength + 1] === full;
      const wanted =
        this.#since.length === 0 || input.compare(this.#since, 0, timeLength, start, start + timeLength) >= 0;
      if (wanted) {
        if (this.#filter.timestamps && !this.#insideLine) {
          written += input.copy(out, written, start, start + timeLength + 1);
        }
        written += input.copy(out, written, start + headerLength, end);
        if (ends) out[written++] = newline;
      }
      this.#insideLine = !ends;
      start = end + 1;
    }
    this.#rest = start === input.length ? Buffer.alloc(0) : Buffer.from(input.subarray(start));
    return out.subarray(0, written);
  }
}

/** Whether the record whose header starts at `start` finishes its line. */
export function finishesLine(buffer: Buffer, start: number): boolean {
  return buffer[start + timeLength + 1] === full;
}

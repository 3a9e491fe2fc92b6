import type { LogWriter } from "../store/log-store.ts";

/** Writes lines of a log together: those that come while others are being written make the next piece. */
export class LineWriter {
  readonly #writer: LogWriter;
  #lines: string[] = [];
  #writing: Promise<void> | undefined;

  constructor(writer: LogWriter) {
    this.#writer = writer;
  }

  /** Takes one line, without its newline. */
  write(line: string): void {
    this.#lines.push(line);
    this.#writing ??= this.#writeAll();
  }

  /** Resolves once every line has been written and the log is closed. */
  async end(): Promise<void> {
    await this.#writing;
    await this.#writer.end();
  }

  async #writeAll(): Promise<void> {
    while (this.#lines.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const text = this.#lines.map((line) => `${line}\n`).join("");
      this.#lines = [];
      await this.#writer.write(Buffer.from(text));
    }
    this.#writing = undefined;
  }
}

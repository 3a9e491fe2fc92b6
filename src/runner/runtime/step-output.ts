import { write } from "node:fs";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import type { LogWriter } from "../../store/log-store.ts";
import { LiteralReplacer, type Replacement } from "./literal-replacer.ts";

const writeFile = promisify(write);
const newline = 0x0a;
/** A longer unfinished line is let through, so that memory stays bounded. */
const maxHeldBytes = 16 * 1024;

/**
 * The way of one container's output into its log: texts replaced, stdout and stderr mixed by whole lines, no faster
 * than the log takes it.
 */
export class StepOutput {
  readonly #writer: LogWriter;
  readonly #replacements: readonly Replacement[];

  constructor(writer: LogWriter, replacements: readonly Replacement[]) {
    this.#writer = writer;
    this.#replacements = replacements;
  }

  /** Carries a stream to its end. `copyTo` is an open file that gets the output as it is. */
  async pump(stream: Readable, copyTo: number | undefined): Promise<void> {
    const replacer = new LiteralReplacer(this.#replacements);
    let held: Buffer = Buffer.alloc(0);
    const lines = async (text: Buffer): Promise<void> => {
      const end = text.lastIndexOf(newline) + 1;
      const isHeldFull = held.length + text.length - end > maxHeldBytes;
      const whole = isHeldFull ? text : text.subarray(0, end);
      if (whole.length === 0) {
        held = Buffer.concat([held, text]);
        return;
      }
      const out = held.length === 0 ? whole : Buffer.concat([held, whole]);
      // A copy: the stream's buffer must not be kept for a few bytes of it.
      held = Buffer.from(text.subarray(whole.length));
      await this.#writer.write(out);
    };
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        if (copyTo !== undefined) await this.#copy(copyTo, chunk);
        await lines(replacer.push(chunk));
      }
    } catch {
      // The stream was cut off with its process: what came is kept.
    }
    await lines(replacer.flush());
    if (held.length > 0) await this.#writer.write(held);
  }

  /** A line of the engine's own. */
  async line(text: string): Promise<void> {
    const replacer = new LiteralReplacer(this.#replacements);
    await this.#writer.write(Buffer.concat([replacer.push(Buffer.from(`${text}\n`)), replacer.flush()]));
  }

  async #copy(file: number, chunk: Buffer): Promise<void> {
    for (let done = 0; done < chunk.length; ) done += (await writeFile(file, chunk, done)).bytesWritten;
  }
}

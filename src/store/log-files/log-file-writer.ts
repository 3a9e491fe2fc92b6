import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { LogWriter } from "../log-store.ts";
import { RecordEncoder } from "./log-record.ts";

/** How often a folder that vanishes is made again. */
const maxTries = 10;

/**
 * Appends one container's output to its file. What was written last stays in memory, so that followers who keep up
 * need no disk.
 */
export class LogFileWriter implements LogWriter {
  readonly path: string;
  readonly #maxBytes: number;
  readonly #onEnd: () => void;
  readonly #encoder = new RecordEncoder();
  readonly #opening: Promise<FileHandle>;
  #queue: Promise<void>;
  #size = 0;
  #recent: { readonly offset: number; readonly bytes: Buffer } = { offset: 0, bytes: Buffer.alloc(0) };
  #isCut = false;
  #isEnded = false;
  #failure: Error | undefined;
  #change = Promise.withResolvers<void>();

  constructor(path: string, maxBytes: number, onEnd: () => void) {
    this.path = path;
    this.#maxBytes = maxBytes;
    this.#onEnd = onEnd;
    this.#opening = this.#openFile();
    this.#queue = this.#opening.then(
      () => undefined,
      (error: unknown) => {
        this.#failure = error instanceof Error ? error : new Error(String(error));
      },
    );
  }

  /** Resolves once the file exists; rejects when it cannot be made. */
  get opened(): Promise<unknown> {
    return this.#opening;
  }

  /** Bytes of records so far: those up to the recent ones are in the file. */
  get size(): number {
    return this.#size;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Resolves at the next write or at the end. */
  get changed(): Promise<void> {
    return this.#change.promise;
  }

  /** The records from `offset` on, when they are those written last. */
  recentFrom(offset: number): Buffer | undefined {
    const { offset: start, bytes } = this.#recent;
    return offset >= start && offset < start + bytes.length ? bytes.subarray(offset - start) : undefined;
  }

  write(chunk: Uint8Array): Promise<void> {
    return this.#enqueue(() => this.#append(this.#encoder.encode(chunk)));
  }

  end(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#isEnded) return;
      try {
        await this.#append(this.#encoder.flush());
      } finally {
        this.#isEnded = true;
        this.#onEnd();
        this.#announce();
        if (this.#failure === undefined) await (await this.#opening).close();
      }
    });
  }

  async #openFile(): Promise<FileHandle> {
    const file = await openInFolder(this.path);
    this.#size = (await file.stat()).size;
    return file;
  }

  /** One after the other, in the order of the calls; a caller who waits feels the disk's pace. */
  #enqueue(work: () => Promise<void>): Promise<void> {
    const next = this.#queue.then(work);
    this.#queue = next.then(
      () => undefined,
      () => undefined,
    );
    return next;
  }

  async #append(records: Buffer): Promise<void> {
    if (records.length === 0 || this.#isCut || this.#isEnded) return;
    // A full disk or a lost folder must not stop the step: its output is lost, not its work.
    if (this.#failure !== undefined) return;
    let bytes = records;
    if (this.#size + records.length > this.#maxBytes) {
      this.#isCut = true;
      const kept = records.subarray(0, records.lastIndexOf(0x0a, this.#maxBytes - this.#size) + 1);
      const notice = new RecordEncoder().encode(
        Buffer.from(`output beyond the limit of ${this.#maxBytes} bytes was dropped\n`),
      );
      bytes = Buffer.concat([kept, notice]);
    }
    this.#recent = { offset: this.#size, bytes };
    this.#size += bytes.length;
    this.#announce();
    try {
      const file = await this.#opening;
      for (let done = 0; done < bytes.length; ) {
        done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  #announce(): void {
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers<void>();
    resolve();
  }
}

/** Opens a file for appending and makes its folders, which whoever removes another pod's logs may take away meanwhile. */
async function openInFolder(path: string): Promise<FileHandle> {
  for (let tries = 0; ; tries++) {
    try {
      await mkdir(dirname(path), { recursive: true });
      return await open(path, "a");
    } catch (error) {
      // Node says "not a directory" of a folder that vanished while it made the one inside.
      const isGone = error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR"].includes(String(error.code));
      if (!isGone || tries === maxTries) throw error;
    }
  }
}

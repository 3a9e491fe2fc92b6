import { execFile } from "node:child_process";
import { closeSync, constants, mkdirSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";

const run = promisify(execFile);
const batchSize = 32;

/** One pipe: a process gets the descriptor `write`, we read `read`. */
export interface Pipe {
  readonly read: Readable;
  readonly write: number;
  /** To be called once the process has the writing end. */
  closeWrite(): void;
}

/**
 * Pipes for the output of processes. Node's own are sockets, and a program that opens `/dev/stdout` or `/dev/stderr`,
 * as scripts often do, fails on a socket. A fifo behaves as in a container; they are made many at a time.
 */
export class PipePool {
  readonly #folder: string;
  #free: string[] = [];
  #making: Promise<void> | undefined;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async take(): Promise<Pipe> {
    let path = this.#free.pop();
    while (path === undefined) {
      this.#making ??= this.#make();
      await this.#making;
      path = this.#free.pop();
    }
    // This order: without a reader the writing end could not be opened.
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeEnd = openSync(path, constants.O_WRONLY);
    rmSync(path);
    const read = new Socket({ fd: readEnd, readable: true, writable: false });
    // A reader that is cut off tells so by its iterator; nobody else needs to hear of it.
    read.on("error", () => undefined);
    let isOpen = true;
    return {
      read,
      write: writeEnd,
      closeWrite: () => {
        if (isOpen) closeSync(writeEnd);
        isOpen = false;
      },
    };
  }

  async #make(): Promise<void> {
    try {
      mkdirSync(this.#folder, { recursive: true });
      const paths = Array.from({ length: batchSize }, () => join(this.#folder, `${process.pid}-${this.#count++}`));
      for (const path of paths) rmSync(path, { force: true });
      // Writable for all: a step may have changed to another user.
      await run("mkfifo", ["-m", "666", ...paths]);
      this.#free.push(...paths);
    } finally {
      this.#making = undefined;
    }
  }
}

import { Worker } from "node:worker_threads";
import { err, ok, type Result } from "../result.ts";
import { InlineSqlite } from "./inline-sqlite.ts";
import type {
  SqliteFileOptions,
  SqliteReply,
  SqliteRequest,
  SqliteRow,
  SqliteValue,
  SqliteWrite,
} from "./sqlite-requests.ts";

/** What a transaction came to. */
interface Commit {
  /** For each write how many rows it changed, or why it was not done. */
  readonly results: readonly (number | string)[];
  /** How long the transaction took, in milliseconds. */
  readonly ms: number;
}

/** Beside this file as TypeScript, and beside the bundle's pieces as JavaScript. */
const defaultEntry = import.meta.url.endsWith(".ts")
  ? new URL("./sqlite-worker.ts", import.meta.url)
  : new URL("./sqlite-worker.js", import.meta.url);

/** Rows go through it a few at a time; the default would keep many times as much. */
const memoryLimits = { maxYoungGenerationSizeMb: 8 };

/**
 * A thread for SQLite databases. Requests are carried out in the order in which they are made. The process stays alive
 * while one is under way, not because of the thread, which ends with its last database. Should the thread break down,
 * what it was asked fails, and another one takes its place.
 */
export class SqliteThread {
  readonly #entry: URL | "inline";
  #worker: Worker | InlineSqlite | undefined;
  /** Those who wait for a reply, in order. */
  #waiting: ((reply: SqliteReply) => void)[] = [];
  #databases = 0;
  readonly #open = new Map<number, { readonly file: string; readonly options: SqliteFileOptions }>();

  /** `entry` is the module that the thread runs; `inline`: no thread, the process does the work itself. */
  constructor(entry: URL | "inline" = defaultEntry) {
    this.#entry = entry;
  }

  /** Opens or creates a file. The error is one sentence: in use, from a newer version, not readable. */
  async open(file: string, options: SqliteFileOptions): Promise<Result<SqliteFile, string>> {
    const database = this.#databases++;
    this.#worker ??= this.#start();
    const reply = this.ask({ database, kind: "open", file, options });
    this.#open.set(database, { file, options });
    const opened = await reply;
    if (opened.kind !== "failed") return ok(new SqliteFile(this, database));
    this.closed(database);
    return err(opened.message);
  }

  /** Only for the databases. */
  ask(request: SqliteRequest): Promise<SqliteReply> {
    if (this.#worker === undefined && this.#open.size === 0) {
      return Promise.resolve({ kind: "failed", message: "the database is closed" });
    }
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) worker.ref();
      worker.postMessage(request);
    });
  }

  /** Only for the databases: one of them is closed. */
  closed(database: number): void {
    this.#open.delete(database);
    if (this.#open.size > 0) return;
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker | InlineSqlite {
    if (this.#entry === "inline") return new InlineSqlite((reply) => this.#replied(reply));
    const worker = new Worker(this.#entry, {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      resourceLimits: memoryLimits,
    });
    worker.on("message", (reply: SqliteReply) => {
      if (this.#waiting.length === 1) worker.unref();
      this.#replied(reply);
    });
    worker.on("error", (error: Error) =>
      this.#broken(worker, `the thread of the database broke down: ${error.message}`),
    );
    worker.on("exit", () => this.#broken(worker, "the thread of the database has ended"));
    // Those of the thread that broke down.
    for (const [database, { file, options }] of this.#open) {
      this.#waiting.push(() => {});
      worker.postMessage({ database, kind: "open", file, options } satisfies SqliteRequest);
    }
    return worker;
  }

  #replied(reply: SqliteReply): void {
    this.#waiting.shift()?.(reply);
  }

  #broken(worker: Worker, message: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const resolve of this.#waiting.splice(0)) resolve({ kind: "failed", message });
  }
}

/** One database of a thread. */
export class SqliteFile {
  readonly #thread: SqliteThread;
  readonly #database: number;
  #isClosed = false;

  constructor(thread: SqliteThread, database: number) {
    this.#thread = thread;
    this.#database = database;
  }

  /**
   * One transaction. With `isEach` a write that fails by itself takes no other with it; otherwise all are done or none.
   * The error says why nothing was done.
   */
  async commit(writes: readonly SqliteWrite[], isEach = false): Promise<Result<Commit, string>> {
    const reply = await this.#thread.ask({ database: this.#database, kind: "commit", writes, isEach });
    return reply.kind === "committed" ? ok(reply) : err(reply.kind === "failed" ? reply.message : reply.kind);
  }

  /** The rows that a query gives; throws when it cannot be carried out. */
  async read(sql: string, ...values: readonly SqliteValue[]): Promise<readonly SqliteRow[]> {
    const reply = await this.#thread.ask({ database: this.#database, kind: "read", sql, values });
    if (reply.kind === "rows") return reply.rows;
    throw new Error(reply.kind === "failed" ? reply.message : reply.kind);
  }

  /** Closes it after what was asked before. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#thread.ask({ database: this.#database, kind: "close" });
    this.#thread.closed(this.#database);
  }
}

/**
 * A thread that holds databases and answers requests about them, one after the other, so that the event loop of the
 * process never waits for the disk.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import { openSqliteFile } from "./sqlite-file.ts";
import type { SqliteReply, SqliteRequest, SqliteRow, SqliteValue, SqliteWrite } from "./sqlite-requests.ts";

/** One database, with its statements prepared. */
class OpenDatabase {
  readonly #database: DatabaseSync;
  readonly #statements: readonly StatementSync[];
  readonly #reads = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, statements: readonly string[]) {
    this.#database = database;
    this.#statements = statements.map((sql) => database.prepare(sql));
  }

  /** All rows; throws when the query cannot be carried out. */
  read(sql: string, values: readonly SqliteValue[]): SqliteRow[] {
    let statement = this.#reads.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#reads.set(sql, statement);
    }
    return statement.all(...values) as SqliteRow[];
  }

  close(): void {
    this.#database.close();
  }

  /** One transaction for all; throws when none of it was done. */
  commit(writes: readonly SqliteWrite[], isEach: boolean): SqliteReply {
    const results: (number | string)[] = [];
    const startedMs = performance.now();
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const write of writes) results.push(this.#write(write, isEach));
      this.#database.exec("COMMIT");
      return { kind: "committed", results, ms: performance.now() - startedMs };
    } catch (error) {
      try {
        if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      } catch {
        // SQLite has rolled back by itself, as it does when the disk is full.
      }
      throw error;
    }
  }

  #write({ statement, values }: SqliteWrite, isEach: boolean): number | string {
    try {
      return Number(this.#statements[statement]?.run(...values).changes);
    } catch (error) {
      // A full disk ends the whole transaction.
      if (!isEach || !this.#database.isTransaction) throw error;
      return messageOf(error);
    }
  }
}

const databases = new Map<number, OpenDatabase>();

function answer(request: SqliteRequest): SqliteReply {
  if (request.kind === "open") {
    const opened = openSqliteFile(request.file, request.options);
    if (!opened.ok) return { kind: "failed", message: opened.error };
    databases.set(request.database, new OpenDatabase(opened.value, request.options.statements));
    return { kind: "done" };
  }
  const database = databases.get(request.database);
  if (database === undefined) return { kind: "failed", message: "the database is closed" };
  switch (request.kind) {
    case "commit":
      return database.commit(request.writes, request.isEach);
    case "read":
      return { kind: "rows", rows: database.read(request.sql, request.values) };
    case "close":
      databases.delete(request.database);
      database.close();
      return { kind: "done" };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Commit = Extract<SqliteRequest, { readonly kind: "commit" }>;

function isCommitOfEach(request: SqliteRequest): request is Commit {
  return request.kind === "commit" && request.isEach;
}

function received(): SqliteRequest | undefined {
  return parentPort === null ? undefined : receiveMessageOnPort(parentPort)?.message;
}

/** Transactions whose writes stand each for itself, and which wait one behind the other, become one: one fsync for all. */
function answerCommits(commits: readonly Commit[]): readonly SqliteReply[] {
  const [first] = commits;
  if (first === undefined) return [];
  const reply = answer({ ...first, writes: commits.flatMap(({ writes }) => writes) });
  if (reply.kind !== "committed") return commits.map(() => reply);
  let at = 0;
  return commits.map(({ writes }) => {
    const from = at;
    at += writes.length;
    return { ...reply, results: reply.results.slice(from, at) };
  });
}

function tried(work: () => readonly SqliteReply[], count: number): readonly SqliteReply[] {
  try {
    return work();
  } catch (error) {
    return Array.from({ length: count }, () => ({ kind: "failed", message: messageOf(error) }) as const);
  }
}

parentPort?.on("message", (message: SqliteRequest) => {
  for (let request: SqliteRequest | undefined = message; request !== undefined; ) {
    const current: SqliteRequest = request;
    let replies: readonly SqliteReply[];
    if (isCommitOfEach(current)) {
      const commits = [current];
      let next = received();
      for (; next !== undefined && isCommitOfEach(next) && next.database === current.database; next = received()) {
        commits.push(next);
      }
      replies = tried(() => answerCommits(commits), commits.length);
      request = next;
    } else {
      replies = tried(() => [answer(current)], 1);
      request = undefined;
    }
    for (const reply of replies) parentPort?.postMessage(reply);
  }
});

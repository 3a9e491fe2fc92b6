import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Checkpoints } from "./checkpoints.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import type { SqliteReply, SqliteRequest, SqliteRow, SqliteValue, SqliteWrite } from "./sqlite-requests.ts";

/** As long as this without a request is a rest, in milliseconds. */
const restMs = 20;

/** One database, with its statements prepared. */
class OpenDatabase {
  readonly checkpoints: Checkpoints;
  readonly #database: DatabaseSync;
  readonly #statements: readonly StatementSync[];
  readonly #reads = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, file: string, statements: readonly string[]) {
    this.#database = database;
    this.checkpoints = new Checkpoints(database, () => freeBytesAt(dirname(file)));
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

type Commit = Extract<SqliteRequest, { readonly kind: "commit" }>;

/** Holds databases and answers requests about them, in a thread or in the process itself. */
export class SqliteServant {
  readonly #databases = new Map<number, OpenDatabase>();
  /** Those whose logs are to be copied at the next rest. */
  readonly #unrested = new Set<OpenDatabase>();
  #rest: NodeJS.Timeout | undefined;

  /**
   * Answers all in their order. Transactions whose writes stand each for itself, and which wait one behind the other,
   * become one: one fsync for all.
   */
  answerAll(requests: readonly SqliteRequest[], reply: (reply: SqliteReply) => void): void {
    for (let at = 0; at < requests.length; ) {
      const commits = commitsFrom(requests, at);
      const count = Math.max(1, commits.length);
      for (const each of this.#tried(requests[at] as SqliteRequest, commits, count)) reply(each);
      at += count;
    }
    for (const database of this.#databases.values()) {
      if (database.checkpoints.afterCommit()) this.#unrested.add(database);
    }
    if (this.#unrested.size > 0) this.#awaitRest();
  }

  #awaitRest(): void {
    if (this.#rest !== undefined) {
      this.#rest.refresh();
      return;
    }
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      for (const { checkpoints } of this.#unrested) checkpoints.copy();
      this.#unrested.clear();
    }, restMs).unref();
  }

  #tried(request: SqliteRequest, commits: readonly Commit[], count: number): readonly SqliteReply[] {
    try {
      return commits.length > 1 ? this.#answerCommits(commits) : [this.#answer(request)];
    } catch (error) {
      return Array.from({ length: count }, () => ({ kind: "failed", message: messageOf(error) }) as const);
    }
  }

  #answerCommits(commits: readonly Commit[]): readonly SqliteReply[] {
    const writes = commits.flatMap((commit) => commit.writes);
    const reply = this.#answer({ ...(commits[0] as Commit), writes });
    if (reply.kind !== "committed") return commits.map(() => reply);
    let at = 0;
    return commits.map((commit) => {
      const from = at;
      at += commit.writes.length;
      return { ...reply, results: reply.results.slice(from, at) };
    });
  }

  #answer(request: SqliteRequest): SqliteReply {
    if (request.kind === "open") {
      const opened = openSqliteFile(request.file, request.options);
      if (!opened.ok) return { kind: "failed", message: opened.error };
      this.#databases.set(request.database, new OpenDatabase(opened.value, request.file, request.options.statements));
      return { kind: "done" };
    }
    const database = this.#databases.get(request.database);
    if (database === undefined) return { kind: "failed", message: "the database is closed" };
    switch (request.kind) {
      case "commit":
        return database.commit(request.writes, request.isEach);
      case "read":
        return { kind: "rows", rows: database.read(request.sql, request.values) };
      case "close":
        this.#databases.delete(request.database);
        this.#unrested.delete(database);
        database.close();
        return { kind: "done" };
    }
  }
}

/** The commits of each write by itself to one database that stand together from there on. */
function commitsFrom(requests: readonly SqliteRequest[], from: number): readonly Commit[] {
  const commits: Commit[] = [];
  for (let at = from; at < requests.length; at++) {
    const request = requests[at];
    if (request?.kind !== "commit" || !request.isEach || request.database !== requests[from]?.database) break;
    commits.push(request);
  }
  return commits;
}

/** None where that cannot be found out. */
function freeBytesAt(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

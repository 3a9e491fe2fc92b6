import { DatabaseSync, type StatementSync } from "node:sqlite";
import { err, ok, type Result } from "../result.ts";
import { type DataLock, lockFile } from "./data-lock.ts";
import type { Revision, RevisionLog } from "./revision-log.ts";
import type { SqliteFileOptions } from "./sqlite-requests.ts";
import { type SqliteFile, SqliteThread } from "./sqlite-thread.ts";

interface Row {
  readonly revision: number;
  readonly collection: string;
  readonly key: string;
  readonly previous: number;
  readonly deleted: number;
  readonly text: string;
}

const insertRevision = 0;
const dropReplaced = 1;
const putNumber = 2;

const fileOptions: SqliteFileOptions = {
  version: 1,
  isShared: true,
  schema: `
    CREATE TABLE IF NOT EXISTS revisions (
      revision INTEGER PRIMARY KEY,
      collection TEXT NOT NULL,
      key TEXT NOT NULL,
      previous INTEGER NOT NULL,
      deleted INTEGER NOT NULL,
      text TEXT NOT NULL,
      UNIQUE (collection, key, previous)
    );
    CREATE TABLE IF NOT EXISTS numbers (name TEXT PRIMARY KEY, value INTEGER NOT NULL)`,
  statements: [
    "INSERT INTO revisions (revision, collection, key, previous, deleted, text) VALUES (?, ?, ?, ?, ?, ?)",
    `DELETE FROM revisions WHERE revision <= ?1 AND (deleted = 1 OR EXISTS (
       SELECT 1 FROM revisions AS newer WHERE newer.collection = revisions.collection
         AND newer.key = revisions.key AND newer.previous = revisions.revision AND newer.revision <= ?1))`,
    "INSERT OR REPLACE INTO numbers (name, value) VALUES (?, ?)",
  ],
};

/**
 * The log in an SQLite file, which another thread writes: an append that resolved survives a crash of the process
 * and of the machine. Reads come from a second connection. The file belongs to one process.
 */
export class SqliteLog implements RevisionLog {
  readonly #lock: DataLock;
  readonly #writer: SqliteFile;
  readonly #reader: DatabaseSync;
  readonly #readAfter: StatementSync;
  readonly #read: StatementSync;
  #compacted: number;
  #newest: number;

  private constructor(lock: DataLock, writer: SqliteFile, reader: DatabaseSync) {
    this.#lock = lock;
    this.#writer = writer;
    this.#reader = reader;
    this.#readAfter = reader.prepare("SELECT * FROM revisions WHERE revision > ? AND collection = ? ORDER BY revision");
    this.#read = reader.prepare("SELECT * FROM revisions WHERE revision = ?");
    const numbers = new Map(
      reader
        .prepare("SELECT name, value FROM numbers")
        .all()
        .map((row) => [String(row["name"]), Number(row["value"])]),
    );
    this.#compacted = numbers.get("compacted") ?? 0;
    const newest = reader.prepare("SELECT max(revision) AS newest FROM revisions").get();
    this.#newest = Math.max(Number(newest?.["newest"] ?? 0), this.#compacted, numbers.get("newest") ?? 0);
  }

  /** Opens or creates the file, to be written by that thread. The error is one sentence: in use, from a newer version, not readable. */
  static async open(file: string, thread = new SqliteThread()): Promise<Result<SqliteLog, string>> {
    const lock = lockFile(file);
    if (!lock.ok) return lock;
    const writer = await thread.open(file, fileOptions);
    if (!writer.ok) {
      lock.value.close();
      return writer;
    }
    try {
      return ok(new SqliteLog(lock.value, writer.value, new DatabaseSync(file, { readOnly: true })));
    } catch (error) {
      await writer.value.close();
      lock.value.close();
      return err(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  get compactedRevision(): number {
    return this.#compacted;
  }

  get newestRevision(): number {
    return this.#newest;
  }

  async append(revisions: readonly Revision[]): Promise<void> {
    const writes = revisions.map(({ revision, collection, key, previous, deleted, text }) => {
      return { statement: insertRevision, values: [revision, collection, key, previous, deleted ? 1 : 0, text] };
    });
    const committed = await this.#writer.commit(writes);
    if (!committed.ok) throw new Error(committed.error);
    this.#newest = revisions.at(-1)?.revision ?? this.#newest;
  }

  *readLatest(): Iterable<Revision> {
    const rows = this.#reader
      .prepare(
        `SELECT * FROM revisions WHERE revision IN
           (SELECT max(revision) FROM revisions GROUP BY collection, key) ORDER BY revision`,
      )
      .iterate();
    for (const row of rows) yield toRevision(row as unknown as Row);
  }

  readAfter(collection: string, revision: number): readonly Revision[] {
    return this.#readAfter.all(revision, collection).map((row) => toRevision(row as unknown as Row));
  }

  read(revision: number): Revision | undefined {
    const row = this.#read.get(revision);
    return row && toRevision(row as unknown as Row);
  }

  async compact(revision: number): Promise<void> {
    if (revision <= this.#compacted) return;
    // From now on nobody may count on what is about to go.
    const before = this.#compacted;
    this.#compacted = revision;
    const committed = await this.#writer.commit([
      { statement: dropReplaced, values: [revision] },
      { statement: putNumber, values: ["compacted", revision] },
      { statement: putNumber, values: ["newest", this.#newest] },
    ]);
    if (committed.ok) return;
    if (this.#compacted === revision) this.#compacted = before;
    throw new Error(committed.error);
  }

  async close(): Promise<void> {
    this.#reader.close();
    await this.#writer.close();
    this.#lock.close();
  }
}

function toRevision(row: Row): Revision {
  return { ...row, deleted: row.deleted === 1 };
}

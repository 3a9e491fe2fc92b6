import { DatabaseSync, type StatementSync } from "node:sqlite";
import { err, ok, type Result } from "../result.ts";
import type { Revision, RevisionLog } from "./revision-log.ts";

/** Raised whenever an older Tektite could not read what this one writes. */
const schemaVersion = 1;

interface Row {
  readonly revision: number;
  readonly collection: string;
  readonly key: string;
  readonly previous: number;
  readonly deleted: number;
  readonly text: string;
}

/**
 * The log in an SQLite file, in WAL mode with `synchronous=FULL`: an append that returned survives a crash of the
 * process and of the machine. The file is held exclusively.
 */
export class SqliteLog implements RevisionLog {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #readAfter: StatementSync;
  readonly #read: StatementSync;
  #compacted: number;
  #newest: number;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(
      "INSERT INTO revisions (revision, collection, key, previous, deleted, text) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#readAfter = database.prepare(
      "SELECT * FROM revisions WHERE revision > ? AND collection = ? ORDER BY revision",
    );
    this.#read = database.prepare("SELECT * FROM revisions WHERE revision = ?");
    const numbers = new Map(
      database
        .prepare("SELECT name, value FROM numbers")
        .all()
        .map((row) => [String(row["name"]), Number(row["value"])]),
    );
    this.#compacted = numbers.get("compacted") ?? 0;
    const newest = database.prepare("SELECT max(revision) AS newest FROM revisions").get();
    this.#newest = Math.max(Number(newest?.["newest"] ?? 0), this.#compacted, numbers.get("newest") ?? 0);
  }

  /** Opens or creates the file. The error is one sentence: in use, from a newer version, not readable. */
  static open(file: string): Result<SqliteLog, string> {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(file);
      database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 200");
      const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
      if (version > schemaVersion) {
        database.close();
        return err(
          `${file} was written by a newer version (data format ${version}; this one reads ${schemaVersion}): upgrade, or choose another data directory`,
        );
      }
      database.exec(`
        PRAGMA page_size = 8192;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA wal_autocheckpoint = 4000;
        BEGIN EXCLUSIVE;
        CREATE TABLE IF NOT EXISTS revisions (
          revision INTEGER PRIMARY KEY,
          collection TEXT NOT NULL,
          key TEXT NOT NULL,
          previous INTEGER NOT NULL,
          deleted INTEGER NOT NULL,
          text TEXT NOT NULL,
          UNIQUE (collection, key, previous)
        );
        CREATE TABLE IF NOT EXISTS numbers (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
        PRAGMA user_version = ${schemaVersion};
        COMMIT`);
      return ok(new SqliteLog(database));
    } catch (error) {
      database?.close();
      const message = error instanceof Error ? error.message : String(error);
      if (/locked|busy/i.test(message)) {
        return err(`${file} is in use by another process: stop it, or choose another data directory`);
      }
      return err(`${file} cannot be opened: ${message}`);
    }
  }

  get compactedRevision(): number {
    return this.#compacted;
  }

  get newestRevision(): number {
    return this.#newest;
  }

  append(revisions: readonly Revision[]): void {
    this.#database.exec("BEGIN");
    try {
      for (const { revision, collection, key, previous, deleted, text } of revisions) {
        this.#insert.run(revision, collection, key, previous, deleted ? 1 : 0, text);
        this.#newest = revision;
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  *readLatest(): Iterable<Revision> {
    const rows = this.#database
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

  compact(revision: number): void {
    if (revision <= this.#compacted) return;
    this.#database.exec("BEGIN");
    try {
      this.#database
        .prepare(
          `DELETE FROM revisions WHERE revision <= :revision AND (deleted = 1 OR EXISTS (
             SELECT 1 FROM revisions AS newer WHERE newer.collection = revisions.collection
               AND newer.key = revisions.key AND newer.previous = revisions.revision AND newer.revision <= :revision))`,
        )
        .run({ revision });
      const put = this.#database.prepare("INSERT OR REPLACE INTO numbers (name, value) VALUES (?, ?)");
      put.run("compacted", revision);
      put.run("newest", this.#newest);
      this.#database.exec("COMMIT");
      this.#compacted = revision;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}

function toRevision(row: Row): Revision {
  return { ...row, deleted: row.deleted === 1 };
}

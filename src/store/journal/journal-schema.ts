import { DatabaseSync } from "node:sqlite";
import { err, ok, type Result } from "../../result.ts";

/** Raised whenever an older Tektite could not read what this one writes. */
const schemaVersion = 1;

/**
 * Opens or creates a journal's file, in WAL mode with `synchronous=FULL`: what is committed survives a crash of the
 * process and of the machine. The error is one sentence.
 */
export function openJournalFile(file: string): Result<DatabaseSync, string> {
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
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = 1000;
      BEGIN EXCLUSIVE;
      CREATE TABLE IF NOT EXISTS events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        namespace TEXT NOT NULL,
        listener TEXT NOT NULL,
        received_ms INTEGER NOT NULL,
        method TEXT NOT NULL,
        url TEXT NOT NULL,
        header TEXT NOT NULL,
        body BLOB NOT NULL,
        remote_address TEXT,
        delivery_id TEXT,
        replay_of TEXT,
        repository TEXT,
        finished INTEGER NOT NULL DEFAULT 0
      );
      CREATE INDEX IF NOT EXISTS events_unfinished ON events (namespace, listener) WHERE finished = 0;
      CREATE INDEX IF NOT EXISTS events_delivery ON events (namespace, listener, delivery_id)
        WHERE delivery_id IS NOT NULL;
      CREATE INDEX IF NOT EXISTS events_received ON events (received_ms);
      CREATE TABLE IF NOT EXISTS pairs (
        event_id TEXT NOT NULL,
        path TEXT NOT NULL,
        trigger TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        started_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL,
        verdict TEXT,
        created TEXT NOT NULL,
        error TEXT,
        PRIMARY KEY (event_id, path)
      ) WITHOUT ROWID;
      PRAGMA user_version = ${schemaVersion};
      COMMIT`);
    const columns = database.prepare("PRAGMA table_info(events)").all();
    if (!columns.some(({ name }) => name === "repository"))
      database.exec("ALTER TABLE events ADD COLUMN repository TEXT");
    return ok(database);
  } catch (error) {
    database?.close();
    const message = error instanceof Error ? error.message : String(error);
    if (/locked|busy/i.test(message)) {
      return err(`${file} is in use by another process: stop it, or choose another data directory`);
    }
    return err(`${file} cannot be opened: ${message}`);
  }
}

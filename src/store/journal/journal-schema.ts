import { err, ok, type Result } from "../../result.ts";
import type { SqliteFileOptions } from "../sqlite-requests.ts";
import type { SqliteFile, SqliteThread } from "../sqlite-thread.ts";
import { eventColumns, pairColumns } from "./journal-rows.ts";

/** An id's end, which is the time of its event (see `newEventId`). */
const timeOf = (id: string) => `substr(${id}, 25)`;

/**
 * Whether an event's id is another. Indexes of ids begin with their time: so what is new stands at the end of an index
 * and not on a page of its own somewhere in it, which would be most of what a commit writes.
 */
export const isSameId = (id: string, other: string) => `(${timeOf(id)} = ${timeOf(other)} AND ${id} = ${other})`;

const marks = (columns: string) => columns.split(",").fill("?").join(", ");

/** The writes of a journal, by the number of their statement. */
export const journalWrites = {
  insertEvent: 0,
  insertDelivery: 1,
  putPair: 2,
  finish: 3,
  deletePairs: 4,
  deleteEvent: 5,
};

/** In the order of {@link journalWrites}. */
const statements = [
  `INSERT INTO events (${eventColumns}) VALUES (${marks(eventColumns)})`,
  // After the values of the event: namespace, listener, delivery id, and since when it must not have been delivered.
  `INSERT INTO events (${eventColumns}) SELECT ${marks(eventColumns)} WHERE NOT EXISTS (
     SELECT 1 FROM events WHERE namespace = ? AND listener = ? AND delivery_id = ? AND received_ms >= ?)`,
  `INSERT OR REPLACE INTO pairs (${pairColumns}) VALUES (${marks(pairColumns)})`,
  `UPDATE events SET finished = 1 WHERE ${isSameId("id", "?1")} AND finished = 0`,
  `DELETE FROM pairs WHERE ${isSameId("event_id", "?1")}`,
  `DELETE FROM events WHERE ${isSameId("id", "?1")}`,
];

const fileOptions: SqliteFileOptions = {
  version: 1,
  isShared: false,
  schema: `
    CREATE TABLE IF NOT EXISTS events (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL,
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
    CREATE UNIQUE INDEX IF NOT EXISTS events_id ON events (${timeOf("id")}, id);
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
      error TEXT
    );
    CREATE UNIQUE INDEX IF NOT EXISTS pairs_trigger ON pairs (${timeOf("event_id")}, event_id, path)`,
  statements,
};

/** Opens or creates a journal's file, to be held by that thread. The error is one sentence. */
export async function openJournalFile(file: string, thread: SqliteThread): Promise<Result<SqliteFile, string>> {
  const opened = await thread.open(file, fileOptions);
  return opened.ok ? ok(opened.value) : err(opened.error);
}

import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { SqliteJournal } from "./sqlite-journal.ts";

/** As the tables were before ids ended with their time. */
const earlierSchema = `
  PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;
  CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, namespace TEXT NOT NULL,
    listener TEXT NOT NULL, received_ms INTEGER NOT NULL, method TEXT NOT NULL, url TEXT NOT NULL, header TEXT NOT NULL,
    body BLOB NOT NULL, remote_address TEXT, delivery_id TEXT, replay_of TEXT, repository TEXT,
    finished INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE pairs (event_id TEXT NOT NULL, path TEXT NOT NULL, trigger TEXT NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL, started_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, verdict TEXT,
    created TEXT NOT NULL, error TEXT, PRIMARY KEY (event_id, path)) WITHOUT ROWID;
  INSERT INTO events (id, namespace, listener, received_ms, method, url, header, body)
    VALUES ('a', 'ns', 'el', 1, 'POST', '/', '{}', '{}'), ('b', 'ns', 'el', 2, 'POST', '/', '{}', '{}');
  INSERT INTO pairs VALUES ('a', 'triggers/0', '{"name":"one","path":"triggers/0"}', 'retrying', 1, 1, 1, NULL, '[]', NULL);
  PRAGMA user_version = 1`;

test("a journal with the tables of an earlier Tektite goes on", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "tektite-store-")), "events.db");
  const earlier = new DatabaseSync(file);
  earlier.exec(earlierSchema);
  earlier.close();
  const opened = await SqliteJournal.open(file);
  if (!opened.ok) throw new Error(opened.error);
  const journal = opened.value;
  const [pair] = (await journal.event("a"))?.pairs ?? [];
  equal(pair?.state, "retrying");
  if (pair !== undefined) await journal.record({ ...pair, state: "filtered", attempts: 2 });
  await journal.finish("a");
  deepEqual(
    (await journal.events({ limit: 10 })).map(({ event, pairs, isFinished }) => [
      event.id,
      pairs.map(({ state, attempts }) => `${state} ${attempts}`),
      isFinished,
    ]),
    [
      ["b", [], false],
      ["a", ["filtered 2"], true],
    ],
  );
  equal((await journal.bodies(["a", "b"])).size, 2);
  await journal.close();
});

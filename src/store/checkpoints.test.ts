import { equal, ok } from "node:assert/strict";
import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Checkpoints } from "./checkpoints.ts";
import { SqliteThread } from "./sqlite-thread.ts";

const pageBytes = 8_192;
const newFile = () => join(mkdtempSync(join(tmpdir(), "tektite-store-")), "things.db");
const sizeOf = (file: string) => statSync(file).size;

/** A database, and how to put pages into its log, a tenth of them in each commit. */
function newDatabase(file: string): { database: DatabaseSync; write: (pages: number) => void } {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA journal_mode = WAL; CREATE TABLE things (value BLOB)`);
  const insert = database.prepare("INSERT INTO things VALUES (?)");
  const write = (pages: number) => {
    for (let commit = 0; commit < 10; commit++) {
      database.exec("BEGIN");
      for (let page = 0; page < pages / 10; page++) insert.run(Buffer.alloc(pageBytes));
      database.exec("COMMIT");
    }
  };
  return { database, write };
}

const cases = [
  { name: "few pages stay in the log", pages: 500, free: 1e12, waits: false, isCopied: false },
  { name: "many pages wait for a rest", pages: 1_500, free: 1e12, waits: true, isCopied: false },
  { name: "a long log is copied at once", pages: 2_500, free: 1e12, waits: false, isCopied: true },
  { name: "on a disk that is nearly full so is a shorter one", pages: 1_500, free: 3e7, waits: false, isCopied: true },
];

for (const { name, pages, free, waits, isCopied } of cases) {
  test(name, () => {
    const file = newFile();
    const { database, write } = newDatabase(file);
    const checkpoints = new Checkpoints(database, () => free, 2_000);
    write(pages);
    equal(checkpoints.afterCommit(), waits);
    equal(sizeOf(file) > pages * pageBytes, isCopied);
    checkpoints.copy();
    ok(sizeOf(file) > pages * pageBytes);
    equal(checkpoints.afterCommit(), false);
    database.close();
  });
}

test("behind the copy of a long log its file is cut", () => {
  const file = newFile();
  const { database, write } = newDatabase(file);
  const checkpoints = new Checkpoints(database, () => 1e12);
  write(4_000);
  ok(sizeOf(`${file}-wal`) > 4_000 * pageBytes);
  checkpoints.copy();
  write(10);
  equal(sizeOf(`${file}-wal`), 16 * 1024 * 1024);
  database.close();
});

for (const entry of [undefined, "inline"] as const) {
  test(`${entry ?? "thread"}: once nobody writes any more the log is copied`, async () => {
    const file = newFile();
    const opened = await new SqliteThread(entry).open(file, {
      version: 1,
      isShared: false,
      schema: "CREATE TABLE IF NOT EXISTS things (value BLOB)",
      statements: ["INSERT INTO things VALUES (?)"],
    });
    if (!opened.ok) throw new Error(opened.error);
    const row = { statement: 0, values: [Buffer.alloc(pageBytes)] };
    for (let commit = 0; commit < 15; commit++) equal((await opened.value.commit(Array(100).fill(row))).ok, true);
    const before = sizeOf(file);
    while (sizeOf(file) <= 1_500 * pageBytes) await sleep(5);
    ok(before < 1_500 * pageBytes);
    await opened.value.close();
  });
}

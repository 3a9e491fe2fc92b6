import { deepEqual, equal, rejects } from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { SqliteFileOptions } from "./sqlite-requests.ts";
import { type SqliteFile, SqliteThread } from "./sqlite-thread.ts";

const options: SqliteFileOptions = {
  version: 2,
  isShared: false,
  schema: "CREATE TABLE IF NOT EXISTS things (name TEXT PRIMARY KEY)",
  statements: ["INSERT INTO things (name) VALUES (?)"],
};

const newFile = () => join(mkdtempSync(join(tmpdir(), "tektite-thread-")), "things.db");
const put = (name: string) => ({ statement: 0, values: [name] });

async function open(
  thread: SqliteThread,
  file = newFile(),
  more: Partial<SqliteFileOptions> = {},
): Promise<SqliteFile> {
  const opened = await thread.open(file, { ...options, ...more });
  if (!opened.ok) throw new Error(opened.error);
  return opened.value;
}

async function names(file: SqliteFile): Promise<readonly unknown[]> {
  return (await file.read("SELECT name FROM things ORDER BY name")).map(({ name }) => name);
}

for (const { name, newThread } of [
  { name: "in a thread", newThread: () => new SqliteThread() },
  { name: "in the process", newThread: () => new SqliteThread("inline") },
]) {
  test(`${name}: a write that fails takes all others of its transaction with it, or none`, async () => {
    const file = await open(newThread());
    equal((await file.commit([put("a"), put("a")])).ok, false);
    deepEqual(await names(file), []);
    const committed = await file.commit([put("a"), put("a"), put("b")], true);
    const results = committed.ok ? committed.value.results : [];
    deepEqual(
      results.map((result) => (typeof result === "number" ? result : result.replace(/ constraint.*/, ""))),
      [1, "UNIQUE", 1],
    );
    deepEqual(await names(file), ["a", "b"]);
    await file.close();
  });

  test(`${name}: each of many transactions that wait is told its own results, in order with what is read`, async () => {
    const file = await open(newThread());
    const asked = Array.from({ length: 30 }, (_, index) =>
      file.commit([put(`n${index % 20}`), put(`m${index}`)], true),
    );
    const between = names(file);
    const after = file.commit([put("last")]);
    const results = (await Promise.all(asked)).map((commit) => (commit.ok ? commit.value.results.map(Number) : []));
    deepEqual(
      results,
      Array.from({ length: 30 }, (_, index) => [index < 20 ? 1 : Number.NaN, 1]),
    );
    equal((await between).length, 50);
    equal((await after).ok, true);
    await file.close();
  });

  test(`${name}: databases of one thread stand each for itself; what is closed says so`, async () => {
    const thread = newThread();
    const [first, second] = [await open(thread), await open(thread)];
    await first.commit([put("a")]);
    deepEqual(await names(second), []);
    await first.close();
    await second.commit([put("b")]);
    deepEqual(await names(second), ["b"]);
    await rejects(names(first), /the database is closed/);
    await second.close();
    await rejects(names(second), /the database is closed/);
  });
}

test("a file of a newer version is refused with a sentence", async () => {
  const file = newFile();
  await (await open(new SqliteThread(), file, { version: 3 })).close();
  const refused = await new SqliteThread().open(file, options);
  equal(!refused.ok && /written by a newer version \(data format 3; this one reads 2\)/.test(refused.error), true);
});

test("when the thread breaks down what it was asked fails, and the next one goes on", async () => {
  const thread = new SqliteThread(new URL("./testdata/mortal-worker.ts", import.meta.url));
  const file = await open(thread);
  await file.commit([put("a")]);
  await rejects(file.read("SELECT 'the end'"), /the thread of the database has ended/);
  await file.commit([put("b")]);
  deepEqual(await names(file), ["a", "b"]);
  await file.close();
});

import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { K8sObject } from "../api/object.ts";
import { MemoryLog } from "./memory-log.ts";
import { ObjectStore } from "./object-store.ts";
import type { RevisionLog } from "./revision-log.ts";
import { SqliteLog } from "./sqlite-log.ts";

async function openSqlite(file: string): Promise<SqliteLog> {
  const opened = await SqliteLog.open(file);
  if (!opened.ok) throw new Error(opened.error);
  return opened.value;
}

function configMap(name: string, value: string): (revision: number) => K8sObject {
  return (revision) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "n", resourceVersion: String(revision) },
    data: { value },
  });
}

async function put(store: ObjectStore, name: string, value: string, previous = 0): Promise<number> {
  const written = await store.write({
    collection: "/configmaps",
    key: `n/${name}`,
    previous,
    render: configMap(name, value),
  });
  if (!written.ok) throw new Error(`conflict with ${written.error.actual}`);
  return written.value.revision;
}

const logs: readonly { readonly name: string; readonly open: () => Promise<RevisionLog> }[] = [
  { name: "memory", open: async () => new MemoryLog() },
  { name: "sqlite", open: () => openSqlite(join(mkdtempSync(join(tmpdir(), "tektite-store-")), "objects.db")) },
];

for (const { name, open } of logs) {
  test(`${name}: writes are compare-and-swap`, async () => {
    const store = new ObjectStore(await open());
    const first = await put(store, "a", "1");
    const stale = await store.write({
      collection: "/configmaps",
      key: "n/a",
      previous: 0,
      render: configMap("a", "2"),
    });
    deepEqual(stale, { ok: false, error: { kind: "conflict", actual: first } });
    const second = await put(store, "a", "2", first);
    equal(store.get("/configmaps", "n/a")?.revision, second);
    await store.close();
  });

  test(`${name}: two writes of one tick cannot both win`, async () => {
    const store = new ObjectStore(await open());
    const outcomes = await Promise.allSettled([put(store, "a", "1"), put(store, "a", "2")]);
    deepEqual(
      outcomes.map((outcome) => outcome.status),
      ["fulfilled", "rejected"],
    );
    await store.close();
  });

  test(`${name}: an old revision can be listed and watched until it is compacted`, async () => {
    const store = new ObjectStore(await open());
    const a = await put(store, "a", "1");
    const b = await put(store, "b", "1");
    await put(store, "a", "2", a);
    await store.write({
      collection: "/configmaps",
      key: "n/b",
      previous: b,
      delete: true,
      render: configMap("b", "1"),
    });
    const before = store.listAt("/configmaps", "n/", b);
    deepEqual(before.ok && [...before.value].map((object) => [object.key, object.revision]), [
      ["n/a", a],
      ["n/b", b],
    ]);
    const watch = store.watch("/configmaps", "", b);
    const events = watch.ok ? await watch.value.next(0) : [];
    deepEqual(
      events.map((event) => [event.type, event.object.key]),
      [
        ["MODIFIED", "n/a"],
        ["DELETED", "n/b"],
      ],
    );
    await store.close();
  });
}

test("a restarted store holds what was acknowledged and tells old changes from the log", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "tektite-store-")), "objects.db");
  const first = new ObjectStore(await openSqlite(file));
  const a = await put(first, "a", "1");
  const b = await put(first, "a", "2", a);
  await first.close();
  const second = new ObjectStore(await openSqlite(file));
  equal(second.get("/configmaps", "n/a")?.revision, b);
  const watch = second.watch("/configmaps", "", a);
  const events = watch.ok ? await watch.value.next(0) : [];
  deepEqual(
    events.map((event) => [event.type, event.object.revision, event.previous?.revision]),
    [["MODIFIED", b, a]],
  );
  await second.compact(b);
  equal(second.watch("/configmaps", "", a).ok, false);
  await second.close();
});

test("a file in use is refused with one sentence", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "tektite-store-")), "objects.db");
  const held = await openSqlite(file);
  const second = await SqliteLog.open(file);
  equal(second.ok, false);
  equal(!second.ok && second.error.includes("in use by another process"), true);
  await held.close();
});

test("who is told of a conflict can read what it is with", async () => {
  const log = new MemoryLog();
  const store = new ObjectStore(log);
  const gate = Promise.withResolvers<void>();
  const append = log.append.bind(log);
  log.append = async (revisions) => {
    await gate.promise;
    return append(revisions);
  };
  const first = put(store, "a", "1");
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = store
    .write({ collection: "/configmaps", key: "n/a", previous: 0, render: configMap("a", "2") })
    .then((written) => [written.ok, store.get("/configmaps", "n/a")?.revision]);
  setTimeout(() => gate.resolve(), 10);
  deepEqual(await second, [false, await first]);
  await store.close();
});

test("when a commit fails, so does what was written upon it meanwhile, and the keys are as before", async () => {
  const log = new MemoryLog();
  const store = new ObjectStore(log);
  const a = await put(store, "a", "1");
  const failing = Promise.withResolvers<void>();
  const append = log.append.bind(log);
  let isFull = true;
  log.append = async (revisions) => (isFull ? failing.promise : append(revisions));
  const first = put(store, "a", "2", a);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = put(store, "a", "3", a + 1);
  const third = put(store, "b", "1");
  const settled = store.settled();
  failing.reject(new Error("database or disk is full"));
  const outcomes = await Promise.allSettled([first, second, third]);
  deepEqual(
    outcomes.map(({ status }) => status),
    ["rejected", "rejected", "rejected"],
  );
  await settled;
  isFull = false;
  equal(store.get("/configmaps", "n/a")?.revision, a);
  await put(store, "a", "2", a);
  await put(store, "b", "1");
  await store.close();
});

/** What every implementation of the journal must do. */
import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { hashSecretValue } from "../../interceptors/secret-header.ts";
import type { AcceptedEvent, EventJournal, PairRecord, PendingEvent } from "../../triggers/event-journal.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { SqliteJournal, type SqliteJournalOptions } from "./sqlite-journal.ts";

const listener = { namespace: "ci", name: "el" };

function event(id: string, more: Partial<AcceptedEvent> = {}): AcceptedEvent {
  return {
    id,
    listener,
    receivedAtMs: 1_000,
    method: "POST",
    url: "/?x=1",
    header: { "Content-Type": ["application/json"], "X-Two": ["1", "2"] },
    body: Buffer.from([0x7b, 0xff, 0x7d]),
    remoteAddress: "10.0.0.1",
    ...more,
  };
}

function pair(eventId: string, name: string, state: PairRecord["state"]): PairRecord {
  return {
    eventId,
    trigger: { kind: "trigger", namespace: "ci", name, path: `triggers/${name}` },
    state,
    attempts: 1,
    startedAtMs: 1_001,
    updatedAtMs: 1_002,
    verdict: {
      eventId,
      listener,
      trigger: { kind: "trigger", namespace: "ci", name, path: `triggers/${name}` },
      outcome: { kind: "matched" },
      interceptors: [],
      extensions: { big: 9007199254740993n },
      params: [],
      objects: [],
    },
    created: [{ apiVersion: "v1", kind: "ConfigMap", namespace: "ci", name: "x", uid: "u" }],
  };
}

async function pendingOf(journal: EventJournal, ref = listener): Promise<readonly PendingEvent[]> {
  const found: PendingEvent[] = [];
  for await (const one of journal.pending(ref))
    found.push({ ...one, event: { ...one.event, body: Buffer.from(one.event.body) } });
  return found;
}

function sqlite(file = ":memory:", options: SqliteJournalOptions = {}): SqliteJournal {
  const opened = SqliteJournal.open(file, options);
  if (!opened.ok) throw new Error(opened.error);
  return opened.value;
}

const implementations: { name: string; open: () => EventJournal }[] = [
  { name: "memory", open: () => new MemoryJournal({ maxUnfinished: 3 }) },
  { name: "SQLite", open: () => sqlite(":memory:", { maxUnfinished: 3 }) },
];

for (const { name, open } of implementations) {
  test(`${name}: what is accepted is pending until it is finished`, async () => {
    const journal = open();
    equal((await journal.accept(event("a"))).ok, true);
    equal((await journal.accept(event("b", { listener: { namespace: "ci", name: "other" } }))).ok, true);
    await journal.record(pair("a", "t", "retrying"));
    await journal.record(pair("a", "t", "created"));
    deepEqual(await pendingOf(journal), [{ event: event("a"), pairs: [pair("a", "t", "created")] }]);
    await journal.finish("a");
    deepEqual(await pendingOf(journal), []);
    equal((await pendingOf(journal, { namespace: "ci", name: "other" })).length, 1);
  });

  test(`${name}: more unfinished events than the bound are refused, before acceptance`, async () => {
    const journal = open();
    const accepted = await Promise.all(["a", "b", "c", "d"].map((id) => journal.accept(event(id))));
    deepEqual(
      accepted.map((result) => (result.ok ? "accepted" : result.error.reason)),
      ["accepted", "accepted", "accepted", "full"],
    );
    await journal.finish("a");
    equal((await journal.accept(event("d"))).ok, true);
  });

  test(`${name}: a delivery is found again within its window`, async () => {
    const journal = open();
    await journal.accept(event("a", { deliveryId: "X-Gitea-Delivery:1" }));
    equal(await journal.findDelivery(listener, "X-Gitea-Delivery:1", 1_000), "a");
    equal(await journal.findDelivery(listener, "X-Gitea-Delivery:1", 1_001), undefined);
    equal(await journal.findDelivery({ namespace: "ci", name: "other" }, "X-Gitea-Delivery:1", 0), undefined);
  });
}

test("SQLite: what was accepted is there after a new start, without secrets", async () => {
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  try {
    const file = join(folder, "events.sqlite");
    const first = sqlite(file);
    await first.accept(
      event("a", { header: { Authorization: ["Bearer s3cret"], "X-Hub-Signature-256": ["sha256=00"] } }),
    );
    const inUse = SqliteJournal.open(file);
    equal(inUse.ok, false);
    first.close();
    const [found] = await pendingOf(sqlite(file));
    deepEqual(found?.event.header, {
      Authorization: [hashSecretValue("Bearer s3cret")],
      "X-Hub-Signature-256": ["sha256=00"],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("SQLite: old events go by age, number and bytes; unfinished ones stay", async () => {
  let nowMs = 1_000_000;
  const journal = sqlite(":memory:", {
    nowMs: () => nowMs,
    retention: { maxAgeMs: 500_000, maxEvents: 3, maxBytes: 1_000_000 },
  });
  for (const id of ["a", "b", "c", "d", "e"]) {
    await journal.accept(event(id, { receivedAtMs: nowMs }));
    if (id !== "a") await journal.finish(id);
  }
  nowMs += 120_000;
  await journal.accept(event("f", { receivedAtMs: nowMs }));
  const ids = async () => (await journal.events({ limit: 10 })).map(({ event }) => event.id);
  deepEqual(await ids(), ["f", "e", "a"]);
  nowMs += 1_000_000;
  await journal.accept(event("g", { receivedAtMs: nowMs }));
  deepEqual(await ids(), ["g", "f", "a"]);
});

test("SQLite: events are found by listener, trigger, state, time and page", async () => {
  const journal = sqlite();
  for (const [at, id] of ["a", "b", "c"].entries()) {
    await journal.accept(event(id, { receivedAtMs: at }));
    await journal.record(pair(id, id === "b" ? "other" : "t", id === "c" ? "filtered" : "created"));
  }
  const ids = async (query: object) => (await journal.events({ limit: 10, ...query })).map((found) => found.event.id);
  deepEqual(await ids({}), ["c", "b", "a"]);
  deepEqual(await ids({ trigger: "t" }), ["c", "a"]);
  deepEqual(await ids({ state: "created" }), ["b", "a"]);
  deepEqual(await ids({ sinceMs: 1, untilMs: 2 }), ["b"]);
  deepEqual(await ids({ before: "b" }), ["a"]);
  deepEqual(await ids({ listener: { name: "nobody" } }), []);
  equal((await journal.event("a"))?.pairs[0]?.state, "created");
});

/** What every implementation of the journal must do. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startPostgres } from "../../../test/postgres.ts";
import { hashSecretValue } from "../../interceptors/secret-header.ts";
import type { AcceptedEvent, EventJournal, PairRecord, PendingEvent } from "../../triggers/event-journal.ts";
import { SqliteThread } from "../sqlite-thread.ts";
import type { Journal, JournalOptions } from "./journal.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { PostgresJournal } from "./postgres-journal.ts";
import { SqliteJournal } from "./sqlite-journal.ts";

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

async function sqlite(file = ":memory:", options: JournalOptions = {}, thread?: SqliteThread): Promise<SqliteJournal> {
  const journal = await SqliteJournal.open(file, options, thread);
  if (!journal.ok) throw new Error(journal.error);
  opened.push(journal.value);
  return journal.value;
}

/** Old events go, and verdicts come, when there is time for it. */
async function eventually(isThere: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 100 && !(await isThere()); waited++) await sleep(50);
}

const postgres = await startPostgres();
const opened: Journal[] = [];
after(async () => {
  for (const journal of opened) await journal.close();
  await postgres.stop();
});

async function inPostgres(options: JournalOptions = {}, url?: string): Promise<PostgresJournal> {
  const journal = await PostgresJournal.open(url ?? (await postgres.createDatabase()), options);
  if (!journal.ok) throw new Error(journal.error);
  opened.push(journal.value);
  return journal.value;
}

interface Implementation<J> {
  readonly name: string;
  readonly open: (options?: JournalOptions) => J | Promise<J>;
}

/** PostgreSQL is on machines that develop Tektite and in CI; elsewhere its part is left out. */
const persistent: readonly Implementation<Journal>[] = [
  { name: "SQLite", open: (options) => sqlite(":memory:", options) },
  { name: "SQLite without a thread", open: (options) => sqlite(":memory:", options, new SqliteThread("inline")) },
  { name: "PostgreSQL", open: (options?: JournalOptions) => inPostgres(options) },
];

const implementations: readonly Implementation<EventJournal>[] = [
  { name: "memory", open: () => new MemoryJournal({ maxUnfinished: 3 }) },
  ...persistent.map(({ name, open }) => ({ name, open: () => open({ maxUnfinished: 3 }) })),
];

for (const { name, open } of implementations) {
  test(`${name}: what is accepted is pending until it is finished`, async () => {
    const journal = await open();
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
    const journal = await open();
    const accepted = await Promise.all(["a", "b", "c", "d"].map((id) => journal.accept(event(id))));
    deepEqual(
      accepted.map((result) => (result.ok ? "accepted" : result.error.reason)),
      ["accepted", "accepted", "accepted", "full"],
    );
    await journal.finish("a");
    equal((await journal.accept(event("d"))).ok, true);
  });

  test(`${name}: a delivery is taken in once within its window`, async () => {
    const journal = await open();
    const delivered = (id: string, more: object = {}) => {
      return event(id, { deliveryId: "X-Gitea-Delivery:1", receivedAtMs: 1_000, ...more });
    };
    const accepted = async (...args: Parameters<EventJournal["accept"]>) => {
      const result = await journal.accept(...args);
      return result.ok ? result.value : result.error;
    };
    // One of those that come at the same time, whichever it is.
    const both = await Promise.all([accepted(delivered("a"), 0), accepted(delivered("b"), 0)]);
    const first = both[0] !== undefined && "kind" in both[0] && both[0].kind === "accepted" ? "a" : "b";
    deepEqual(both.map((answer) => ("kind" in answer ? answer.kind : answer.reason)).sort(), ["accepted", "known"]);
    deepEqual(await accepted(delivered("c", { receivedAtMs: 2_000 }), 1_000), { kind: "known", eventId: first });
    equal((await journal.bodies(["c"])).size, 0);
    const elsewhere = { listener: { namespace: "ci", name: "other" } };
    deepEqual(await accepted(delivered("d", elsewhere), 0), { kind: "accepted" });
    await journal.finish("d");
    deepEqual(await accepted(delivered("e", { receivedAtMs: 2_001 }), 1_001), { kind: "accepted" });
    deepEqual(await accepted(delivered("f", { receivedAtMs: 2_002 }), 1_002), { kind: "known", eventId: "e" });
  });

  test(`${name}: the bodies of accepted events can be read again`, async () => {
    const journal = await open();
    await journal.accept(event("a", { body: Buffer.from([1, 0, 255]) }));
    await journal.accept(event("b'", { body: Buffer.from("b") }));
    await journal.accept(event("c"));
    const bodies = await journal.bodies(["b'", "gone", "a"]);
    deepEqual(
      ["a", "b'", "gone", "c"].map((id) => bodies.get(id) && [...(bodies.get(id) ?? [])]),
      [[1, 0, 255], [98], undefined, undefined],
    );
  });
}

test("SQLite: what was accepted is there after a new start, without secrets", async () => {
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  try {
    const file = join(folder, "events.sqlite");
    const first = await sqlite(file);
    await first.accept(
      event("a", { header: { Authorization: ["Bearer s3cret"], "X-Hub-Signature-256": ["sha256=00"] } }),
    );
    const inUse = await SqliteJournal.open(file);
    equal(inUse.ok, false);
    await first.close();
    const [found] = await pendingOf(await sqlite(file));
    deepEqual(found?.event.header, {
      Authorization: [hashSecretValue("Bearer s3cret")],
      "X-Hub-Signature-256": ["sha256=00"],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Bounds the size of files that this process writes, as a full disk does; false where that cannot be done. */
function limitFiles(bytes: string): boolean {
  return spawnSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]).status === 0;
}

test("SQLite: while the disk is full events are refused, and verdicts wait for room", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const journal = await sqlite(join(folder, "events.sqlite"));
  equal((await journal.accept(event("a"))).ok, true);
  ok(limitFiles("300000"), "prlimit (util-linux) is needed to fill the disk");
  const big = { body: Buffer.alloc(200_000) };
  let refused: readonly string[];
  try {
    const accepted = [await journal.accept(event("b", big)), await journal.accept(event("c", big))];
    refused = accepted.map((result) => (result.ok ? "accepted" : result.error.reason));
    void journal.record({ ...pair("a", "t", "created"), error: "x".repeat(200_000) }).then(() => journal.finish("a"));
    await sleep(100);
    equal((await journal.event("a"))?.isFinished, false);
  } finally {
    limitFiles("unlimited");
  }
  equal(refused.at(-1), "full");
  await eventually(async () => (await journal.event("a"))?.isFinished === true);
  equal((await journal.event("a"))?.pairs[0]?.state, "created");
  equal((await journal.accept(event("d", big))).ok, true);
  await journal.close();
});

for (const { name, open } of persistent) {
  test(`${name}: old events go by age, number and bytes; unfinished ones stay`, async () => {
    let nowMs = 1_000_000;
    const journal = await open({
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
    await eventually(async () => (await ids()).length === 3);
    deepEqual(await ids(), ["f", "e", "a"]);
    nowMs += 1_000_000;
    await journal.accept(event("g", { receivedAtMs: nowMs }));
    await eventually(async () => !(await ids()).includes("e"));
    deepEqual(await ids(), ["g", "f", "a"]);
  });

  test(`${name}: events are found by listener, trigger, state, repository, time and page`, async () => {
    const journal = await open();
    for (const [at, id] of ["a", "b", "c"].entries()) {
      await journal.accept(event(id, { receivedAtMs: at, repository: id === "b" ? "acme/shop" : "acme/site" }));
      await journal.record(pair(id, id === "b" ? "other" : "t", id === "c" ? "filtered" : "created"));
    }
    const ids = async (query: object) => (await journal.events({ limit: 10, ...query })).map((found) => found.event.id);
    deepEqual(await ids({}), ["c", "b", "a"]);
    deepEqual(await ids({ trigger: "t" }), ["c", "a"]);
    deepEqual(await ids({ repository: "SHOP" }), ["b"]);
    deepEqual(await ids({ state: "created" }), ["b", "a"]);
    deepEqual(await ids({ sinceMs: 1, untilMs: 2 }), ["b"]);
    deepEqual(await ids({ before: "b" }), ["a"]);
    deepEqual(await ids({ listener: { name: "nobody" } }), []);
    equal((await journal.event("a"))?.pairs[0]?.state, "created");
    await journal.accept(event("d", { replayOf: "b" }));
    deepEqual(await ids({ replayOf: "b" }), ["d"]);
    deepEqual(await ids({ from: "b" }), ["d", "c", "b"]);
    deepEqual(await ids({ skip: 1, limit: 1 }), ["c"]);
  });

  test(`${name}: events and verdicts are counted by listener and minute`, async () => {
    const journal = await open();
    const other = { namespace: "ci", name: "other" };
    const minutes = [
      event("a", { receivedAtMs: 60_000 }),
      event("b", { receivedAtMs: 119_999 }),
      event("c", { receivedAtMs: 120_000 }),
      event("d", { receivedAtMs: 120_001, listener: other }),
      event("late", { receivedAtMs: 180_000 }),
    ];
    for (const one of minutes) await journal.accept(one);
    for (const one of [pair("a", "t", "created"), pair("a", "u", "filtered"), pair("b", "t", "created")]) {
      await journal.record(one);
    }
    for (const id of ["a", "c"]) await journal.finish(id);
    await eventually(async () => (await journal.event("c"))?.isFinished === true);
    const counts = await journal.counts({ sinceMs: 60_000, untilMs: 180_000 });
    deepEqual(
      [...counts].sort((x, y) => x.minute - y.minute || (x.listener.name < y.listener.name ? -1 : 1)),
      [
        { listener, minute: 1, events: 2, unfinished: 1, unmatched: 0, states: { created: 2, filtered: 1 } },
        { listener, minute: 2, events: 1, unfinished: 0, unmatched: 1, states: {} },
        { listener: other, minute: 2, events: 1, unfinished: 1, unmatched: 1, states: {} },
      ],
    );
  });

  test(`${name}: a text is looked for in events and verdicts, and bodies can be left out`, async () => {
    const journal = await open();
    const bodies = [`{"who":"Zoë","why":"Fix"}`, "x".repeat(300_000), Buffer.from([0xff, 0x27, 0x25, 0x41])];
    for (const [at, body] of bodies.entries()) {
      await journal.accept(
        event(`e${at}`, { body: Buffer.from(body), repository: `acme/${at}`, deliveryId: `delivery-${at}` }),
      );
    }
    await journal.record(pair("e1", "deploy", "created"));
    const ids = async (text: string) => (await journal.events({ limit: 10, text })).map((found) => found.event.id);
    const table: readonly (readonly [text: string, ids: readonly string[]])[] = [
      ["E1", ["e1"]],
      ["ACME/2", ["e2"]],
      ["delivery-0", ["e0"]],
      ["/?x=1", ["e2", "e1", "e0"]],
      ["X-Two", ["e2", "e1", "e0"]],
      ["zoë", ["e0"]],
      ["fix", ["e0"]],
      ["'%A", ["e2"]],
      ["xxxx", []],
      ["DEPLOY", ["e1"]],
      ["9007199254740993", ["e1"]],
      ["nowhere", []],
    ];
    for (const [text, wanted] of table) deepEqual(await ids(text), wanted, text);
    const [brief] = await journal.events({ limit: 1, isBrief: true });
    deepEqual([brief?.bodyBytes, brief?.event.body.length, brief?.event.repository], [4, 0, "acme/2"]);
  });
}

test("PostgreSQL: of several sinks that are sent the same delivery one takes it in", async () => {
  const url = await postgres.createDatabase();
  const sinks = await Promise.all([inPostgres({}, url), inPostgres({}, url), inPostgres({}, url)]);
  for (let delivery = 0; delivery < 20; delivery++) {
    const answers = await Promise.all(
      sinks.map(async (journal, at) => {
        const id = `${delivery}-${at}`;
        const accepted = await journal.accept(event(id, { deliveryId: `d${delivery}`, receivedAtMs: 1_000 }), 0);
        if (!accepted.ok) throw new Error(accepted.error.message);
        return accepted.value.kind === "known" ? accepted.value.eventId : id;
      }),
    );
    equal(new Set(answers).size, 1, answers.join());
    equal((await sinks[0]?.events({ limit: 100 }))?.length, delivery + 1);
  }
});

test("PostgreSQL: a sink's unfinished events go to another one when it is gone, not before", async () => {
  const url = await postgres.createDatabase();
  const first = await inPostgres({}, url);
  const second = await inPostgres({}, url);
  await first.accept(event("a"));
  await first.record(pair("a", "t", "retrying"));
  await second.accept(event("b"));
  const ids = async (events: AsyncIterable<PendingEvent>) => {
    const found: string[] = [];
    for await (const { event } of events) found.push(event.id);
    return found;
  };
  deepEqual(await ids(second.abandoned(listener)), []);
  await first.close();
  const third = await inPostgres({}, url);
  const [one, other] = await Promise.all([ids(second.abandoned(listener)), ids(third.abandoned(listener))]);
  deepEqual([...one, ...other], ["a"]);
  deepEqual(await ids(second.pending(listener)), one.length > 0 ? ["a", "b"] : ["b"]);
});

test("PostgreSQL: while it is away events are refused, and verdicts wait for it", async () => {
  const journal = await inPostgres();
  await journal.accept(event("a"));
  await postgres.restart(async () => {
    const refused = await journal.accept(event("b"));
    equal(refused.ok, false);
    void journal.record(pair("a", "t", "created")).then(() => journal.finish("a"));
    await sleep(300);
  });
  await eventually(async () => (await journal.event("a"))?.isFinished === true);
  deepEqual((await journal.event("a"))?.pairs, [pair("a", "t", "created")]);
  equal(await journal.event("b"), undefined);
  equal((await journal.accept(event("c"))).ok, true);
});

test("PostgreSQL: texts that it cannot hold take no other event with them", async () => {
  const journal = await inPostgres();
  const hostile = event("a", { repository: "a\u0000b\ud800", header: { "X-A": ["\u0000"] } });
  const accepted = await Promise.all([journal.accept(hostile), journal.accept(event("b")), journal.accept(event("b"))]);
  deepEqual(
    accepted.map(({ ok }) => ok),
    [true, true, false],
  );
  equal((await journal.event("a"))?.event.repository, "a\ufffdb\ufffd");
  deepEqual((await journal.event("a"))?.event.header, { "X-A": ["\u0000"] });
});

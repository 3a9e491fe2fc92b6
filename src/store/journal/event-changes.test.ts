import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { hashSecretValue } from "../../interceptors/secret-header.ts";
import { type JsonValue, member } from "../../json/value.ts";
import type { AcceptedEvent, PairRecord, PairState } from "../../triggers/event-journal.ts";
import { EventChanges, followedJournal } from "./event-changes.ts";
import { openJournal } from "./open-journal.ts";

function event(id: string): AcceptedEvent {
  return {
    id,
    listener: { namespace: "default", name: "pushes" },
    receivedAtMs: 1_000,
    method: "POST",
    url: "/",
    header: {},
    body: Buffer.from("{}"),
  };
}

function pair(eventId: string, state: PairState): PairRecord {
  const trigger = { path: "spec.triggers[0]", name: "branch", namespace: "default" } as PairRecord["trigger"];
  return { eventId, trigger, state, attempts: 1, startedAtMs: 1_000, updatedAtMs: 1_000, created: [] };
}

/** What a watcher who knows everything up to `version` is told. */
function told(changes: EventChanges, version: number) {
  return changes.after(version)?.map(({ type, id, object }) => {
    const status = object?.["status"] as JsonValue | undefined;
    return `${type} ${id} ${object === undefined ? "?" : JSON.stringify([member(status, "finished"), (member(status, "verdicts") as readonly JsonValue[]).map((verdict) => member(verdict, "state"))])}`;
  });
}

test("changes that nobody has taken are put together, in the order of the last one", () => {
  const changes = new EventChanges({ nowMs: () => 5 });
  const start = changes.last;
  changes.accepted(event("a"));
  changes.accepted(event("b"));
  const seen = changes.last;
  changes.recorded(pair("a", "running"));
  changes.recorded(pair("a", "created"));
  changes.finished("a");
  deepEqual(told(changes, start), ["ADDED b [false,[]]", 'ADDED a [true,["created"]]']);
  deepEqual(told(changes, seen), ['MODIFIED a [true,["created"]]']);
  deepEqual(told(changes, changes.last), []);
});

test("what is forgotten, or of another process, is said to be", () => {
  const changes = new EventChanges({ nowMs: () => 5, maxKept: 2 });
  const start = changes.last;
  for (const id of ["a", "b", "c"]) changes.accepted(event(id));
  equal(told(changes, start), undefined);
  deepEqual(told(changes, start + 1), ["ADDED b [false,[]]", "ADDED c [false,[]]"]);
  equal(told(changes, start - 1), undefined);
  equal(told(changes, changes.last + 1), undefined);
  equal(changes.versionOf("a"), start + 1);
  changes.recorded(pair("a", "created"));
  deepEqual(told(changes, start + 3), ["MODIFIED a ?"]);
});

test("events of other sinks are told when they, or what became of them, are new", () => {
  const changes = new EventChanges({ nowMs: () => 5 });
  const start = changes.last;
  changes.accepted(event("own"));
  const found = (id: string, states: readonly PairState[], isFinished: boolean) =>
    changes.found({ event: event(id), pairs: states.map((state) => pair(id, state)), isFinished });
  found("own", ["created"], true);
  found("foreign", ["running"], false);
  deepEqual(told(changes, start), ["ADDED own [false,[]]", 'ADDED foreign [false,["running"]]']);
  const seen = changes.last;
  found("foreign", ["running"], false);
  equal(changes.last, seen);
  found("foreign", ["created"], true);
  deepEqual(told(changes, seen), ['MODIFIED foreign [true,["created"]]']);
});

test("only what the journal has committed is told, and a waiting watcher wakes", async (t) => {
  const opened = await openJournal(":memory:", { maxUnfinished: 1 });
  if (!opened.ok) throw new Error(opened.error);
  t.after(() => opened.value.close());
  const changes = new EventChanges({ nowMs: () => 5 });
  const start = changes.last;
  const journal = followedJournal(opened.value, changes);
  const woken = changes.next(60_000, new AbortController().signal);
  equal((await journal.accept(event("a"))).ok, true);
  await woken;
  equal((await journal.accept(event("refused"))).ok, false);
  await journal.record(pair("a", "filtered"));
  await journal.finish("a");
  deepEqual(told(changes, start), ['ADDED a [true,["filtered"]]']);
});

test("who watches sees hashes in the place of secrets, and no body", () => {
  const changes = new EventChanges({ nowMs: () => 5 });
  const start = changes.last;
  changes.accepted({ ...event("a"), header: { Authorization: ["Bearer s3cret"], "X-One": ["1"] } });
  const [change] = changes.after(start) ?? [];
  const spec = change?.object?.["spec"] as JsonValue | undefined;
  deepEqual(member(spec, "header"), { Authorization: [hashSecretValue("Bearer s3cret")], "X-One": ["1"] });
  deepEqual([member(spec, "bodyBytes"), member(spec, "body")], [2, undefined]);
});

import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { EventListener } from "../api/triggers/objects.ts";
import { err, ok } from "../result.ts";
import { MemoryJournal } from "../store/journal/memory-journal.ts";
import type { AcceptedEvent } from "../triggers/event-journal.ts";
import { EventAcceptance } from "./event-acceptance.ts";
import { SinkLog } from "./sink-log.ts";

const event = (id: string, receivedAtMs: number, deliveryId?: string): AcceptedEvent => ({
  id,
  listener: { namespace: "ns", name: "el" },
  receivedAtMs,
  method: "POST",
  url: "/",
  header: {},
  body: Buffer.from("{}"),
  ...(deliveryId === undefined ? {} : { deliveryId }),
});

const listener = (annotation?: string): EventListener => ({
  metadata: { annotations: annotation === undefined ? {} : { "tektite.dev/deduplicate": annotation } },
});

const vectors: { name: string; annotation?: string; second: AcceptedEvent; want: object }[] = [
  { name: "without the annotation redeliveries run again", second: event("b", 1, "d"), want: ok({ kind: "accepted" }) },
  {
    name: "a redelivery is known",
    annotation: "1s",
    second: event("b", 1_000, "d"),
    want: ok({ kind: "known", eventId: "a" }),
  },
  { name: "not after the window", annotation: "1s", second: event("b", 1_001, "d"), want: ok({ kind: "accepted" }) },
  {
    name: "another delivery is another event",
    annotation: "1s",
    second: event("b", 1, "e"),
    want: ok({ kind: "accepted" }),
  },
  { name: "no delivery id, no memory", annotation: "1s", second: event("b", 1), want: ok({ kind: "accepted" }) },
  {
    name: "what is no duration counts for nothing",
    annotation: "soon",
    second: event("b", 1, "d"),
    want: ok({ kind: "accepted" }),
  },
  {
    name: "a full journal refuses",
    annotation: "1s",
    second: event("b", 1, "e"),
    want: err({ reason: "full", message: "1 events are waiting for their triggers" }),
  },
];
for (const { name, annotation, second, want } of vectors) {
  for (const order of ["one after the other", "at the same time"]) {
    test(`${name}, ${order}`, async () => {
      const journal = new MemoryJournal({ maxUnfinished: name.startsWith("a full") ? 1 : 10 });
      const log = new SinkLog({ write: () => {}, level: "info", nowMs: () => 0 });
      const acceptance = new EventAcceptance(journal, log);
      const first = acceptance.accept(listener(annotation), event("a", 0, "d"));
      if (order === "one after the other") await first;
      // Two at the same time count as within the window, whatever their clocks say.
      if (order === "at the same time" && name.startsWith("not after")) return;
      deepEqual(await acceptance.accept(listener(annotation), second), want);
      deepEqual(await first, ok({ kind: "accepted" }));
    });
  }
}

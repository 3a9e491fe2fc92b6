import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { EventSummary } from "../../../../src/dashboard/event-model.ts";
import type { EventPage } from "../../../../src/dashboard/views/event-view.ts";
import { type EventWindow, letIn, staleFrom, withNewest, withOlder } from "./event-window.ts";

const reading = { isHeld: true, limit: 5 };
const following = { isHeld: false, limit: 5 };

function event(number: number, isFinished = true): EventSummary {
  const id = `e${number}`;
  return {
    namespace: "ci",
    id,
    listener: "el",
    receivedAt: "",
    type: "push",
    repository: undefined,
    isFinished,
    replayOf: undefined,
    url: "/",
    remoteAddress: undefined,
    deliveryId: undefined,
    verdicts: [],
  };
}

/** The events from `newest` down to `oldest`. */
function page(newest: number, oldest: number): EventPage {
  const items = Array.from({ length: newest - oldest + 1 }, (_, index) => event(newest - index));
  return { items, continue: oldest === 0 ? undefined : `e${oldest}` };
}

function shape({ items, newer, isGap, continue: next }: EventWindow) {
  return { first: items[0]?.id, count: items.length, newer: newer.length, isGap, next };
}

const start = withNewest(undefined, page(9, 5), following);

const table: readonly { readonly name: string; readonly window: EventWindow; readonly want: object }[] = [
  { name: "the first page", window: start, want: { first: "e9", count: 5, newer: 0, isGap: false, next: "e5" } },
  {
    name: "an older page",
    window: withOlder(start, page(4, 0)),
    want: { first: "e9", count: 10, newer: 0, isGap: false, next: undefined },
  },
  {
    name: "new events, with nobody reading",
    window: withNewest(start, page(11, 7), following),
    want: { first: "e11", count: 7, newer: 0, isGap: false, next: "e5" },
  },
  {
    name: "new events, while somebody reads",
    window: withNewest(start, page(11, 7), reading),
    want: { first: "e9", count: 5, newer: 2, isGap: false, next: "e5" },
  },
  {
    name: "then they are let in",
    window: withNewest(withNewest(start, page(11, 7), reading), page(12, 8), following),
    want: { first: "e12", count: 8, newer: 0, isGap: false, next: "e5" },
  },
  {
    name: "more than a page while nobody reads: a new beginning",
    window: withNewest(start, page(29, 25), following),
    want: { first: "e29", count: 5, newer: 0, isGap: false, next: "e25" },
  },
  {
    name: "more than a page while somebody reads: a gap",
    window: withNewest(start, page(29, 25), reading),
    want: { first: "e9", count: 5, newer: 5, isGap: true, next: "e5" },
  },
  {
    name: "what comes behind a gap is counted",
    window: withNewest(withNewest(start, page(29, 25), reading), page(31, 27), reading),
    want: { first: "e9", count: 5, newer: 7, isGap: true, next: "e5" },
  },
  {
    name: "letting in what is behind a gap leaves the old ones",
    window: withNewest(withNewest(start, page(29, 25), reading), page(31, 27), following),
    want: { first: "e31", count: 7, newer: 0, isGap: false, next: "e25" },
  },
  {
    name: "letting in what waits, before the next reading",
    window: letIn(withNewest(start, page(11, 7), reading)),
    want: { first: "e11", count: 7, newer: 0, isGap: false, next: "e5" },
  },
  {
    name: "letting in what waits behind a gap",
    window: letIn(withNewest(start, page(29, 25), reading)),
    want: { first: "e29", count: 5, newer: 0, isGap: false, next: "e25" },
  },
  {
    name: "a search that finds nothing new keeps what it found",
    window: withNewest(start, { items: [], continue: "e400" }, following),
    want: { first: "e9", count: 5, newer: 0, isGap: false, next: "e5" },
  },
  {
    name: "a list that follows stays short",
    window: withNewest(
      withOlder(withNewest(undefined, page(999, 800), following), page(799, 0)),
      page(1000, 801),
      following,
    ),
    want: { first: "e1000", count: 500, newer: 0, isGap: false, next: "e501" },
  },
  {
    name: "many new ones while somebody reads are not all kept",
    window: Array.from({ length: 20 }).reduce<EventWindow>(
      (window, _, index) => withNewest(window, page(9 + 100 * (index + 1), 9 + 100 * index), reading),
      start,
    ),
    want: { first: "e9", count: 5, newer: 1000, isGap: true, next: "e5" },
  },
];

for (const { name, window, want } of table) {
  test(`events on the page: ${name}`, () => deepEqual(shape(window), want));
}

test("an event below the newest page that goes on is read again", () => {
  const window = { ...start, items: [event(9), event(8), event(7, false), event(6)] };
  equal(staleFrom(window, { items: [event(9)], continue: "e9" }), "e8");
  equal(staleFrom(window, { items: [event(9), event(8), event(7)], continue: "e7" }), undefined);
});

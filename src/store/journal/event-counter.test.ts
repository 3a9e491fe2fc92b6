import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { EventCounter } from "./event-counter.ts";
import { type MinuteCount, minuteMs } from "./minute-counts.ts";

const listener = { namespace: "ci", name: "el" };
const dayMinutes = 24 * 60;

function count(minute: number, unfinished = 0): MinuteCount {
  return { listener, minute, events: 1, unfinished, unmatched: 0, states: {} };
}

test("a minute that is over and finished with is counted once", async () => {
  let now = (10_000 + 0.5) * minuteMs;
  let stored: readonly MinuteCount[] = [count(9_000), count(9_990, 1), count(10_000, 1)];
  const asked: (readonly [number, number])[] = [];
  const reader = {
    event: async () => undefined,
    events: async () => [],
    counts: async ({ sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number }) => {
      asked.push([sinceMs / minuteMs, untilMs / minuteMs]);
      return stored.filter(({ minute }) => minute * minuteMs >= sinceMs && minute * minuteMs < untilMs);
    },
  };
  const counter = new EventCounter(reader, { nowMs: () => now, pauseMs: 0 });
  const both = await Promise.all([counter.lastDay(), counter.lastDay()]);
  deepEqual(both, [stored, stored]);
  equal(asked.length, dayMinutes / 60, "one count for those who ask at the same time");
  asked.length = 0;

  now += 2_000;
  stored = [count(9_000), count(9_990), count(10_000)];
  deepEqual(await counter.lastDay(), stored);
  deepEqual(asked, [
    [9_990, 9_991],
    [10_000, 10_001],
  ]);
  asked.length = 0;

  now += 2 * minuteMs;
  await counter.lastDay();
  deepEqual(asked, [[10_000, 10_003]]);
});

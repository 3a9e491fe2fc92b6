import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { startTimer } from "./long-timer.ts";

const dayMs = 86_400_000;
const vectors = [
  { name: "none", ms: 0, afterDays: [0], want: [true] },
  { name: "less than none", ms: -5, afterDays: [0], want: [true] },
  { name: "a day", ms: dayMs, afterDays: [0.9, 0.2], want: [false, true] },
  {
    name: "more days than a timer can wait",
    ms: 60 * dayMs,
    afterDays: [24.9, 25, 10, 1],
    want: [false, false, false, true],
  },
];

for (const { name, ms, afterDays, want } of vectors) {
  test(`waits ${name}`, (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let isOver = false;
    startTimer(ms, () => {
      isOver = true;
    });
    const seen = afterDays.map((days) => {
      t.mock.timers.tick(days * dayMs);
      return isOver;
    });
    deepEqual(seen, want);
  });
}

test("is called off, also in its later part", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const stop = startTimer(60 * dayMs, () => {
    throw new Error("it was called off");
  });
  t.mock.timers.tick(50 * dayMs);
  stop();
  t.mock.timers.tick(50 * dayMs);
});

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { percentOf, ticks, timeSpan } from "./timeline-scale.ts";

const nowMs = Date.parse("2026-01-01T00:10:00Z");
const spans = [
  { name: "of a run that has ended", completedAt: "2026-01-01T00:01:00Z", want: 60_000 },
  { name: "of a run that goes on", completedAt: undefined, want: 600_000 },
  { name: "of less than a second", completedAt: "2026-01-01T00:00:00Z", want: 1000 },
];
for (const { name, completedAt, want } of spans) {
  test(`the span ${name}`, () => {
    const { fromMs, untilMs } = timeSpan(
      { startedAt: "2026-01-01T00:00:00Z", createdAt: undefined, completedAt },
      nowMs,
    );
    equal(untilMs - fromMs, want);
  });
}

const scales = [
  { seconds: 1, want: [0, 1] },
  { seconds: 7, want: [0, 2, 4, 6] },
  { seconds: 65, want: [0, 15, 30, 45, 60] },
  { seconds: 3 * 86_400, want: [0, 86_400, 172_800, 259_200] },
];
for (const { seconds, want } of scales) {
  test(`round times in ${seconds} s`, () => {
    deepEqual(
      ticks({ fromMs: 0, untilMs: seconds * 1000 }, 5).map((ms) => ms / 1000),
      want,
    );
  });
}

test("what lies outside the span is at its edge", () => {
  const span = { fromMs: 1000, untilMs: 3000 };
  deepEqual(
    [0, 1000, 2500, 9000].map((ms) => percentOf(span, ms)),
    [0, 0, 75, 100],
  );
});

import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readGoTime } from "./go-time.ts";

const as = '" as "2006-01-02T15:04:05Z07:00": cannot parse';
const vectors: readonly (readonly [text: string, want: string])[] = [
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"],
  ["2026-01-02T03:04:05.999Z", "2026-01-02T03:04:05Z"],
  ["2026-01-02T03:04:05+02:30", "2026-01-02T00:34:05Z"],
  ["2026-01-02T23:04:05-01:00", "2026-01-03T00:04:05Z"],
  ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"],
  ["", `parsing time "${as} "" as "2006"`],
  ["yesterday", `parsing time "yesterday${as} "yesterday" as "2006"`],
  ["2026-01-02", `parsing time "2026-01-02${as} "" as "T"`],
  ["2026-01-02 03:04:05Z", `parsing time "2026-01-02 03:04:05Z${as} " 03:04:05Z" as "T"`],
  ["2026-01-02T03:04:05", `parsing time "2026-01-02T03:04:05${as} "" as "Z07:00"`],
  ["2026-13-02T03:04:05Z", 'parsing time "2026-13-02T03:04:05Z": month out of range'],
  ["2026-04-31T03:04:05Z", 'parsing time "2026-04-31T03:04:05Z": day out of range'],
  ["2026-01-00T03:04:05Z", 'parsing time "2026-01-00T03:04:05Z": day out of range'],
  ["2026-01-02T24:04:05Z", 'parsing time "2026-01-02T24:04:05Z": hour out of range'],
  ["2026-01-02T03:04:60Z", 'parsing time "2026-01-02T03:04:60Z": second out of range'],
  ["2026-01-02T03:04:05Zx", 'parsing time "2026-01-02T03:04:05Zx": extra text: "x"'],
];

for (const [text, want] of vectors) {
  test(JSON.stringify(text), () => {
    const time = readGoTime(text);
    equal(time.ok ? time.value : time.error, want);
  });
}

test("reads what a Date prints, and what it printed itself", () => {
  const dates = fc.date({
    min: new Date("0001-01-02T00:00:00Z"),
    max: new Date("9999-12-30T00:00:00Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(dates, (date) => {
      const time = readGoTime(date.toISOString());
      ok(time.ok);
      equal(time.value, `${date.toISOString().slice(0, 19)}Z`);
    }),
  );
});

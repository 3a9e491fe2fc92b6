import { equal } from "node:assert/strict";
import { test } from "node:test";
import { parseTime } from "./parse-time.ts";

const nowMs = Date.parse("2026-01-31T12:00:00Z");

const vectors = [
  { name: "a duration", text: "24h", want: "2026-01-30T12:00:00.000Z" },
  { name: "a duration of several units", text: "1h30m", want: "2026-01-31T10:30:00.000Z" },
  { name: "days", text: "7d", want: "2026-01-24T12:00:00.000Z" },
  { name: "no time ago", text: "0", want: "2026-01-31T12:00:00.000Z" },
  { name: "a moment elsewhere", text: "2026-01-01T00:00:00+09:00", want: "2025-12-31T15:00:00.000Z" },
  { name: "a day", text: "2026-01-31", want: "2026-01-31T00:00:00.000Z" },
  { name: "a number without unit", text: "5", want: undefined },
  { name: "a word", text: "yesterday", want: undefined },
  { name: "a month", text: "May", want: undefined },
  { name: "days and hours", text: "1d12h", want: undefined },
  { name: "days in words", text: "7 days", want: undefined },
  { name: "nothing", text: "", want: undefined },
  { name: "centuries", text: "100000d", want: "1752-04-17T12:00:00.000Z" },
  { name: "more years than are counted", text: "999999d", want: undefined },
  { name: "more hours than are counted", text: "99999999999h", want: undefined },
];

for (const { name, text, want } of vectors) {
  test(`since when: ${name}`, () => {
    const timeMs = parseTime(text, nowMs);
    equal(timeMs === undefined ? undefined : new Date(timeMs).toISOString(), want);
  });
}

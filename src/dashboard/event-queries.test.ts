import { equal } from "node:assert/strict";
import { test } from "node:test";
import { parseTime } from "./event-queries.ts";

const nowMs = Date.UTC(2026, 0, 31, 12);
const hourMs = 3_600_000;

const vectors = [
  { name: "a duration", text: "24h", want: nowMs - 24 * hourMs },
  { name: "days", text: "7d", want: nowMs - 7 * 24 * hourMs },
  { name: "a moment", text: "2026-01-31T11:00:00Z", want: nowMs - hourMs },
  { name: "a day", text: "2026-01-31", want: nowMs - 12 * hourMs },
  { name: "a number without unit", text: "5", want: undefined },
  { name: "a word", text: "yesterday", want: undefined },
  { name: "a month", text: "May", want: undefined },
  { name: "nothing", text: "", want: undefined },
];

for (const { name, text, want } of vectors) {
  test(`since when: ${name}`, () => equal(parseTime(text, nowMs), want));
}

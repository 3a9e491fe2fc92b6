import { equal } from "node:assert/strict";
import { test } from "node:test";
import { formatGoDuration, parseGoDuration } from "./go-duration.ts";

const vectors = [
  { text: "90s", ms: 90_000, printed: "1m30s" },
  { text: "1h30m", ms: 5_400_000, printed: "1h30m0s" },
  { text: "1.5s", ms: 1_500, printed: "1.5s" },
  { text: "250ms", ms: 250, printed: "250ms" },
  { text: "-5m", ms: -300_000, printed: "-5m0s" },
  { text: "0", ms: 0, printed: "0s" },
  { text: "1h0.5s", ms: 3_600_500, printed: "1h0m0.5s" },
];

for (const { text, ms, printed } of vectors) {
  test(`${text} is ${printed}`, () => {
    equal(parseGoDuration(text), ms);
    equal(formatGoDuration(ms), printed);
  });
}

for (const text of ["", "5", "1x", "h", "1h 5m", "9999999h"]) {
  test(`${JSON.stringify(text)} is no duration`, () => equal(parseGoDuration(text), undefined));
}

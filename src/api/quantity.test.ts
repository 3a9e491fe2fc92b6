import { equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseQuantity, printQuantity } from "./quantity.ts";

const canonical: readonly (readonly [string, string])[] = [
  ["1000m", "1"],
  ["1500m", "1500m"],
  ["0.25", "250m"],
  ["0.5Gi", "512Mi"],
  ["1024Mi", "1Gi"],
  ["1536Mi", "1536Mi"],
  ["1Ki", "1Ki"],
  ["512", "512"],
  ["1024", "1024"],
  ["1e9", "1e9"],
  ["1E3", "1e3"],
  ["1e2", "100"],
  ["1.5e3", "1500"],
  ["1E", "1E"],
  ["100k", "100k"],
  ["1000k", "1M"],
  ["+1", "1"],
  ["-1500m", "-1500m"],
  ["0", "0"],
  ["0Gi", "0"],
  ["-0", "0"],
  ["-", "0"],
  ["1u", "1u"],
  ["1n", "1n"],
  ["0.1n", "1n"],
  ["0.5Ki", "512"],
  ["0.0001Ki", "102400u"],
  ["1.", "1"],
  [".5", "500m"],
  ["007", "7"],
  ["8Ei", "9223372036854775807"],
  ["9223372036854775808", "9223372036854775807"],
];

for (const [text, want] of canonical) {
  test(`${text} is ${want}`, () => {
    const parsed = parseQuantity(text);
    equal(parsed.ok ? printQuantity(parsed.value) : parsed.error, want);
  });
}

const format = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffix = "unable to parse quantity's suffix";
const wrong: readonly (readonly [string, string])[] = [
  ["lots", format],
  ["", format],
  ["1 Gi", format],
  ["1.2.3", format],
  [".", "unable to parse numeric part of quantity"],
  ["Mi", "unable to parse numeric part of quantity"],
  ["1GB", format],
  ["1Kk", suffix],
  ["1Mi5", suffix],
  ["1ei", suffix],
];

for (const [text, want] of wrong) {
  test(`${JSON.stringify(text)} is refused`, () => {
    const parsed = parseQuantity(text);
    equal(parsed.ok ? "accepted" : parsed.error, want);
  });
}

test("printing what was printed changes nothing", () => {
  const texts = fc.stringMatching(/^[+-]?[0-9]{0,6}\.?[0-9]{0,4}([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?$/);
  fc.assert(
    fc.property(texts, (text) => {
      const first = parseQuantity(text);
      if (!first.ok) return;
      const printed = printQuantity(first.value);
      const second = parseQuantity(printed);
      equal(second.ok && printQuantity(second.value), printed);
      equal(second.ok && second.value.nanos, first.value.nanos);
    }),
  );
});

test("no text makes it throw", () => {
  fc.assert(fc.property(fc.string(), (text) => typeof parseQuantity(text).ok === "boolean"));
});

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { JsonValue } from "../json/value.ts";
import { lineDiff } from "./line-diff.ts";
import { isSubset, narrowTo } from "./subset.ts";

const diffs = [
  { name: "equal texts", a: "x\ny\n", b: "x\ny\n", want: ["  x", "  y"] },
  { name: "a changed line", a: "x\ny\nz\n", b: "x\nq\nz\n", want: ["  x", "- y", "+ q", "  z"] },
  { name: "a line less and one more", a: "a\nb\nc\n", b: "b\nc\nd\n", want: ["- a", "  b", "  c", "+ d"] },
  { name: "nothing on one side", a: "", b: "x\n", want: ["+ x"] },
];

for (const { name, a, b, want } of diffs) test(`line diff: ${name}`, () => deepEqual(lineDiff(a, b), want));

test("line diff: very long texts are told apart as a whole", () => {
  const long = "x\n".repeat(3000);
  equal(lineDiff(long, "x\n").length, 3001);
});

const subsets: readonly { name: string; expected: JsonValue; actual: JsonValue; want: boolean }[] = [
  { name: "more keys", expected: { a: 1 }, actual: { a: 1, b: 2 }, want: true },
  { name: "a key less", expected: { a: 1, b: null }, actual: { a: 1 }, want: false },
  { name: "nested", expected: { a: [{ x: 1 }] }, actual: { a: [{ x: 1, y: 2 }] }, want: true },
  { name: "a longer list", expected: [1], actual: [1, 2], want: false },
  { name: "another type", expected: { a: {} }, actual: { a: [] }, want: false },
  { name: "an inherited name", expected: { toString: 1 }, actual: {}, want: false },
];

for (const { name, expected, actual, want } of subsets) {
  test(`subset: ${name}`, () => equal(isSubset(expected, actual), want));
}

test("subset: a diff shows what was asked for, in that order", () => {
  equal(JSON.stringify(narrowTo({ b: {}, a: 1 }, { a: 2, b: { c: 1 }, d: 3 })), '{"b":{},"a":2}');
});

import { deepEqual, equal, notEqual } from "node:assert/strict";
import { test } from "node:test";
import { copyJson } from "./copy-json.ts";
import type { JsonValue } from "./value.ts";

const vectors: readonly JsonValue[] = [
  null,
  "text",
  12345678901234567890n,
  [],
  {},
  [1, [true, null], { a: "b" }],
  { a: { b: [{ c: 1 }] }, constructor: "own", "": 0 },
  JSON.parse('{"__proto__":{"polluted":true},"toString":1}') as JsonValue,
];

for (const value of vectors) {
  test(`copies ${typeof value === "bigint" ? value : JSON.stringify(value)}`, () => {
    const copied = copyJson(value);
    deepEqual(copied, value);
    if (typeof value !== "object" || value === null) return;
    notEqual(copied, value);
    equal(JSON.stringify(copied), JSON.stringify(value));
    equal(Object.getPrototypeOf(copied), Object.getPrototypeOf(value));
  });
}

test("nothing of the copy is shared", () => {
  const value = { a: [{ b: 1 }] };
  const copied = copyJson(value);
  (copied.a[0] as { b: number }).b = 2;
  equal(value.a[0]?.b, 1);
});

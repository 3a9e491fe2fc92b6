import { equal } from "node:assert/strict";
import { test } from "node:test";
import { quantityValue } from "./quantity.ts";

const vectors: readonly (readonly [string, number | undefined])[] = [
  ["1", 1],
  ["500m", 0.5],
  ["64Mi", 67_108_864],
  ["1.5G", 1_500_000_000],
  ["1e3", 1000],
  ["2E", 2e18],
  [".5", 0.5],
  ["x", undefined],
  ["1 Mi", undefined],
  ["1constructor", undefined],
];

for (const [text, want] of vectors) test(`reads ${text}`, () => equal(quantityValue(text), want));

import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { goYamlTags } from "./go-yaml-tags.ts";

const vectors: readonly (readonly [text: string, value: unknown])[] = [
  [".", "."],
  ["._", "._"],
  ["e1", "e1"],
  ["E5", "E5"],
  ["1e", "1e"],
  ["1e3", 1000],
  ["1.5e3", 1500],
  [".5e1", 5],
  [".5", 0.5],
  ["1.", 1],
  ["+1", 1],
  ["-.5", -0.5],
  ["1_000", 1000],
  ["010", 8],
  ["08", 8],
  ["0o17", 15],
  ["-0o17", -15],
  ["0O17", 15],
  ["0x1F", 31],
  ["0X1F", 31],
  ["0X_", "0X_"],
  ["0B11", 3],
  [`0b${"1".repeat(65)}`, `0b${"1".repeat(65)}`],
  ["-0X1F", -31],
  ["0x1ffffffffffffffff", "0x1ffffffffffffffff"],
  ["0x0000000000000001f", 31],
  ["5e1234567", "5e1234567"],
  ["-1e999", "-1e999"],
  ["1e1_0", 1e10],
  [".inf", Number.POSITIVE_INFINITY],
  ["1:30", "1:30"],
  ["2024-01-01", "2024-01-01"],
  ["1.2.3", "1.2.3"],
  ["yes", true],
  ["n", false],
  ["~", null],
];
for (const [text, value] of vectors) {
  test(`${text} is ${JSON.stringify(value)}`, () => {
    deepEqual(parse(`a: ${text}`, { version: "1.1", customTags: goYamlTags }), { a: value });
  });
}

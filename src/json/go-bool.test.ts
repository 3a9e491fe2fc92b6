import { equal } from "node:assert/strict";
import { test } from "node:test";
import { parseGoBool } from "./go-bool.ts";

const vectors: readonly (readonly [text: string, want: boolean | undefined])[] = [
  ["1", true],
  ["T", true],
  ["True", true],
  ["0", false],
  ["f", false],
  ["FALSE", false],
  ["tRUE", undefined],
  ["yes", undefined],
  [" true", undefined],
  ["", undefined],
];

for (const [text, want] of vectors) test(`${JSON.stringify(text)} is ${want}`, () => equal(parseGoBool(text), want));

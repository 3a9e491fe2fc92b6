import { equal } from "node:assert/strict";
import { test } from "node:test";
import type { JsonValue } from "../json/value.ts";
import { formatGoValue, quoteGo } from "./go-text.ts";

const quoted = [
  { text: 'a"b\\c', want: '"a\\"b\\\\c"' },
  { text: "\x00\x07\n\x7f", want: '"\\x00\\a\\n\\x7f"' },
  { text: "é € 😀", want: '"é € 😀"' },
  { text: "\u00a0\u200b", want: '"\\u00a0\\u200b"' },
];
for (const { text, want } of quoted) test(`quotes ${JSON.stringify(text)}`, () => equal(quoteGo(text), want));

const formatted: { value: JsonValue; want: string }[] = [
  { value: null, want: "<nil>" },
  { value: { b: [1, "x"], a: true }, want: "map[a:true b:[1 x]]" },
  { value: 100000, want: "100000" },
  { value: 1000000, want: "1e+06" },
  { value: 0.0001, want: "0.0001" },
  { value: 0.00001, want: "1e-05" },
  { value: -0, want: "-0" },
];
for (const { value, want } of formatted) test(`prints ${want}`, () => equal(formatGoValue(value), want));

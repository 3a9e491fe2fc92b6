import { equal } from "node:assert/strict";
import { test } from "node:test";
import { formatGoSyntax, formatGoValue, quoteGo } from "./go-print.ts";
import type { JsonValue } from "./value.ts";

const values: { value: JsonValue; want: string }[] = [
  { value: null, want: "<nil>" },
  { value: { b: "x", a: [1, null, { c: true }] }, want: "map[a:[1 <nil> map[c:true]] b:x]" },
  { value: [], want: "[]" },
  { value: {}, want: "map[]" },
  { value: 123456, want: "123456" },
  { value: 1e6, want: "1e+06" },
  { value: 1234567.5, want: "1.2345675e+06" },
  { value: 0.0001, want: "0.0001" },
  { value: 0.00001, want: "1e-05" },
  { value: -2.5e100, want: "-2.5e+100" },
  { value: -0, want: "-0" },
  { value: 0, want: "0" },
  { value: 12345678901234567890n, want: "12345678901234567890" },
];
for (const { value, want } of values) test(`prints ${want}`, () => equal(formatGoValue(value), want));

const shown: { value: JsonValue; want: string }[] = [
  { value: null, want: "<nil>" },
  { value: 'a"', want: '"a\\""' },
  { value: 1e6, want: "1e+06" },
  { value: [1, null, true], want: "[]interface {}{1, interface {}(nil), true}" },
  {
    value: { b: {}, a: [] },
    want: 'map[interface {}]interface {}{"a":[]interface {}{}, "b":map[interface {}]interface {}{}}',
  },
];
for (const { value, want } of shown) test(`shows ${want}`, () => equal(formatGoSyntax(value), want));

test("what is shared many times is cut", () => {
  let value: JsonValue = "x".repeat(1000);
  for (let i = 0; i < 30; i++) value = [value, value];
  equal(formatGoSyntax(value).length, 10_001);
});

const quoted = [
  { text: 'a"b\\', want: '"a\\"b\\\\"' },
  { text: "\n\t\u0007\u0001\u007f", want: '"\\n\\t\\a\\x01\\x7f"' },
  { text: "a\udcc3b", want: '"a\\xc3b"' },
  { text: "é\u00a0\u200b😀\u{e0001}", want: '"é\\u00a0\\u200b😀\\U000e0001"' },
];
for (const { text, want } of quoted) test(`quotes as ${want}`, () => equal(quoteGo(text), want));

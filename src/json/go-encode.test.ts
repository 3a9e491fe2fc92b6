import { equal, throws } from "node:assert/strict";
import { test } from "node:test";
import { encodeGoJson } from "./go-encode.ts";
import type { JsonValue } from "./value.ts";

const vectors: { name: string; value: JsonValue; want: string }[] = [
  {
    name: "keys by UTF-8 bytes",
    value: { "\uffff": 1, "😀": 2, b: 3, a: 4, "10": 5, "2": 6 },
    want: '{"10":5,"2":6,"a":4,"b":3,"\uffff":1,"😀":2}',
  },
  { name: "HTML characters", value: "<a>&\u2028\u2029", want: '"\\u003ca\\u003e\\u0026\\u2028\\u2029"' },
  { name: "short escapes", value: '\b\f\n\r\t"\\', want: '"\\b\\f\\n\\r\\t\\"\\\\"' },
  { name: "other controls", value: "\u0000\u000b\u001f\u007f\u0080", want: '"\\u0000\\u000b\\u001f\u007f\u0080"' },
  { name: "a lone surrogate", value: "x\ud800", want: '"x\ufffd"' },
  { name: "a pair", value: "😀", want: '"😀"' },
  { name: "minus zero", value: -0, want: "-0" },
  { name: "1e21", value: 1e21, want: "1e+21" },
  { name: "below 1e21", value: 1e20, want: "100000000000000000000" },
  { name: "1e-6", value: 1e-6, want: "0.000001" },
  { name: "1e-7", value: 1e-7, want: "1e-7" },
  { name: "a large integer", value: 12345678901234567890n, want: "12345678901234567890" },
  { name: "empty containers", value: [{}, [], null, true, false, ""], want: '[{},[],null,true,false,""]' },
  { name: "nesting", value: { b: [1, { d: 2, c: [3] }], a: {} }, want: '{"a":{},"b":[1,{"c":[3],"d":2}]}' },
];

for (const { name, value, want } of vectors) test(`writes ${name}`, () => equal(encodeGoJson(value), want));

test("a number without JSON notation is a bug of the caller", () => {
  throws(() => encodeGoJson([Number.NaN]), RangeError);
});

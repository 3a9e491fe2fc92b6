import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { lineAndColumn, readLossless, writeLossless } from "./lossless.ts";

const vectors = [
  {
    name: "number literals",
    text: "[1.0, -0, 1E+2, 12345678901234567890, 1e999]",
    want: "[1.0,-0,1E+2,12345678901234567890,1e999]",
  },
  {
    name: "order and repeated keys",
    text: '{"b":1,"a":{},"b":[null,true,false]}',
    want: '{"b":1,"a":{},"b":[null,true,false]}',
  },
  { name: "strings", text: '"\\u0041\\ud800<"', want: '"A\ufffd\\u003c"' },
  { name: "a scalar", text: " null ", want: "null" },
];

for (const { name, text, want } of vectors) {
  test(`keeps ${name}`, () => {
    const read = readLossless(text);
    equal(read.ok && writeLossless(read.value), want);
  });
}

test("tells where a value stands", () => {
  const text = '{\n  "a": [1, {"b": "x"}]\n}';
  const read = readLossless(text);
  const array = read.ok && read.value.kind === "object" ? read.value.members[0]?.value : undefined;
  const object = array?.kind === "array" ? array.items[1] : undefined;
  equal(object && text.slice(object.start, object.end), '{"b": "x"}');
  deepEqual(object && lineAndColumn(text, object.start), { line: 2, column: 12 });
  deepEqual(lineAndColumn(text, 0), { line: 1, column: 1 });
});

test("gives Go's error", () => {
  deepEqual(readLossless("{,}"), {
    ok: false,
    error: "invalid character ',' looking for beginning of object key string",
  });
});

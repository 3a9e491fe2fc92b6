import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compareUtf8, decodeGoUtf8 } from "./go-utf8.ts";

const vectors = [
  { name: "valid text with a byte order mark", hex: "efbbbf41c3a9f09f9880", want: "\ufeffAé😀" },
  { name: "a stray continuation", hex: "418042", want: "A\ufffdB" },
  { name: "overlong forms", hex: "c0afe08080f0808080", want: "\ufffd".repeat(9) },
  { name: "surrogates", hex: "eda080edbfbf", want: "\ufffd".repeat(6) },
  { name: "what is beyond Unicode", hex: "f4908080f5", want: "\ufffd".repeat(5) },
  { name: "truncated sequences, byte by byte", hex: "e282f09f98c3", want: "\ufffd".repeat(6) },
  { name: "a sequence right after a broken one", hex: "e282e282ac", want: "\ufffd\ufffd€" },
  {
    name: "the ends of the ranges",
    hex: "c280dfbfe0a080ed9fbfee8080efbfbff0908080f48fbfbf",
    want: "\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}",
  },
];
for (const { name, hex, want } of vectors)
  test(`decodes ${name}`, () => equal(decodeGoUtf8(Buffer.from(hex, "hex")), want));

test("decodes a part of a larger buffer", () => {
  equal(decodeGoUtf8(new Uint8Array(Buffer.from("xx\u00e9yy")).subarray(2, 4)), "é");
});

test("orders as the bytes do", () => {
  const list = ["", "a", "ab", "b", "é", "\ud7ff", "\ue000", "\uffff", "😀", "😀a"];
  deepEqual([...list].reverse().sort(compareUtf8), list);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      equal(Math.sign(compareUtf8(a, b)), Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});

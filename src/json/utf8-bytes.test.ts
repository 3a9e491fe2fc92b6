import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { utf8Bytes, utf8Text } from "./utf8-bytes.ts";

const vectors: readonly { readonly name: string; readonly bytes: readonly number[]; readonly text: string }[] = [
  {
    name: "characters of every length",
    bytes: [0x61, 0xc3, 0xa9, 0xe6, 0x97, 0xa5, 0xf0, 0x9f, 0x98, 0x80],
    text: "aé日😀",
  },
  { name: "a byte that begins nothing", bytes: [0x61, 0xff, 0x62], text: "a\udcffb" },
  { name: "a sequence that is cut off", bytes: [0xe2, 0x82], text: "\udce2\udc82" },
  { name: "characters beside such bytes", bytes: [0xf0, 0x9f, 0x98, 0x80, 0x80, 0xc3, 0xa9], text: "😀\udc80é" },
  { name: "an overlong form", bytes: [0xc0, 0x80], text: "\udcc0\udc80" },
  { name: "half of a surrogate pair", bytes: [0xed, 0xa0, 0x80], text: "\udced\udca0\udc80" },
  { name: "a byte order mark", bytes: [0xef, 0xbb, 0xbf, 0x61], text: "\ufeffa" },
];

for (const { name, bytes, text } of vectors) {
  test(name, () => {
    equal(utf8Text(Uint8Array.from(bytes)), text);
    deepEqual(utf8Bytes(text), Uint8Array.from(bytes));
  });
}

test("whatever bytes become a text come back", () => {
  const byte = fc.oneof(
    fc.constantFrom(0x80, 0xbf, 0xc3, 0xe2, 0xed, 0xf0, 0x9f, 0x61),
    fc.integer({ min: 0, max: 255 }),
  );
  fc.assert(
    fc.property(fc.array(byte), (list) => {
      const bytes = Uint8Array.from(list);
      deepEqual(utf8Bytes(utf8Text(bytes)), bytes);
    }),
  );
});

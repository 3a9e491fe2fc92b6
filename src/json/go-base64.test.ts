import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeGoBase64 } from "./go-base64.ts";

function errorAt(byte: number | undefined): string | undefined {
  return byte === undefined ? undefined : `illegal base64 data at input byte ${byte}`;
}

const vectors: readonly (readonly [text: string, want: number | undefined])[] = [
  ["", undefined],
  ["Zm9v", undefined],
  ["Zm9vYg==", undefined],
  ["Zm9vYmE=", undefined],
  ["Zm9v\nYg==\n", undefined],
  ["Zh==", undefined],
  ["Zm9vYg", 4],
  ["Zm9vYmE", 4],
  ["Zm9vY", 4],
  ["=", 0],
  ["Z===", 1],
  ["Zm9vYg=", 7],
  ["Zm9vYg=x", 6],
  ["Zm9vYg==x", 8],
  ["Zm9vYmE=x", 8],
  ["not base64!", 3],
  ["Zm-v", 2],
  ["ü", 0],
];

for (const [text, want] of vectors) {
  test(JSON.stringify(text), () => {
    const decoded = decodeGoBase64(text);
    equal(decoded.ok ? undefined : decoded.error, errorAt(want));
  });
}

const unpadded: readonly (readonly [text: string, want: number | undefined])[] = [
  ["Zm9vYg", undefined],
  ["Zm9vYmE", undefined],
  ["Zm9vYmE=", 7],
  ["Zm9vY", 4],
];

for (const [text, want] of unpadded) {
  test(`${JSON.stringify(text)} without padding`, () => {
    const decoded = decodeGoBase64(text, { padding: false });
    equal(decoded.ok ? undefined : decoded.error, errorAt(want));
  });
}

test("reads whatever was encoded", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const decoded = decodeGoBase64(Buffer.from(bytes).toString("base64"));
      deepEqual(decoded.ok && Uint8Array.from(decoded.value), bytes);
    }),
  );
});

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { readLossless } from "./lossless.ts";

test("keeps literals, order, repeated keys and places", () => {
  const text = ' {"b": 1.0, "a":[-0, "\\u0041"],\n"b":null} ';
  const read = readLossless(text);
  const members = read.ok && read.value.kind === "object" ? read.value.members : [];
  deepEqual(
    members.map(({ key, value }) => [key, text.slice(value.start, value.end)]),
    [
      ["b", "1.0"],
      ["a", '[-0, "\\u0041"]'],
      ["b", "null"],
    ],
  );
  const [number, array] = members.map(({ value }) => value);
  equal(number?.kind === "number" && number.literal, "1.0");
  deepEqual(array?.kind === "array" && array.items[1], { kind: "string", value: "A", start: 21, end: 29 });
});

test("gives Go's error", () => {
  deepEqual(readLossless("{,}"), {
    ok: false,
    error: "invalid character ',' looking for beginning of object key string",
  });
});

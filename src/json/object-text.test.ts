import { equal } from "node:assert/strict";
import { test } from "node:test";
import { encodeObject, parseObject } from "./object-text.ts";

const vectors = [
  { name: "keeps an integer beyond 2^53", text: '{"a":9007199254740993}' },
  { name: "keeps the greatest int64 in a list", text: "[9223372036854775807,1]" },
  { name: "keeps a short number a number", text: '{"a":1.5,"b":"1234567890123456789"}' },
  { name: "treats __proto__ as a key", text: '{"__proto__":{"x":12345678901234567890}}' },
];

for (const { name, text } of vectors) test(name, () => equal(encodeObject(parseObject(text)), text));

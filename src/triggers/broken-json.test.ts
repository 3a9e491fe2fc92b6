import { equal } from "node:assert/strict";
import { test } from "node:test";
import { excerptOfBrokenJson } from "./broken-json.ts";

const long = "x".repeat(50);
const vectors = [
  { name: "JSON", text: '{"a":1}', want: undefined },
  { name: "an object in quotes", text: '{"a":"{"b":1}"}', want: '{"a":"{">>>b":1}"}' },
  { name: "an end that comes too early", text: '{"a":', want: '{"a":>>>' },
  {
    name: "long texts",
    text: `{"a":"${long}" "${long}"}`,
    want: `…${"x".repeat(38)}" >>>"${"x".repeat(39)}…`,
  },
  { name: "characters of several bytes", text: `{"a":"${"é".repeat(30)}"é`, want: `…${"é".repeat(20)}">>>é` },
];
for (const { name, text, want } of vectors) {
  test(`an excerpt of broken JSON: ${name}`, () => equal(excerptOfBrokenJson(text), want));
}

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { expandEnvironment, expandVariables } from "./variable-expansion.ts";

const variables = new Map([
  ["A", "1"],
  ["B", "$(A)"],
  ["__proto__", "p"],
]);

const vectors = [
  { text: "$(A)", want: "1" },
  { text: "x$(A)y$(A)", want: "x1y1" },
  { text: "$(NO)", want: "$(NO)" },
  { text: "$$(A)", want: "$(A)" },
  { text: "$$$(A)", want: "$1" },
  { text: "$$$$", want: "$$" },
  { text: "$A ${A} $", want: "$A ${A} $" },
  { text: "$(A", want: "$(A" },
  { text: "$(", want: "$(" },
  { text: "$(B)", want: "$(A)" },
  { text: "$(__proto__)$(constructor)", want: "p$(constructor)" },
  { text: "$(A)$", want: "1$" },
  { text: "", want: "" },
];

for (const { text, want } of vectors) {
  test(`expands ${JSON.stringify(text)}`, () => equal(expandVariables(text, variables), want));
}

test("a variable sees those before it", () => {
  const env = expandEnvironment([
    { name: "A", value: "$(B)" },
    { name: "B", value: "b$(A)" },
    { name: "A", value: "$(B)!" },
  ]);
  deepEqual(
    [...env],
    [
      ["A", "b$(B)!"],
      ["B", "b$(B)"],
    ],
  );
});

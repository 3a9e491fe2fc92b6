import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { Fields } from "../fields.ts";
import { conditionProblems } from "./expression-problems.ts";
import { kubernetesEnvironment } from "./kubernetes-environments.ts";

const vectors: readonly { readonly name: string; readonly conditions: readonly Fields[]; readonly want: string[] }[] = [
  { name: "good ones", conditions: [{ name: "a", expression: "object.x == 1" }], want: [] },
  {
    name: "one without name and expression",
    conditions: [{}],
    want: ["c[0].expression Required value: expression is not specified", "c[0].name Required value"],
  },
  {
    name: "two of one name",
    conditions: [
      { name: "a", expression: "true" },
      { name: "a", expression: "true" },
    ],
    want: ['c[1].name Duplicate value: "a"'],
  },
  {
    name: "what is no condition",
    conditions: [
      { name: "a", expression: "'x'" },
      { name: "b", expression: "object.x" },
    ],
    want: [
      "c[0].expression Invalid value: \"'x'\": must evaluate to bool",
      'c[1].expression Invalid value: "object.x": must evaluate to bool',
    ],
  },
  {
    name: "what does not compile",
    conditions: [{ name: "a", expression: "objekt" }],
    want: [
      "c[0].expression Invalid value: \"objekt\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'objekt' (in container '')\n | objekt\n | ^",
    ],
  },
];

for (const { name, conditions, want } of vectors) {
  test(`conditions: ${name}`, () => {
    const problems = conditionProblems(conditions, "c", kubernetesEnvironment(["object"]));
    deepEqual(
      problems.map(({ field, message }) => `${field} ${message}`),
      want,
    );
  });
}

import { equal } from "node:assert/strict";
import { test } from "node:test";
import { terminationMessage } from "./termination-message.ts";

const startedAt = new Date(0);
const none = new Map<string, string>();
/** What a single result `r` and the start take besides the value. */
const overhead = '[{"key":"r","value":"","type":1},{"key":"StartedAt","value":"1970-01-01T00:00:00.000Z","type":3}]'
  .length;

const vectors = [
  { name: "no results", taskResults: none, stepResults: none, want: "" },
  {
    name: "task and step results",
    taskResults: new Map([["a", "1"]]),
    stepResults: new Map([["b", "<2>\n"]]),
    want: '[{"key":"a","value":"1","type":1},{"key":"b","value":"\\u003c2\\u003e\\n","type":4}]',
  },
  {
    name: "one byte too much",
    taskResults: new Map([["r", "x".repeat(4097 - overhead)]]),
    stepResults: none,
    want: undefined,
  },
  {
    name: "an escaped character counts as six",
    taskResults: new Map([["r", `${"x".repeat(4091 - overhead)}&`]]),
    stepResults: none,
    want: undefined,
  },
];

for (const { name, taskResults, stepResults, want } of vectors) {
  test(name, () => equal(terminationMessage({ startedAt, taskResults, stepResults }), want));
}

test("fits to the last byte", () => {
  const taskResults = new Map([["r", "x".repeat(4096 - overhead)]]);
  equal(terminationMessage({ startedAt, taskResults, stepResults: none }) === undefined, false);
});

test("bookkeeping takes its part", () => {
  const taskResults = new Map([["r", "x".repeat(4096 - overhead)]]);
  equal(terminationMessage({ startedAt, exitCode: 1, taskResults, stepResults: none }), undefined);
});

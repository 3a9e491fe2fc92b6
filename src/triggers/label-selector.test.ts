import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../json/value.ts";
import { compileLabelSelector } from "./label-selector.ts";

const labels = { app: "a", "example.com/tier": "web", empty: "" };
const expression = (key: string, operator: string, values?: readonly string[]): JsonObject => ({
  matchExpressions: [{ key, operator, ...(values ? { values } : {}) }],
});

const matching: { name: string; selector: JsonObject; want: boolean }[] = [
  { name: "an empty selector matches everything", selector: {}, want: true },
  { name: "matchLabels", selector: { matchLabels: { app: "a", "example.com/tier": "web" } }, want: true },
  { name: "matchLabels, one wrong", selector: { matchLabels: { app: "a", empty: "x" } }, want: false },
  { name: "an empty value", selector: { matchLabels: { empty: "" } }, want: true },
  { name: "In", selector: expression("app", "In", ["b", "a"]), want: true },
  { name: "In needs the label", selector: expression("nope", "In", [""]), want: false },
  { name: "NotIn", selector: expression("app", "NotIn", ["a"]), want: false },
  { name: "NotIn is content without the label", selector: expression("nope", "NotIn", ["a"]), want: true },
  { name: "Exists", selector: expression("empty", "Exists"), want: true },
  { name: "DoesNotExist", selector: expression("empty", "DoesNotExist"), want: false },
  { name: "what objects inherit is no label", selector: expression("toString", "Exists"), want: false },
];
for (const { name, selector, want } of matching) {
  test(name, () => {
    const compiled = compileLabelSelector(selector);
    equal(compiled.ok && compiled.value.matches(labels), want);
  });
}

const wrong: { name: string; selector: JsonObject; error: string | RegExp }[] = [
  {
    name: "unknown operator",
    selector: expression("app", "Foo", ["a"]),
    error: '"Foo" is not a valid label selector operator',
  },
  {
    name: "In without values",
    selector: expression("app", "In"),
    error: "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
  },
  {
    name: "Exists with values",
    selector: expression("app", "Exists", ["a"]),
    error: 'values: Invalid value: ["a"]: values set must be empty for exists and does not exist',
  },
  {
    name: "a key that is no label's",
    selector: expression("a b", "Exists"),
    error: /^key: Invalid value: "a b": name part must consist of alphanumeric characters/,
  },
  {
    name: "a value that is no label's",
    selector: expression("app", "In", ["a", "x y"]),
    error: /^values\[1\]\[app\]: Invalid value: "x y": a valid label must be an empty string or consist of/,
  },
];
for (const { name, selector, error } of wrong) {
  test(`wrong: ${name}`, () => {
    const compiled = compileLabelSelector(selector);
    if (typeof error === "string") deepEqual(compiled, { ok: false, error });
    else equal(!compiled.ok && error.test(compiled.error), true);
  });
}

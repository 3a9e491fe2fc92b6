import { equal } from "node:assert/strict";
import { test } from "node:test";
import { matchesLabelSelector } from "./label-selector.ts";

const vectors = [
  { name: "no selector", selector: undefined, want: true },
  { name: "empty", selector: {}, want: true },
  { name: "a label", selector: { matchLabels: { app: "a" } }, want: true },
  { name: "another value", selector: { matchLabels: { app: "b" } }, want: false },
  { name: "In", selector: { matchExpressions: [{ key: "app", operator: "In", values: ["b", "a"] }] }, want: true },
  {
    name: "NotIn without the key",
    selector: { matchExpressions: [{ key: "x", operator: "NotIn", values: ["a"] }] },
    want: true,
  },
  { name: "Exists", selector: { matchExpressions: [{ key: "x", operator: "Exists" }] }, want: false },
  { name: "DoesNotExist", selector: { matchExpressions: [{ key: "toString", operator: "DoesNotExist" }] }, want: true },
  {
    name: "all must hold",
    selector: { matchLabels: { app: "a" }, matchExpressions: [{ key: "app", operator: "DoesNotExist" }] },
    want: false,
  },
];
for (const { name, selector, want } of vectors)
  test(`label selector: ${name}`, () => equal(matchesLabelSelector(selector, { app: "a" }), want));

import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { customPrinter } from "./custom-printer.ts";

const object: JsonObject = {
  metadata: { name: "a", labels: { "a.b/c": "d" } },
  spec: { n: 1.5, i: 2, list: [{ name: "x" }, { other: 1 }], flag: true, none: null },
  status: { conditions: [{ message: "typeless" }, { type: "Ready", status: "True" }], at: "2026-01-01T00:00:00Z" },
};

const vectors: readonly { readonly type: string; readonly path: string; readonly want: JsonValue }[] = [
  { type: "string", path: ".spec.n", want: "1.5" },
  { type: "string", path: ".spec.list", want: '[{"name":"x"},{"other":1}]' },
  { type: "string", path: ".spec.list[*].name", want: "x" },
  { type: "string", path: ".spec.list[-1].other", want: "1" },
  { type: "string", path: ".spec.list[5]", want: null },
  { type: "string", path: ".metadata.labels.a\\.b/c", want: "d" },
  { type: "string", path: '.status.conditions[?(@.type=="Ready")].status', want: "True" },
  { type: "string", path: '.status.conditions[?(@.type!="Ready")].status', want: null },
  { type: "string", path: "..other", want: "1" },
  { type: "string", path: ".spec.[broken", want: null },
  { type: "string", path: ".spec.none", want: null },
  { type: "integer", path: ".spec.n", want: 1 },
  { type: "integer", path: ".spec.flag", want: null },
  { type: "number", path: ".spec.n", want: 1.5 },
  { type: "boolean", path: ".spec.flag", want: true },
  { type: "date", path: ".status.at", want: "60s" },
  { type: "date", path: ".spec.n", want: null },
];

for (const { type, path, want } of vectors) {
  test(`the ${type} at ${path} is ${JSON.stringify(want)}`, () => {
    const { cells } = customPrinter([{ name: "C", type, jsonPath: path }]);
    deepEqual(cells(object, Date.parse("2026-01-01T00:01:00Z")), ["a", want]);
  });
}

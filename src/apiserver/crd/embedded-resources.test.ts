import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../json/value.ts";
import { embeddedProblems } from "./embedded-resources.ts";

const resource = { type: "object", "x-kubernetes-embedded-resource": true };
const schema: JsonObject = {
  properties: {
    one: resource,
    many: { items: resource },
    named: { additionalProperties: resource },
  },
};
const config = { apiVersion: "v1", kind: "ConfigMap" };

const vectors: readonly { readonly name: string; readonly value: JsonObject; readonly want: readonly string[] }[] = [
  { name: "whole objects", value: { one: config, many: [config], named: { a: config } }, want: [] },
  {
    name: "no kind and no apiVersion",
    value: { many: [{}] },
    want: ["many[0].apiVersion: Required value: must not be empty", "many[0].kind: Required value: must not be empty"],
  },
  {
    name: "other types",
    value: { named: { a: { apiVersion: "a/b/c", kind: 1 } } },
    want: [
      'named[a].apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
      "named[a].kind: Invalid value: 1: must be a string",
    ],
  },
  {
    name: "metadata of the wrong form",
    value: { one: { ...config, metadata: { name: "a/b", labels: { "": "x" } } } },
    want: [
      `one.metadata.name: Invalid value: "a/b": may not contain '/'`,
      'one.metadata.labels: Invalid value: "": name part must be non-empty',
    ],
  },
];

for (const { name, value, want } of vectors)
  test(`embedded resources: ${name}`, () => {
    const problems = embeddedProblems(value, schema, "").map(({ field, message }) => `${field}: ${message}`);
    deepEqual(problems.slice(0, 2), want);
  });

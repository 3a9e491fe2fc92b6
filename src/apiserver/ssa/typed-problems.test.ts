import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { goTypes } from "../../api/core/core-types.ts";
import type { JsonValue } from "../../json/value.ts";
import { shapeOfStruct } from "./shape.ts";
import { typedProblems } from "./typed-problems.ts";

const vectors: readonly { readonly type: string; readonly value: JsonValue; readonly want: readonly string[] }[] = [
  {
    type: "ConfigMap",
    value: { data: { a: 5, b: true, c: { d: [1] } }, bogus: 1 },
    want: [
      ".bogus: field not declared in schema",
      ".data.a: expected string, got &value.valueUnstructured{Value:5}",
      ".data.b: expected string, got &value.valueUnstructured{Value:true}",
      '.data.c: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"d":[]interface {}{1}}}',
    ],
  },
  {
    type: "Deployment",
    value: { spec: { replicas: "3", paused: "x", template: { spec: { containers: { name: "c" } } } } },
    want: [
      '.spec.paused: expected boolean, got &value.valueUnstructured{Value:"x"}',
      ".spec.replicas: expected numeric (int or float), got string",
      ".spec.template.spec.containers: expected list, got &{map[name:c]}",
    ],
  },
  {
    type: "Deployment",
    value: {
      spec: { template: { spec: { containers: [{ image: "i" }] } }, strategy: { rollingUpdate: { maxSurge: 1 } } },
    },
    want: [
      '.spec.template.spec.containers: element 0: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
    ],
  },
  {
    type: "Service",
    value: { spec: { ports: [{ port: 80 }, { port: 80, name: "x", targetPort: "http" }], selector: "a" } },
    want: ['.spec.ports: duplicate entries for key [port=80,protocol="TCP"]', ".spec.selector: expected map, got &{a}"],
  },
];
for (const { type, value, want } of vectors)
  test(`a ${type} that cannot be applied: ${want[0]}`, () =>
    deepEqual(typedProblems(shapeOfStruct(goTypes.struct(type)), value), want));

import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { Fields } from "../fields.ts";
import { schemaProblems } from "./structural-schema.ts";

const text = { type: "string" };
const named = { type: "object", required: ["name"], properties: { name: text } };
const rule = (expression: string, rest: Fields = {}): Fields => ({ rule: expression, ...rest });

/** `schema` is that of the property `a`. */
const vectors: readonly { readonly name: string; readonly schema: Fields; readonly want: readonly string[] }[] = [
  { name: "a plain field", schema: text, want: [] },
  {
    name: "an unknown type",
    schema: { type: "date" },
    want: [
      'a.type Unsupported value: "date": supported values: "array", "boolean", "integer", "number", "object", "string"',
    ],
  },
  {
    name: "null as a type",
    schema: { type: "null" },
    want: ["a.type Forbidden: type cannot be set to null, use nullable as an alternative"],
  },
  {
    name: "a closed object",
    schema: { type: "object", additionalProperties: false },
    want: ["a.additionalProperties Forbidden: additionalProperties cannot be set to false"],
  },
  { name: "a reference", schema: { type: "object", $ref: "#/x" }, want: ["a.$ref Forbidden: $ref is not supported"] },
  {
    name: "int-or-string with a type",
    schema: { type: "string", "x-kubernetes-int-or-string": true },
    want: ['a.type Invalid value: "string": must be empty if x-kubernetes-int-or-string is true'],
  },
  {
    name: "int-or-string with its old branches",
    schema: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] },
    want: [],
  },
  {
    name: "structure within a branch",
    schema: {
      type: "object",
      properties: { b: text },
      oneOf: [{ properties: { b: { type: "string" } }, description: "x" }],
    },
    want: ["a.oneOf[0].description Forbidden: must be empty to be structural"],
  },
  {
    name: "a keyed list",
    schema: { type: "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], items: named },
    want: [],
  },
  {
    name: "a keyed list without keys",
    schema: { type: "array", "x-kubernetes-list-type": "map", items: named },
    want: ["a.x-kubernetes-list-map-keys Required value: must not be empty if x-kubernetes-list-type is map"],
  },
  {
    name: "a key that may be absent",
    schema: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name", "other"],
      items: { type: "object", properties: { name: text } },
    },
    want: [
      "a.items.properties[name].default Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
      'a.x-kubernetes-list-map-keys[1] Invalid value: "other": entries must all be names of item properties',
    ],
  },
  {
    name: "keys of a list that is no map",
    schema: { type: "array", "x-kubernetes-list-map-keys": ["name"], items: named },
    want: ["a.x-kubernetes-list-type Required value: must be map if x-kubernetes-list-map-keys is non-empty"],
  },
  {
    name: "a default of another type",
    schema: { type: "integer", default: "1" },
    want: ['a.default Invalid value: "string":  in body must be of type integer: "string"'],
  },
  {
    name: "an embedded resource without fields",
    schema: { type: "object", "x-kubernetes-embedded-resource": true },
    want: [
      "a.properties Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
    ],
  },
  {
    name: "a rule",
    schema: {
      type: "object",
      properties: { "b-c": { type: "integer" } },
      "x-kubernetes-validations": [rule("self.b__dash__c > 1")],
    },
    want: [],
  },
  {
    name: "a rule of an unknown field",
    schema: { type: "object", properties: { b: text }, "x-kubernetes-validations": [rule("self.c == 'x'")] },
    want: [
      'a.x-kubernetes-validations[0].rule Invalid value: {"Rule":"self.c == \'x\'","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: compilation failed: ERROR: <input>:1:5: undefined field \'c\'\n | self.c == \'x\'\n | ....^',
    ],
  },
  {
    name: "a rule that is no condition",
    schema: { ...text, "x-kubernetes-validations": [rule("self")] },
    want: [
      'a.x-kubernetes-validations[0].rule Invalid value: {"Rule":"self","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: cel expression must evaluate to a bool',
    ],
  },
  {
    name: "a rule without an expression",
    schema: { ...text, "x-kubernetes-validations": [rule(" ")] },
    want: ["a.x-kubernetes-validations[0].rule Required value: rule is not specified"],
  },
  {
    name: "a rule of two lines without a message",
    schema: { ...text, "x-kubernetes-validations": [rule("self !=\n''")] },
    want: [
      "a.x-kubernetes-validations[0].message Required value: message must be specified if rule contains line breaks",
    ],
  },
  {
    name: "an unknown reason",
    schema: { ...text, "x-kubernetes-validations": [rule("self != ''", { reason: "X" })] },
    want: [
      'a.x-kubernetes-validations[0].reason Unsupported value: "X": supported values: "FieldValueRequired", "FieldValueForbidden", "FieldValueInvalid", "FieldValueDuplicate"',
    ],
  },
  {
    name: "a path within",
    schema: {
      type: "object",
      properties: { b: { type: "object", additionalProperties: text } },
      "x-kubernetes-validations": [rule("true", { fieldPath: ".b['x.y']" })],
    },
    want: [],
  },
  {
    name: "a path to nowhere",
    schema: {
      type: "object",
      properties: { b: text },
      "x-kubernetes-validations": [rule("true", { fieldPath: ".c" })],
    },
    want: ['a.x-kubernetes-validations[0].fieldPath Invalid value: ".c": fieldPath must be a valid path'],
  },
  {
    name: "the value from before in a list without identity",
    schema: { type: "array", items: { ...text, "x-kubernetes-validations": [rule("self == oldSelf")] } },
    want: [
      'a.items.x-kubernetes-validations[0].rule Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within a',
    ],
  },
];

for (const { name, schema, want } of vectors) {
  test(`the schema of a definition: ${name}`, () => {
    const root = { type: "object", properties: { a: schema } };
    const shown = schemaProblems(root, "root").map(({ field, message }) => `${field} ${message}`);
    deepEqual(
      shown.map((line) => line.replaceAll("root.properties[a]", "a")),
      want,
    );
  });
}

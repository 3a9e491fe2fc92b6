import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { validateRules } from "./cel-rules.ts";

/** A rule at the field `spec.f`, whose schema is given, for a value of it. */
const vectors: readonly {
  readonly name: string;
  readonly schema: JsonObject;
  readonly rule: string;
  readonly value: JsonValue;
  readonly old?: JsonValue;
  readonly want?: readonly string[];
}[] = [
  {
    name: "a date and time",
    schema: { type: "string", format: "date-time" },
    rule: "self > timestamp('2020-01-01T00:00:00Z')",
    value: "2021-01-01T00:00:00Z",
  },
  {
    name: "a date",
    schema: { type: "string", format: "date" },
    rule: "self.getFullYear() == 2021",
    value: "2021-05-01",
  },
  {
    name: "a duration",
    schema: { type: "string", format: "duration" },
    rule: "self < duration('1h')",
    value: "2h",
    want: ["spec.f: Invalid value: \"2h\": failed rule: self < duration('1h')"],
  },
  { name: "bytes", schema: { type: "string", format: "byte" }, rule: "self == b'hi'", value: "aGk=" },
  { name: "a number that is whole", schema: { type: "number" }, rule: "self == 1.0", value: 1 },
  {
    name: "either an integer or text",
    schema: { "x-kubernetes-int-or-string": true },
    rule: "type(self) == string || self > 4",
    value: 5,
  },
  {
    name: "a property with a dash",
    schema: { type: "object", properties: { "a-b": { type: "string" } } },
    rule: "self.a__dash__b == 'x'",
    value: { "a-b": "x" },
  },
  {
    name: "a property called as a keyword",
    schema: { type: "object", properties: { namespace: { type: "string" } } },
    rule: "self.__namespace__ == 'x'",
    value: { namespace: "x" },
  },
  {
    name: "keys of a map are as they are",
    schema: { type: "object", additionalProperties: { type: "integer" } },
    rule: "self['a-b'] == 1 && self.all(k, self[k] > 0)",
    value: { "a-b": 1 },
  },
  {
    name: "what an embedded resource is called",
    schema: { type: "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true },
    rule: "self.metadata.name == 'x' && self.kind == 'K'",
    value: { apiVersion: "v1", kind: "K", metadata: { name: "x" } },
  },
  {
    name: "an unset field",
    schema: { type: "object", properties: { a: { type: "string" } } },
    rule: "self.a == 'x'",
    value: {},
    want: ["spec.f: Invalid value: \"object\": no such key: a evaluating rule: self.a == 'x'"],
  },
  {
    name: "null has nothing to check",
    schema: { type: "string", nullable: true },
    rule: "size(self) > 3",
    value: null,
  },
  { name: "a transition without a value from before", schema: { type: "string" }, rule: "self == oldSelf", value: "b" },
  {
    name: "a transition",
    schema: { type: "string" },
    rule: "self == oldSelf",
    value: "b",
    old: "a",
    want: ['spec.f: Invalid value: "b": failed rule: self == oldSelf'],
  },
];

for (const { name, schema, rule, value, old, want = [] } of vectors) {
  test(`rules of a definition: ${name}`, () => {
    const root = {
      type: "object",
      properties: {
        spec: { type: "object", properties: { f: { ...schema, "x-kubernetes-validations": [{ rule }] } } },
      },
    };
    const before = old === undefined ? undefined : { spec: { f: old } };
    const problems = validateRules({ spec: { f: value } }, before, root);
    deepEqual(
      problems.map(({ field, message }) => `${field}: ${message}`),
      want,
    );
  });
}

test("a rule that takes a missing value from before is checked at once", () => {
  const rule = "self == oldSelf.orValue('first')";
  const schema = {
    type: "object",
    properties: { f: { type: "string", "x-kubernetes-validations": [{ rule, optionalOldSelf: true }] } },
  };
  deepEqual(validateRules({ f: "first" }, undefined, schema), []);
  deepEqual(
    validateRules({ f: "b" }, { f: "first" }, schema).map(({ field }) => field),
    ["f"],
  );
});

test("a value of a map is named by its key", () => {
  const inner = { type: "string", "x-kubernetes-validations": [{ rule: "self != 'x'" }] };
  const schema = { type: "object", properties: { m: { type: "object", additionalProperties: inner } } };
  deepEqual(
    validateRules({ m: { "a.b": "x" } }, undefined, schema).map(({ field }) => field),
    ["m[a.b]"],
  );
});

test("rules at the root know the object's name and kind", () => {
  const schema = {
    type: "object",
    "x-kubernetes-validations": [{ rule: "self.metadata.name.startsWith('a') && self.kind == 'K'", message: "no" }],
  };
  const object = { apiVersion: "g/v1", kind: "K", metadata: { name: "abc" } };
  deepEqual(validateRules(object, undefined, schema), []);
});

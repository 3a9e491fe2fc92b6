import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { JsonValue } from "../json/value.ts";
import { fitGoType, type GoStruct } from "./go-struct.ts";

const inner: GoStruct = {
  kind: "struct",
  name: "pkg.Inner",
  fields: { flag: { kind: "bool" }, kindOf: { kind: "string", name: "pkg.Kind" }, size: { kind: "int" } },
};
const outer: GoStruct = {
  kind: "struct",
  name: "pkg.Outer",
  fields: {
    names: { kind: "list", name: "[]string", element: { kind: "string" } },
    inner,
    free: { kind: "map", name: "map[string]interface {}", value: { kind: "any" } },
  },
};

const vectors: { name: string; value: JsonValue; want?: JsonValue; error?: string }[] = [
  {
    name: "keeps what fits",
    value: { names: ["a"], inner: { flag: true } },
    want: { names: ["a"], inner: { flag: true } },
  },
  { name: "drops unknown fields and nulls", value: { x: 1, inner: null }, want: {} },
  {
    name: "matches names without regard to case",
    value: { NAMES: [], InNer: { fLag: false } },
    want: { names: [], inner: { flag: false } },
  },
  { name: "the last spelling wins", value: { names: ["a"], Names: ["b"] }, want: { names: ["b"] } },
  { name: "a null item is the type's zero", value: { names: [null] }, want: { names: [""] } },
  {
    name: "names the field and its type",
    value: { names: "a" },
    error: "json: cannot unmarshal string into Go struct field Outer.names of type []string",
  },
  {
    name: "an item has its list's path",
    value: { names: ["a", 1] },
    error: "json: cannot unmarshal number into Go struct field Outer.names of type string",
  },
  {
    name: "names the innermost struct and the whole path",
    value: { inner: { kindOf: {} } },
    error: "json: cannot unmarshal object into Go struct field Inner.inner.kindOf of type pkg.Kind",
  },
  {
    name: "shows a fraction",
    value: { inner: { size: 1.5 } },
    error: "json: cannot unmarshal number 1.5 into Go struct field Inner.inner.size of type int",
  },
  {
    name: "without a struct there is no field",
    value: [],
    error: "json: cannot unmarshal array into Go value of type pkg.Outer",
  },
];
for (const { name, value, want, error } of vectors) {
  test(name, () => {
    const fitted = fitGoType(value, outer);
    if (error !== undefined) deepEqual(fitted, { ok: false, error });
    else deepEqual(JSON.parse(JSON.stringify(fitted)), { ok: true, value: want });
  });
}

test("__proto__ is an ordinary key", () => {
  const fitted = fitGoType(JSON.parse('{"free":{"__proto__":{"x":1}}}') as JsonValue, outer);
  deepEqual(JSON.stringify(fitted), '{"ok":true,"value":{"free":{"__proto__":{"x":1}}}}');
});

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { Param, ParamSpec } from "../api/pipelines/param.ts";
import { badArrayIndexes, missingObjectKeys, missingParams, mistypedParams, resolveParams } from "./params.ts";

const vectors: readonly {
  readonly name: string;
  readonly specs: readonly ParamSpec[];
  readonly given: readonly Param[];
  readonly want: Readonly<Record<string, unknown>>;
  readonly circular?: string;
}[] = [
  {
    name: "a default uses the run's value of another param",
    specs: [
      { name: "base", default: "1" },
      { name: "v", default: "0.$(params.base)" },
    ],
    given: [{ name: "base", value: "2" }],
    want: { base: "2", v: "0.2" },
  },
  {
    name: "defaults in any order and depth",
    specs: [
      { name: "c", default: "$(params.b)c" },
      { name: "b", default: "$(params['a'])b" },
      { name: "a", default: "a" },
    ],
    given: [],
    want: { a: "a", b: "ab", c: "abc" },
  },
  {
    name: "object values are merged key by key",
    specs: [{ name: "o", type: "object", properties: { x: {}, y: {} }, default: { x: "dx", y: "dy" } }],
    given: [{ name: "o", value: { x: "rx" } }],
    want: { o: { x: "rx", y: "dy" } },
  },
  {
    name: "a circle is told",
    specs: [
      { name: "a", default: "$(params.b)" },
      { name: "b", default: "$(params.a)" },
    ],
    given: [],
    want: {},
    circular: "a",
  },
];

for (const { name, specs, given, want, circular } of vectors) {
  test(name, () => {
    const resolved = resolveParams(specs, given);
    equal(resolved.circular, circular);
    deepEqual(Object.fromEntries(resolved.values), want);
  });
}

test("missing, mistyped and incomplete params", () => {
  const specs: readonly ParamSpec[] = [
    { name: "s" },
    { name: "l", type: "array" },
    { name: "o", type: "object", properties: { k: {}, m: {} } },
  ];
  deepEqual(missingParams(specs, [{ name: "l", value: [] }]), ["s", "o"]);
  deepEqual(mistypedParams(specs, [{ name: "l", value: "x" }]), ["l"]);
  deepEqual(mistypedParams(specs, [{ name: "l", value: "$(tasks.a.results.r[*])" }], true), []);
  deepEqual([...missingObjectKeys(specs, [{ name: "o", value: { m: "1" } }])], [["o", ["k"]]]);
  deepEqual(badArrayIndexes(["$(params.l[2]) $(params.l[1]) $(params.l[0])"], new Map([["l", ["x"]]])), [
    "$(params.l[1])",
    "$(params.l[2])",
  ]);
});

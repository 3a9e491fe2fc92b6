import { deepEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../json/value.ts";
import { coreInterceptors } from "./core-interceptors.ts";
import { unknownParams } from "./unknown-params.ts";

const vectors: readonly { name: string; interceptor: string; params: JsonObject; want: readonly string[] }[] = [
  {
    name: "all known",
    interceptor: "cel",
    params: { filter: "true", overlays: [{ key: "a", expression: "1" }] },
    want: [],
  },
  {
    name: "other letters",
    interceptor: "github",
    params: { EventTypes: [], secretref: { secretname: "a" } },
    want: [],
  },
  { name: "a misspelt filter", interceptor: "cel", params: { filtr: "false" }, want: ["filtr"] },
  {
    name: "inside of a struct",
    interceptor: "gitlab",
    params: { secretRef: { secretName: "a", key: "b" } },
    want: ["secretRef.key"],
  },
  {
    name: "inside of a list",
    interceptor: "cel",
    params: { overlays: [null, { key: "a", value: "b" }] },
    want: ["overlays[1].value"],
  },
  {
    name: "a value of another type is no matter of names",
    interceptor: "github",
    params: { secretRef: "x" },
    want: [],
  },
  { name: "somebody else's", interceptor: "our-own", params: { anything: true }, want: [] },
];

for (const { name, interceptor, params, want } of vectors) {
  test(`params that are not known: ${name}`, () => {
    deepEqual(
      unknownParams(interceptor, params).map(({ path }) => path),
      want,
    );
  });
}

test("the params of every interceptor that comes with Tektite are known", () => {
  for (const name of coreInterceptors.keys()) {
    const [unknown] = unknownParams(name, { noSuchParam: 1 });
    ok(unknown !== undefined && unknown.known.length > 0, name);
  }
});

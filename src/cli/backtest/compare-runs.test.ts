import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { TriggerVerdict } from "../../triggers/verdict.ts";
import { compareRuns } from "./compare-runs.ts";

function verdict(
  name: string,
  params: Readonly<Record<string, string>> | undefined,
  data: object = {},
): TriggerVerdict {
  const resource = { kind: "ConfigMap", group: "", version: "v1", resource: "configmaps", namespaced: true };
  return {
    eventId: "e",
    listener: { namespace: "ci", name: "el" },
    trigger: { kind: "trigger", namespace: "ci", name, path: `triggers/${name}` },
    outcome: params ? { kind: "matched" } : { kind: "filtered", interceptor: "cel", code: 9, message: "no" },
    interceptors: [],
    extensions: {},
    params: Object.entries(params ?? {}).map(([key, value]) => ({ name: key, value, source: { kind: "default" } })),
    objects: params ? [{ resource, namespace: "ci", object: { kind: "ConfigMap", data: { ...data } } }] : [],
  };
}

function failed(name: string): TriggerVerdict {
  const outcome = { kind: "failed", reason: "ParamsNotResolved", message: "x is not found", canPass: false } as const;
  return { ...verdict(name, undefined), outcome };
}

const vectors = [
  { name: "the same", before: [verdict("a", { x: "1" })], after: [verdict("a", { x: "1" })], want: ["same"] },
  { name: "neither runs", before: [verdict("a", undefined)], after: [verdict("a", undefined)], want: [] },
  { name: "added by a filter", before: [verdict("a", undefined)], after: [verdict("a", {})], want: ["added"] },
  { name: "added as a trigger", before: [], after: [verdict("a", {})], want: ["added"] },
  { name: "removed by a filter", before: [verdict("a", {})], after: [verdict("a", undefined)], want: ["removed"] },
  { name: "removed with its trigger", before: [verdict("a", {})], after: [], want: ["removed"] },
  { name: "removed by a failure", before: [verdict("a", {})], after: [failed("a")], want: ["removed"] },
  { name: "fails now", before: [verdict("a", undefined)], after: [failed("a")], want: ["broken"] },
  { name: "a trigger that fails is added", before: [], after: [failed("a")], want: ["broken"] },
  { name: "fails as before", before: [failed("a")], after: [failed("a")], want: [] },
  {
    name: "a param and a field",
    before: [verdict("a", { x: "1", gone: "g" }, { k: ["1"] })],
    after: [verdict("a", { x: "2" }, { k: ["1", "2"] })],
    want: ["changed: x 1>2; gone g>nothing; data.k[1] nothing>2"],
  },
];

for (const { name, before, after, want } of vectors) {
  test(`compares runs: ${name}`, () => {
    const found = compareRuns(before, after).map((change) => {
      if (change.kind !== "changed") return change.kind;
      const all = [...change.params, ...change.objects.flat()];
      const text = all.map(({ what, before: old, after: now }) => `${what} ${old ?? "nothing"}>${now ?? "nothing"}`);
      return `changed: ${text.join("; ")}`;
    });
    deepEqual(found, want);
  });
}

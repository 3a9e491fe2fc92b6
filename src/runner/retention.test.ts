import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject } from "../api/object.ts";
import { runsToDelete } from "./retention.ts";

function run(name: string, endedAt: string | undefined, more: object = {}): K8sObject {
  const conditions = [
    { type: "Succeeded", status: endedAt === undefined ? "Unknown" : "True", reason: "", message: "" },
  ];
  return {
    apiVersion: "tekton.dev/v1",
    kind: "PipelineRun",
    metadata: { name, namespace: "a", ...more },
    status: { conditions, ...(endedAt === undefined ? {} : { completionTime: `2026-01-01T00:00:${endedAt}Z` }) },
  };
}

const nowMs = Date.parse("2026-01-01T00:01:00Z");
const owned = { ownerReferences: [{ apiVersion: "v1", kind: "PipelineRun", name: "p", uid: "u", controller: true }] };
const runs = [
  run("old", "01"),
  run("middle", "20"),
  run("new", "50"),
  run("running", undefined),
  run("child", "01", owned),
  run("elsewhere", "02", { namespace: "b" }),
];

const vectors = [
  { name: "by age", options: { maxAgeMs: 50_000, maxCount: 0 }, want: ["old", "elsewhere"] },
  { name: "by count in each namespace", options: { maxAgeMs: 0, maxCount: 2 }, want: ["old"] },
  { name: "by both", options: { maxAgeMs: 50_000, maxCount: 1 }, want: ["old", "elsewhere", "middle"] },
];

for (const { name, options, want } of vectors) {
  test(name, () => {
    const chosen = runsToDelete(runs, { ...options, intervalMs: 1 }, nowMs);
    deepEqual(
      chosen.map((each) => each.metadata.name),
      want,
    );
  });
}

import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { TaskRunSpec } from "../api/pipelines/runs.ts";
import type { TaskSpec } from "../api/pipelines/task.ts";
import { draftPod } from "./pod-draft.ts";

const own = { limits: { memory: "1Gi" } };
const spec: TaskSpec = {
  steps: [
    { name: "a", image: "i", computeResources: own },
    { name: "b", image: "i" },
  ],
  sidecars: [{ name: "s", image: "i", computeResources: own }],
};
const limits = { cpu: "2" };

const vectors: readonly { readonly name: string; readonly run: TaskRunSpec; readonly want: readonly unknown[] }[] = [
  { name: "the containers' own", run: {}, want: [own, {}, own] },
  {
    name: "those of single steps and sidecars",
    run: {
      stepSpecs: [{ name: "b", computeResources: { limits } }],
      sidecarSpecs: [{ name: "s", computeResources: { limits } }],
    },
    want: [own, { limits }, { limits }],
  },
  {
    name: "those of the whole run: each step may use them all, and asks for its part",
    run: { computeResources: { limits, requests: { cpu: "1", memory: "64Mi" } } },
    want: [
      { limits, requests: { cpu: "500m", memory: "32Mi" } },
      { limits, requests: { cpu: "500m", memory: "32Mi" } },
      own,
    ],
  },
];

for (const { name, run, want } of vectors) {
  test(`resources: ${name}`, () => {
    const { steps, sidecars } = draftPod(spec, run, []);
    deepEqual(
      [...steps, ...sidecars].map(({ resources }) => resources),
      want,
    );
  });
}

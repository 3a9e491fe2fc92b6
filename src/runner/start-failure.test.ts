import { equal } from "node:assert/strict";
import { test } from "node:test";
import type { TaskRun } from "../api/pipelines/runs.ts";
import { startFailure } from "./start-failure.ts";

const run: TaskRun = {
  apiVersion: "tekton.dev/v1",
  kind: "TaskRun",
  metadata: { name: "r", namespace: "ns" },
  spec: { taskRef: { name: "t" } },
};
const spec = { steps: [{ name: "build", image: "registry/x:1" }] };

const vectors = [
  {
    name: "a pod that is refused",
    problem: { reason: "PodCreationFailed", message: "no", step: undefined },
    want: 'failed to create task run pod "r": no. Maybe missing or invalid Task ns/t',
  },
  {
    name: "the image of a step",
    problem: { reason: "TaskRunImagePullFailed", message: "no such host", step: "build" },
    want: 'the step "build" in TaskRun "r" failed to pull the image "registry/x:1". The pod errored with the message: "no such host."',
  },
  {
    name: "the image of a sidecar, of which the runtime says all",
    problem: { reason: "TaskRunImagePullFailed", message: "the sidecar failed", step: undefined },
    want: "the sidecar failed",
  },
  {
    name: "an environment without its source",
    problem: { reason: "CreateContainerConfigError", message: 'secret "s" not found', step: "build" },
    want: "Failed to create pod due to config error",
  },
  {
    name: "a volume without its source",
    problem: { reason: "CreateContainerConfigError", message: 'secret "s" not found', step: undefined },
    want: 'Failed to create pod due to config error: secret "s" not found',
  },
];

for (const { name, problem, want } of vectors) {
  test(`what a TaskRun says whose pod did not start: ${name}`, () => {
    const { reason, message } = startFailure(run, spec, problem);
    equal(message, want);
    equal(reason, problem.reason);
  });
}

import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { stepContainers } from "./step-log.ts";

test("steps of failed attempts come first, steps that have not begun have none", () => {
  const taskRun = {
    apiVersion: "tekton.dev/v1",
    kind: "TaskRun",
    metadata: { name: "run", namespace: "ci", labels: { "tekton.dev/pipelineTask": "build" } },
    status: {
      podName: "second",
      steps: [
        { name: "x", container: "step-x", running: {} },
        { name: "y", container: "step-y", waiting: {} },
      ],
      retriesStatus: [{ podName: "first", steps: [{ name: "x", terminated: { exitCode: 1 } }] }],
    },
  };
  deepEqual(stepContainers(taskRun), [
    { namespace: "ci", task: "build", taskRun: "run", step: "x", attempt: 0, pod: "first", container: "step-x" },
    { namespace: "ci", task: "build", taskRun: "run", step: "x", attempt: 1, pod: "second", container: "step-x" },
  ]);
});

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { runDetail, runSummary, stepContainers } from "./run-model.ts";

function run(status: Readonly<Record<string, unknown>>, labels: Readonly<Record<string, string>> = {}, name = "run") {
  return { apiVersion: "tekton.dev/v1", kind: "PipelineRun", metadata: { name, namespace: "ci", labels }, status };
}

const condition = (status: string, reason: string) => ({ conditions: [{ type: "Succeeded", status, reason }] });

const states = [
  { name: "without a status", status: {}, want: "pending" },
  {
    name: "started",
    status: { startTime: "2026-01-01T00:00:00Z", ...condition("Unknown", "Running") },
    want: "running",
  },
  { name: "not started", status: condition("Unknown", "PipelineRunPending"), want: "pending" },
  { name: "succeeded", status: condition("True", "Completed"), want: "succeeded" },
  { name: "failed", status: condition("False", "Failed"), want: "failed" },
  { name: "cancelled", status: condition("False", "Cancelled"), want: "cancelled" },
  { name: "cancelled with finally", status: condition("False", "CancelledRunningFinally"), want: "cancelled" },
  { name: "a task cancelled", status: condition("False", "TaskRunCancelled"), want: "cancelled" },
];

for (const { name, status, want } of states) {
  test(`a run ${name} is ${want}`, () => equal(runSummary("pipelineruns", run(status)).state, want));
}

test("tasks stand in the pipeline's order: those that ran, were skipped, wait", () => {
  const pipelineRun = run({
    pipelineSpec: { tasks: [{ name: "a" }, { name: "b" }, { name: "c" }], finally: [{ name: "last" }] },
    skippedTasks: [{ name: "b", reason: "When Expressions evaluated to false" }],
  });
  const child = run(condition("True", "Succeeded"), { "tekton.dev/pipelineTask": "a" }, "run-a");
  const { tasks } = runDetail("pipelineruns", pipelineRun, [child]);
  deepEqual(
    tasks.map(({ task, state, name, isFinally }) => ({ task, state, name, isFinally })),
    [
      { task: "a", state: "succeeded", name: "run-a", isFinally: false },
      { task: "b", state: "skipped", name: undefined, isFinally: false },
      { task: "c", state: "pending", name: undefined, isFinally: false },
      { task: "last", state: "pending", name: undefined, isFinally: true },
    ],
  );
});

test("logs of failed attempts come first, steps that have not begun have none", () => {
  const taskRun = run({
    podName: "second",
    steps: [
      { name: "x", container: "step-x", running: {} },
      { name: "y", container: "step-y", waiting: {} },
    ],
    retriesStatus: [{ podName: "first", steps: [{ name: "x", terminated: { exitCode: 1 } }] }],
  });
  deepEqual(
    stepContainers(taskRun).map(({ pod, container }) => `${pod}/${container}`),
    ["first/step-x", "second/step-x"],
  );
});

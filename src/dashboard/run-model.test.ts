import { equal } from "node:assert/strict";
import { test } from "node:test";
import { runSummary, stateText } from "./run-model.ts";

function run(status: Readonly<Record<string, unknown>>) {
  return { apiVersion: "tekton.dev/v1", kind: "PipelineRun", metadata: { name: "run", namespace: "ci" }, status };
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

const texts = [
  { status: {}, want: "---" },
  { status: condition("Unknown", "Running"), want: "Running" },
  { status: condition("Unknown", "PipelineRunPending"), want: "Running(PipelineRunPending)" },
  { status: condition("True", "Succeeded"), want: "Succeeded" },
  { status: condition("True", "Completed"), want: "Succeeded(Completed)" },
  { status: condition("False", "Failed"), want: "Failed" },
  { status: condition("False", "StepFailed"), want: "Failed(StepFailed)" },
  { status: condition("False", "Cancelled"), want: "Cancelled" },
  { status: condition("False", "TaskRunCancelled"), want: "Cancelled(TaskRunCancelled)" },
];

for (const { status, want } of texts) {
  test(`a run's state in words, as tkn has them: ${want}`, () =>
    equal(stateText(runSummary("pipelineruns", run(status))), want));
}

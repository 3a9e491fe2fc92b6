import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { Condition, TaskRun } from "../api/pipelines/runs.ts";
import { type AttemptEnd, attemptCondition } from "./attempt-end.ts";
import { onErrorAnnotation } from "./child-objects.ts";

const run = (more: Partial<TaskRun["spec"]> = {}, annotations: Readonly<Record<string, string>> = {}): TaskRun => ({
  apiVersion: "tekton.dev/v1",
  kind: "TaskRun",
  metadata: { name: "r", annotations },
  spec: { timeout: "2s", ...more },
});
const before = (reason: string): Condition => ({ type: "Succeeded", status: "Unknown", reason, message: "so far" });
const failed = (ofStep: boolean): AttemptEnd => ({ kind: "failed", ofStep, failure: { reason: "F", message: "m" } });

const vectors: readonly {
  readonly name: string;
  readonly end: AttemptEnd;
  readonly run?: TaskRun;
  readonly before?: Condition;
  readonly want: readonly [reason: string, message: string];
}[] = [
  { name: "success", end: { kind: "succeeded" }, want: ["Succeeded", "All Steps have completed executing"] },
  {
    name: "a timeout",
    end: { kind: "interrupted", by: "timedOut" },
    want: ["TaskRunTimeout", 'TaskRun "r" failed to finish within "2s"'],
  },
  {
    name: "a cancel without message keeps its blank",
    end: { kind: "interrupted", by: "cancelled" },
    want: ["TaskRunCancelled", 'TaskRun "r" was cancelled. '],
  },
  {
    name: "a cancel with message",
    end: { kind: "interrupted", by: "cancelled" },
    run: run({ statusMessage: "because" }),
    want: ["TaskRunCancelled", 'TaskRun "r" was cancelled. because'],
  },
  { name: "a failed step", end: failed(true), before: before("Pending"), want: ["F", "m"] },
  {
    name: "a failed step whose failure is ignored",
    end: failed(true),
    run: run({}, { [onErrorAnnotation]: "continue" }),
    want: ["FailureIgnored", "m"],
  },
  {
    name: "another failure is not ignored",
    end: failed(false),
    run: run({}, { [onErrorAnnotation]: "continue" }),
    want: ["F", "m"],
  },
  { name: "a failure while running", end: failed(false), before: before("Running"), want: ["F", "m"] },
  {
    name: "a failure while resolving",
    end: failed(false),
    before: before("ResolvingTaskRef"),
    want: ["F", "m\nPrevious status: [ResolvingTaskRef] so far"],
  },
];

for (const { name, end, run: given = run(), before: earlier, want } of vectors) {
  test(name, () => {
    const { reason, message } = attemptCondition(end, given, earlier);
    deepEqual([reason, message], want);
  });
}

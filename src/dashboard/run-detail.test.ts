import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject } from "../api/object.ts";
import { runDetail } from "./run-detail.ts";

const condition = (status: string, reason: string) => ({ conditions: [{ type: "Succeeded", status, reason }] });
const ended = condition("True", "Succeeded");

function object(kind: string, name: string, more: Readonly<Record<string, unknown>> = {}): K8sObject {
  return { apiVersion: "tekton.dev/v1", kind, metadata: { name, namespace: "ci" }, ...more };
}

/** A run of a pipeline task, and the reference that the PipelineRun has for it. */
function child(task: string, name: string, more: Readonly<Record<string, unknown>> = {}, kind = "TaskRun") {
  const labels = { "tekton.dev/pipelineTask": task };
  return {
    object: { ...object(kind, name, more), metadata: { name, namespace: "ci", labels } },
    reference: { kind, name, pipelineTaskName: task },
  };
}

function pipelineRun(status: Readonly<Record<string, unknown>>): K8sObject {
  return object("PipelineRun", "run", { status });
}

test("tasks stand in the pipeline's order: those that ran, were skipped, wait", () => {
  const a = child("a", "run-a", { status: ended });
  const run = pipelineRun({
    pipelineSpec: { tasks: [{ name: "a" }, { name: "b" }, { name: "c" }], finally: [{ name: "last" }] },
    childReferences: [a.reference],
    skippedTasks: [
      {
        name: "b",
        reason: "When Expressions evaluated to false",
        whenExpressions: [{ input: "dev", operator: "in", values: ["main", "next"] }, { cel: "'a' == 'b'" }],
      },
    ],
  });
  const { tasks, graph } = runDetail("pipelineruns", run, [a.object]);
  deepEqual(
    tasks.map(({ task, state, name, isFinally }) => ({ task, state, name, isFinally })),
    [
      { task: "a", state: "succeeded", name: "run-a", isFinally: false },
      { task: "b", state: "skipped", name: undefined, isFinally: false },
      { task: "c", state: "pending", name: undefined, isFinally: false },
      { task: "last", state: "pending", name: undefined, isFinally: true },
    ],
  );
  deepEqual(tasks[1]?.when, ['"dev" in ["main","next"]', "'a' == 'b'"]);
  deepEqual(
    graph.map(({ task, state }) => [task, state]),
    [
      ["a", "succeeded"],
      ["b", "skipped"],
      ["c", "pending"],
      ["last", "pending"],
    ],
  );
});

test("a task waits for those of runAfter and those whose results it uses; finally tasks for nothing", () => {
  const run = pipelineRun({
    pipelineSpec: {
      tasks: [
        { name: "clone" },
        { name: "lint", runAfter: ["clone"], taskRef: { name: "linter" } },
        { name: "build", params: [{ name: "rev", value: "$(tasks.clone.results.commit)" }], retries: 2 },
        { name: "deploy", when: [{ input: "$(tasks.build.results.ok)", operator: "in", values: ["yes"] }] },
      ],
      finally: [{ name: "report", params: [{ name: "rev", value: "$(tasks.clone.results.commit)" }] }],
    },
  });
  deepEqual(
    runDetail("pipelineruns", run, []).graph.map(({ task, after, retries, definition }) => [
      task,
      after,
      retries,
      definition,
    ]),
    [
      ["clone", [], 0, undefined],
      ["lint", ["clone"], 0, "linter"],
      ["build", ["clone"], 2, undefined],
      ["deploy", ["build"], 0, undefined],
      ["report", [], 0, undefined],
    ],
  );
});

test("before the pipeline is resolved, the tasks of the spec wait", () => {
  const run = object("PipelineRun", "run", { spec: { pipelineSpec: { tasks: [{ name: "a" }] } } });
  deepEqual(
    runDetail("pipelineruns", run, []).graph.map(({ task, state }) => [task, state]),
    [["a", "pending"]],
  );
});

test("the runs of a matrix tell the params by which they differ, and the task what they come to", () => {
  const params = (os: string) => [
    { name: "os", value: os },
    { name: "same", value: "x" },
  ];
  const started = { startTime: "2026-01-01T00:00:00Z" };
  const runs = [
    child("build", "run-build-0", { spec: { params: params("linux") }, status: ended }),
    child("build", "run-build-1", { spec: { params: params("mac") }, status: started }),
  ];
  const run = pipelineRun({
    pipelineSpec: { tasks: [{ name: "build", matrix: { params: [{ name: "os", value: ["linux", "mac"] }] } }] },
    childReferences: runs.map(({ reference }) => reference),
  });
  const { tasks, graph } = runDetail(
    "pipelineruns",
    run,
    runs.map((entry) => entry.object),
  );
  deepEqual(
    tasks.map(({ name, combination }) => [name, combination]),
    [
      ["run-build-0", [{ name: "os", value: "linux" }]],
      ["run-build-1", [{ name: "os", value: "mac" }]],
    ],
  );
  deepEqual([graph[0]?.isMatrix, graph[0]?.state], [true, "running"]);
});

test("earlier attempts of a task are told with their steps", () => {
  const attempt = {
    ...condition("False", "Failed"),
    startTime: "2026-01-01T00:00:00Z",
    completionTime: "2026-01-01T00:00:05Z",
    steps: [{ name: "x", terminated: { exitCode: 7, reason: "Error" } }],
  };
  const steps = [
    { name: "x", terminated: { exitCode: 0, reason: "Completed", startedAt: "2026-01-01T00:00:06Z" } },
    { name: "y", terminated: { exitCode: 1, reason: "Error" }, terminationReason: "Skipped" },
    { name: "z", running: { startedAt: "2026-01-01T00:00:07Z" } },
    { name: "w", waiting: { reason: "PodInitializing" } },
  ];
  const retried = child("a", "run-a", { status: { ...ended, steps, retriesStatus: [attempt] } });
  const run = pipelineRun({ pipelineSpec: { tasks: [{ name: "a" }] }, childReferences: [retried.reference] });
  const [task] = runDetail("pipelineruns", run, [retried.object]).tasks;
  equal(task?.attempts[0]?.reason, "Failed");
  equal(task?.attempts[0]?.steps[0]?.exitCode, 7);
  deepEqual(
    task?.steps.map(({ name, state, reason }) => [name, state, reason]),
    [
      ["x", "succeeded", "Completed"],
      ["y", "skipped", "Skipped"],
      ["z", "running", ""],
      ["w", "waiting", "PodInitializing"],
    ],
  );
});

test("custom runs are tasks, a deleted run is unknown, and what an ended run never began is skipped", () => {
  const approval = child("approve", "run-approve", { status: ended }, "CustomRun");
  const run = pipelineRun({
    ...condition("False", "Cancelled"),
    pipelineSpec: { tasks: [{ name: "approve" }, { name: "gone" }, { name: "later" }] },
    childReferences: [approval.reference, child("gone", "run-gone").reference],
  });
  deepEqual(
    runDetail("pipelineruns", run, [approval.object]).tasks.map(({ kind, name, state, reason }) => [
      kind,
      name,
      state,
      reason,
    ]),
    [
      ["CustomRun", "run-approve", "succeeded", "Succeeded"],
      ["TaskRun", undefined, "unknown", ""],
      ["TaskRun", undefined, "skipped", "Cancelled"],
    ],
  );
});

test("a workspace is told with what it is bound to", () => {
  const workspaces = [
    { name: "cache", persistentVolumeClaim: { claimName: "cache-pvc" }, subPath: "ci" },
    { name: "scratch", emptyDir: {} },
    { name: "key", secret: { secretName: "deploy-key" } },
  ];
  const run = object("TaskRun", "run", { spec: { workspaces } });
  deepEqual(runDetail("taskruns", run, []).workspaces, [
    { name: "cache", value: "persistentVolumeClaim cache-pvc, subPath ci" },
    { name: "scratch", value: "emptyDir" },
    { name: "key", value: "secret deploy-key" },
  ]);
});

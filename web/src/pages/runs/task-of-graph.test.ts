import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { RunTask } from "../../../../src/dashboard/views/run-view.ts";
import { tasksOfGraph } from "./task-of-graph.ts";
import { taskTitle } from "./task-title.ts";

const at = (second: number) => `2026-01-01T00:00:0${second}Z`;

function run(task: string, more: Partial<RunTask>): RunTask {
  return {
    task,
    state: "succeeded",
    kind: "TaskRun",
    name: `run-${task}`,
    gone: undefined,
    displayName: undefined,
    reason: "",
    message: "",
    startedAt: undefined,
    completedAt: undefined,
    isFinally: false,
    combination: [],
    when: [],
    results: [],
    steps: [],
    sidecars: [],
    attempts: [],
    ...more,
  };
}

const node = (task: string) => ({
  task,
  displayName: undefined,
  definition: undefined,
  isFinally: false,
  isMatrix: false,
  state: "succeeded" as const,
  after: [],
  retries: 0,
});

const attempt = { number: 1, reason: "Failed", message: "", startedAt: at(0), completedAt: at(1), steps: [] };

const spans = [
  { name: "of one run", runs: [run("a", { startedAt: at(1), completedAt: at(3) })], want: [at(1), at(3)] },
  {
    name: "of a matrix: from the first to the last",
    runs: [run("a", { startedAt: at(2), completedAt: at(5) }), run("a", { startedAt: at(1), completedAt: at(3) })],
    want: [at(1), at(5)],
  },
  {
    name: "of a matrix that goes on: without an end",
    runs: [run("a", { startedAt: at(2), completedAt: at(5) }), run("a", { startedAt: at(1), state: "running" })],
    want: [at(1), undefined],
  },
  {
    name: "of several attempts: from the first attempt",
    runs: [run("a", { startedAt: at(2), completedAt: at(3), attempts: [attempt] })],
    want: [at(0), at(3)],
  },
  { name: "of what has not begun", runs: [run("a", { state: "pending" })], want: [undefined, undefined] },
];

for (const { name, runs, want } of spans) {
  test(`the time ${name}`, () => {
    const [task] = tasksOfGraph({ graph: [node("a")], tasks: [...runs, run("b", { startedAt: at(0) })] });
    deepEqual([task?.startedAt, task?.completedAt], want);
  });
}

const titles = [
  { name: "its task", task: {}, want: "a" },
  { name: "its display name", task: { displayName: "Build it" }, want: "Build it" },
  {
    name: "its combination",
    task: {
      combination: [
        { name: "os", value: "linux" },
        { name: "go", value: "1.25" },
      ],
    },
    want: "a (os=linux, go=1.25)",
  },
];
for (const { name, task, want } of titles) {
  test(`a run of a task is called by ${name}`, () => deepEqual(taskTitle(run("a", task)), want));
}

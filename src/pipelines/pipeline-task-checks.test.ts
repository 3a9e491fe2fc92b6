import { equal } from "node:assert/strict";
import { test } from "node:test";
import type { PipelineSpec, PipelineTask } from "../api/pipelines/pipeline.ts";
import type { TaskSpec } from "../api/pipelines/task.ts";
import { checkPipelineTasks } from "./pipeline-task-checks.ts";

const wrongParams = "[User error] Validation failed for pipelinerun r with error invalid input params for task t: ";

const cases: readonly {
  readonly name: string;
  readonly task: Partial<PipelineTask>;
  readonly spec: TaskSpec;
  readonly more?: Partial<PipelineSpec>;
  readonly message: string | undefined;
}[] = [
  {
    name: "a param without value",
    task: {},
    spec: { params: [{ name: "p" }, { name: "q", default: "x" }] },
    message: `${wrongParams}missing values for these params which have no default values: [p]`,
  },
  {
    name: "a list where a string is declared",
    task: { params: [{ name: "p", value: ["x"] }] },
    spec: { params: [{ name: "p" }] },
    message: `${wrongParams}param types don't match the user-specified type: [p]`,
  },
  {
    name: "a matrix over what is declared as a list: each TaskRun would get a string",
    task: {
      matrix: {
        params: [{ name: "p", value: ["x"] }],
        include: [{ name: "i", params: [{ name: "q", value: "y" }] }],
      },
    },
    spec: {
      params: [
        { name: "p", type: "array" },
        { name: "q", type: "object", properties: {} },
      ],
    },
    message: `${wrongParams}param types don't match the user-specified type: [p q]`,
  },
  {
    name: "a matrix over strings",
    task: { matrix: { params: [{ name: "p", value: ["x"] }] } },
    spec: { params: [{ name: "p" }] },
    message: undefined,
  },
  {
    name: "a list that another task's result will be",
    task: { params: [{ name: "p", value: "$(tasks.made.results.r[*])" }] },
    spec: { params: [{ name: "p", type: "array" }] },
    message: undefined,
  },
  {
    name: "a result that no task declares",
    task: {},
    spec: {},
    more: { results: [{ name: "x", value: "$(tasks.a.results.none)" }] },
    message:
      'Failed to resolve pipeline result reference for "r" with error invalid pipeline result "x": "none" is not a named result returned by pipeline task "a"',
  },
  {
    name: "an optional workspace for a Task that needs it",
    task: { workspaces: [{ name: "w", workspace: "o" }] },
    spec: { workspaces: [{ name: "w" }] },
    more: { workspaces: [{ name: "o", optional: true }] },
    message:
      '[User error] Optional workspace not supported by task: pipeline workspace "o" is marked optional but pipeline task "a" requires it be provided',
  },
];

for (const { name, task, spec, more, message } of cases) {
  test(`before the first task: ${name}`, () => {
    const tasks = [
      { name: "made", taskRef: { name: "m" } },
      { name: "a", taskRef: { name: "t" }, ...task },
    ];
    const resolved = new Map([
      ["made", { name: "m", spec: { results: [{ name: "r", type: "array" }] } satisfies TaskSpec }],
      ["a", { name: "t", spec }],
    ]);
    equal(checkPipelineTasks("r", { tasks, ...more }, resolved)?.message, message);
  });
}

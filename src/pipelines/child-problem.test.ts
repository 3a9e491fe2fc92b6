import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { readConfiguration } from "../api/pipelines/configuration.ts";
import type { PipelineTask } from "../api/pipelines/pipeline.ts";
import type { PipelineRun } from "../api/pipelines/runs.ts";
import type { TaskSpec } from "../api/pipelines/task.ts";
import type { ChildContext } from "./child-objects.ts";
import { childProblem } from "./child-problem.ts";

const run: PipelineRun = {
  apiVersion: "tekton.dev/v1",
  kind: "PipelineRun",
  metadata: { name: "r", namespace: "default" },
  spec: {},
};
const context: ChildContext = {
  run,
  labels: {},
  annotations: {},
  workspaces: [{ name: "bound", emptyDir: {} }],
  timeouts: {},
  configuration: readConfiguration({}, { "enable-param-enum": "true" }),
};
const step = { image: "i", script: "true" };

const vectors: readonly {
  readonly name: string;
  readonly task: PipelineTask;
  readonly spec?: TaskSpec;
  readonly problem: readonly [reason: string, message: string] | undefined;
}[] = [
  { name: "a plain task", task: { name: "t", taskRef: { name: "x" } }, problem: undefined },
  {
    name: "a matrix over a string",
    task: { name: "t", taskRef: { name: "x" }, matrix: { params: [{ name: "p", value: "one" }] } },
    problem: [
      "InvalidMatrixParameterTypes",
      '[User error] Failed to validate matrix "r" with error parameters of type array only are allowed, but param "p" has type "string" in pipelineTask "t"',
    ],
  },
  {
    name: "a list included in a matrix",
    task: { name: "t", taskRef: { name: "x" }, matrix: { include: [{ params: [{ name: "p", value: ["one"] }] }] } },
    problem: [
      "InvalidMatrixParameterTypes",
      '[User error] Failed to validate matrix "r" with error parameters of type string only are allowed, but param "p" has type "array" in pipelineTask "t"',
    ],
  },
  {
    name: "a matrix of too many combinations",
    task: {
      name: "t",
      taskRef: { name: "x" },
      matrix: { params: ["p", "q"].map((name) => ({ name, value: Array.from({ length: 17 }, String) })) },
    },
    problem: ["CreateRunFailed", 'error creating run for task "t": its matrix has 289 combinations, more than 256'],
  },
  {
    name: "a value of a matrix outside the enum",
    task: { name: "t", taskRef: { name: "x" }, matrix: { params: [{ name: "p", value: ["a", "c"] }] } },
    spec: { params: [{ name: "p", enum: ["a", "b"] }], steps: [step] },
    problem: [
      "InvalidParamValue",
      '[User error] Invalid param value from PipelineTask "t": param `p` value: c is not in the enum list',
    ],
  },
  {
    name: "a bound workspace under another name",
    task: { name: "t", taskRef: { name: "x" }, workspaces: [{ name: "w", workspace: "bound" }] },
    problem: undefined,
  },
  {
    name: "an unbound workspace",
    task: { name: "t", taskRef: { name: "x" }, workspaces: [{ name: "w", workspace: "other" }] },
    spec: { workspaces: [{ name: "w" }], steps: [step] },
    problem: ["CreateRunFailed", 'expected workspace "other" to be provided by pipelinerun for pipeline task "t"'],
  },
  {
    name: "an unbound workspace that the Task can do without",
    task: { name: "t", taskRef: { name: "x" }, workspaces: [{ name: "w", workspace: "other" }] },
    spec: { workspaces: [{ name: "w", optional: true }], steps: [step] },
    problem: undefined,
  },
  {
    name: "an unbound workspace of a Task that is not known",
    task: { name: "t", taskRef: { name: "x" }, workspaces: [{ name: "w", workspace: "other" }] },
    problem: undefined,
  },
  {
    name: "an unbound workspace of a custom task",
    task: { name: "t", taskRef: { apiVersion: "a/v1", kind: "K" }, workspaces: [{ name: "w", workspace: "other" }] },
    problem: ["CreateRunFailed", 'expected workspace "other" to be provided by pipelinerun for pipeline task "t"'],
  },
  {
    name: "an unbound workspace that an inline Task uses",
    task: { name: "t", taskSpec: { steps: [{ image: "i", script: "ls $(workspaces.w.path)" }] } },
    problem: ["CreateRunFailed", 'expected workspace "w" to be provided by pipelinerun for pipeline task "t"'],
  },
];

for (const { name, task, spec, problem } of vectors) {
  test(name, () => {
    const found = childProblem(task, run, context, spec);
    deepEqual(found === undefined ? undefined : [found.reason, found.message], problem);
  });
}

import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { readConfiguration } from "../api/pipelines/configuration.ts";
import type { PipelineSpec } from "../api/pipelines/pipeline.ts";
import type { PipelineRun } from "../api/pipelines/runs.ts";
import { inheritedTimeout, preparePipeline, runTimeouts } from "./pipeline-preparation.ts";

const configuration = readConfiguration();
const run = (spec: Partial<PipelineRun["spec"]>): PipelineRun => ({
  apiVersion: "tekton.dev/v1",
  kind: "PipelineRun",
  metadata: { name: "r", namespace: "ns", uid: "u" },
  spec,
});

const failures: readonly {
  readonly name: string;
  readonly spec: PipelineSpec;
  readonly run: Partial<PipelineRun["spec"]>;
  readonly reason: string;
  readonly message: string;
}[] = [
  {
    name: "missing params",
    spec: { params: [{ name: "a" }, { name: "b" }], tasks: [] },
    run: {},
    reason: "ParameterMissing",
    message:
      "[User error] PipelineRun ns/r is missing some parameters required by Pipeline ns/p: pipelineRun missing parameters: [a b]",
  },
  {
    name: "a circle of defaults",
    spec: { params: [{ name: "a", default: "$(params.a)" }], tasks: [] },
    run: {},
    reason: "PipelineValidationFailed",
    message: '[User error] parameter resolution failed: circular dependency detected in param "a"',
  },
  {
    name: "an index beyond the end",
    spec: {
      params: [{ name: "l", type: "array" }],
      tasks: [{ name: "t", taskRef: { name: "x" }, params: [{ name: "p", value: "$(params.l[1])" }] }],
    },
    run: { params: [{ name: "l", value: ["x"] }] },
    reason: "ParamArrayIndexingInvalid",
    message:
      "[User error] PipelineRun ns/r failed validation: failed to validate Pipeline ns/p's parameter which has an invalid index while referring to an array: non-existent param references:[$(params.l[1])]",
  },
  {
    name: "an unbound workspace",
    spec: { workspaces: [{ name: "w" }], tasks: [] },
    run: {},
    reason: "InvalidWorkspaceBindings",
    message:
      "[User error] PipelineRun ns/r doesn't bind Pipeline ns/p's Workspaces correctly: pipeline requires workspace with name \"w\" be provided by pipelinerun",
  },
];

for (const { name, spec, run: fields, reason, message } of failures) {
  test(`fails for ${name}`, () => {
    const prepared = preparePipeline(run(fields), { name: "p", inline: false, spec }, configuration);
    ok(!prepared.ok);
    deepEqual(prepared.error, { reason, message });
  });
}

test("params and contexts are filled in; a param of the pipeline task hides the run's from its inline Task", () => {
  const step = { name: "s", image: "b", script: "$(params.x) $(params.y) $(context.pipelineRun.name)" };
  const spec: PipelineSpec = {
    tasks: [
      {
        name: "t",
        params: [{ name: "x", value: "own" }],
        taskSpec: {
          params: [
            { name: "y", default: "low" },
            { name: "z", default: "$(params.y)er" },
          ],
          steps: [step],
        },
      },
    ],
  };
  const params = [
    { name: "x", value: "outer" },
    { name: "y", value: "high" },
  ];
  const prepared = preparePipeline(run({ params }), { name: "r", inline: true, spec }, configuration);
  ok(prepared.ok);
  const task = prepared.value.spec.tasks?.[0];
  equal(task?.taskSpec?.steps?.[0]?.script, "$(params.x) high r");
  deepEqual(task?.taskSpec?.params, [
    { name: "y", default: "high" },
    { name: "z", default: "higher" },
  ]);
});

test("a spec that was filled in before keeps what its params brought in", () => {
  const params = [
    { name: "x", value: "$(params.y)" },
    { name: "y", value: "secret" },
  ];
  const spec: PipelineSpec = {
    params: [{ name: "x" }, { name: "y" }],
    tasks: [{ name: "t", taskRef: { name: "x" }, params: [{ name: "p", value: "$(params.x)" }] }],
  };
  const first = preparePipeline(run({ params }), { name: "p", inline: false, spec }, configuration);
  ok(first.ok);
  equal(first.value.spec.tasks?.[0]?.params?.[0]?.value, "$(params.y)");
  const again = { name: "p", inline: false, spec: first.value.spec, isSubstituted: true };
  deepEqual(preparePipeline(run({ params }), again, configuration), first);
});

test("a matrix that lists nothing is none", () => {
  const spec: PipelineSpec = {
    tasks: [
      { name: "a", taskRef: { name: "x" }, matrix: {} },
      { name: "b", taskRef: { name: "x" }, matrix: { params: [], include: [{ name: "i" }] } },
    ],
  };
  const prepared = preparePipeline(run({}), { name: "r", inline: true, spec }, configuration);
  ok(prepared.ok);
  deepEqual(
    prepared.value.spec.tasks?.map(({ matrix }) => matrix?.include?.map((entry) => entry.name)),
    [undefined, ["i"]],
  );
});

const limits = [
  {
    name: "tasks from the others",
    timeouts: { pipeline: "1h", finally: "10m" },
    want: { pipelineMs: 3_600_000, tasksMs: 3_000_000, finallyMs: 600_000 },
  },
  {
    name: "finally from the others",
    timeouts: { pipeline: "1h", tasks: "10m" },
    want: { pipelineMs: 3_600_000, tasksMs: 600_000, finallyMs: 3_000_000 },
  },
  { name: "no pipeline limit", timeouts: { pipeline: "0s", tasks: "10m" }, want: { pipelineMs: 0, tasksMs: 600_000 } },
];

for (const { name, timeouts, want } of limits) test(`timeouts: ${name}`, () => deepEqual(runTimeouts(timeouts), want));

test("a TaskRun gets the run's limit when that is longer than the default or none", () => {
  equal(inheritedTimeout({ tasksMs: 4_000, pipelineMs: 60_000 }, false, configuration), "1h0m0s");
  equal(inheritedTimeout({ pipelineMs: 7_200_000 }, false, configuration), "2h0m0s");
  equal(inheritedTimeout({ pipelineMs: 0 }, true, configuration), "0s");
});

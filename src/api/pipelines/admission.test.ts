import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../json/value.ts";
import type { K8sObject } from "../object.ts";
import { admitPipelinesObject } from "./admission.ts";

const step = { name: "s", image: "busybox", script: "true" };
const task = (name: string, more: JsonObject = {}): JsonObject => ({ name, taskSpec: { steps: [step] }, ...more });

function object(kind: string, spec: JsonObject, more: JsonObject = {}, apiVersion = "tekton.dev/v1"): K8sObject {
  return { apiVersion, kind, metadata: { name: "x", namespace: "default" }, spec, ...more };
}

const taskRun = (taskSpec: JsonObject, more: JsonObject = {}) => object("TaskRun", { taskSpec, ...more });
const pipelineRun = (pipelineSpec: JsonObject, more: JsonObject = {}) =>
  object("PipelineRun", { pipelineSpec, ...more });
const denied = 'admission webhook "validation.webhook.pipeline.tekton.dev" denied the request: validation failed: ';

const refusals: readonly {
  readonly name: string;
  readonly object: K8sObject;
  readonly message: string;
  readonly flags?: Readonly<Record<string, string>>;
}[] = [
  {
    name: "script with command",
    object: taskRun({ steps: [{ name: "s", image: "b", command: ["echo"], script: "echo" }] }),
    message: `${denied}script cannot be used with command: spec.taskSpec.steps[0].script`,
  },
  {
    name: "neither taskRef nor taskSpec",
    object: object("TaskRun", {}),
    message: `${denied}expected exactly one, got neither: spec.taskRef, spec.taskSpec`,
  },
  {
    name: "breakpoints without alpha",
    object: taskRun({ steps: [step] }, { debug: { breakpoints: { onFailure: "enabled" } } }),
    message: `${denied}debug requires "enable-api-fields" feature gate to be "alpha" but it is "beta": `,
  },
  {
    name: "no spec",
    object: { apiVersion: "tekton.dev/v1", kind: "Task", metadata: { name: "x" } },
    message: `${denied}missing field(s): spec.steps`,
  },
  {
    name: "a CustomRun of no kind",
    object: object("CustomRun", { customRef: { name: "x" } }, {}, "tekton.dev/v1beta1"),
    message: `${denied}missing field(s): spec.customRef.apiVersion, spec.customRef.kind`,
  },
  {
    name: "a CustomRun of nothing",
    object: object("CustomRun", {}, {}, "tekton.dev/v1beta1"),
    message: `${denied}expected exactly one, got neither: spec.customRef, spec.customSpec`,
  },
  {
    name: "pipelineRef and pipelineSpec",
    object: pipelineRun({ tasks: [task("a")] }, { pipelineRef: { name: "p" } }),
    message: `${denied}expected exactly one, got both: spec.pipelineRef, spec.pipelineSpec`,
  },
  { name: "no steps", object: taskRun({ steps: [] }), message: `${denied}missing field(s): spec.taskSpec.steps` },
  {
    name: "an unknown param in a Task",
    object: object("Task", { steps: [{ name: "s", image: "b", script: "echo $(params.nope)" }] }),
    message: `${denied}non-existent variable in "echo $(params.nope)": spec.steps[0].script`,
  },
  {
    name: "an unknown context",
    object: taskRun({ steps: [{ name: "s", image: "b", script: "echo $(context.taskRun.nope)" }] }),
    message: `${denied}non-existent variable in "echo $(context.taskRun.nope)": spec.taskSpec.steps[0].script`,
  },
  {
    name: "an unknown result path",
    object: taskRun({ steps: [{ name: "s", image: "b", script: "echo > $(results.r.path)" }] }),
    message: `${denied}non-existent variable in "echo > $(results.r.path)": spec.taskSpec.steps[0].script`,
  },
  {
    name: "an array where a string is needed",
    object: object("Task", {
      params: [{ name: "l", type: "array" }],
      steps: [{ name: "s", image: "b", script: "echo $(params.l[*])" }],
    }),
    message: `${denied}variable type invalid in "echo $(params.l[*])": spec.steps[0].script`,
  },
  {
    name: "an array that is not alone in an arg",
    object: object("Task", {
      params: [{ name: "l", type: "array" }],
      steps: [{ name: "s", image: "b", args: ["x$(params.l[*])"] }],
    }),
    message: `${denied}variable is not properly isolated in "x$(params.l[*])": spec.steps[0].args[0]`,
  },
  {
    name: "step results in a script",
    object: taskRun({
      steps: [
        { name: "a", image: "b", results: [{ name: "r" }], script: "true" },
        { name: "c", image: "b", script: "echo $(steps.a.results.r)" },
      ],
    }),
    message: `${denied}stepResult substitutions are only allowed in env, command and args. Found usage in: spec.taskSpec.steps[1].script`,
  },
  {
    name: "duplicate steps",
    object: taskRun({ steps: [step, step] }),
    message: `${denied}invalid value: s: spec.taskSpec.steps[1].name`,
  },
  {
    name: "a default of another type",
    object: object("Task", { params: [{ name: "p", type: "array", default: "x" }], steps: [step] }),
    message: `${denied}"array" type does not match default value's type: "string": spec.params.p.default.type, spec.params.p.type`,
  },
  {
    name: "an object without properties",
    object: object("Task", { params: [{ name: "p", type: "object" }], steps: [step] }),
    message: `${denied}missing field(s): spec.p.properties`,
  },
  {
    name: "a cycle",
    object: object("Pipeline", { tasks: [task("a", { runAfter: ["b"] }), task("b", { runAfter: ["a"] })] }),
    message: `${denied}invalid value: cycle detected; task "a" depends on "b": spec.tasks`,
  },
  {
    name: "an unknown parent",
    object: object("Pipeline", { tasks: [task("a", { runAfter: ["zz"] })] }),
    message: `${denied}invalid value: task a depends on zz but zz wasn't present in Pipeline: spec.tasks`,
  },
  {
    name: "a variable that begins with no known word",
    object: object("Pipeline", { tasks: [task("a", { params: [{ name: "p", value: "$(foo.bar)" }] })] }),
    message: `${denied}invalid variable reference "$(foo.bar)", must start with a valid prefix: params, tasks, finally, context, workspaces, results: spec.tasks[0].params[p].value`,
  },
  {
    name: "duplicate tasks",
    object: object("Pipeline", { tasks: [task("a"), task("a")] }),
    message: `${denied}expected exactly one, got both: spec.tasks[1].name\ninvalid value: task a is already present in Graph, can't add it again: duplicate pipeline task: spec.tasks`,
  },
  {
    name: "finally with runAfter",
    object: object("Pipeline", { tasks: [task("a")], finally: [task("f", { runAfter: ["a"] })] }),
    message: `${denied}invalid value: no runAfter allowed under spec.finally, final task f has runAfter specified: spec.finally[0]`,
  },
  {
    name: "finally without tasks",
    object: object("Pipeline", { finally: [task("f")] }),
    message: `${denied}invalid value: spec.tasks is empty but spec.finally has 1 tasks: spec.finally`,
  },
  {
    name: "a status outside finally",
    object: object("Pipeline", {
      tasks: [task("a"), task("b", { params: [{ name: "p", value: "$(tasks.a.status)" }] })],
    }),
    message: `${denied}invalid value: pipeline tasks can not refer to execution status of any other pipeline task or aggregate status of tasks: spec.tasks[1].params[p].value`,
  },
  {
    name: "an unknown when operator",
    object: object("Pipeline", { tasks: [task("a", { when: [{ input: "x", operator: "is", values: ["y"] }] })] }),
    message: `${denied}invalid value: operator "is" is not recognized. valid operators: in,notin: spec.tasks[0].when[0]`,
  },
  {
    name: "when without values",
    object: object("Pipeline", { tasks: [task("a", { when: [{ input: "x", operator: "in", values: [] }] })] }),
    message: `${denied}invalid value: expecting non-empty values field: spec.tasks[0].when[0]`,
  },
  {
    name: "a matrix that is too large",
    object: object("Pipeline", {
      tasks: [
        task("a", {
          matrix: {
            params: ["x", "y", "z"].map((name) => ({
              name,
              value: Array.from({ length: 7 }, (_, index) => `${index}`),
            })),
          },
        }),
      ],
    }),
    message: `${denied}expected 0 <= 343 <= 256: spec.tasks[0].matrix`,
  },
  {
    name: "onError continue with retries",
    object: object("Pipeline", { tasks: [task("a", { onError: "continue", retries: 1 })] }),
    message: `${denied}PipelineTask OnError cannot be set to "continue" when Retries is greater than 0: `,
  },
  {
    name: "tasks and finally longer than the pipeline",
    object: pipelineRun({ tasks: [task("a")] }, { timeouts: { pipeline: "1m", tasks: "40s", finally: "30s" } }),
    message: `${denied}invalid value: 40s + 30s should be <= pipeline duration: spec.timeouts.finally, spec.timeouts.tasks`,
  },
  {
    name: "a workspace without source",
    object: taskRun({ steps: [step] }, { workspaces: [{ name: "w" }] }),
    message: `${denied}expected exactly one, got neither: spec.workspaces[0].configmap, spec.workspaces[0].csi, spec.workspaces[0].emptydir, spec.workspaces[0].persistentvolumeclaim, spec.workspaces[0].projected, spec.workspaces[0].secret, spec.workspaces[0].volumeclaimtemplate`,
  },
  {
    name: "an alpha field",
    object: taskRun({ steps: [{ ...step, stdoutConfig: { path: "/tmp/x" } }] }),
    message: `${denied}step stdout stream support requires "enable-api-fields" feature gate to be "alpha" but it is "beta": `,
  },
  {
    name: "a ClusterTask in a Pipeline",
    object: object("Pipeline", { tasks: [{ name: "a", taskRef: { name: "t", kind: "ClusterTask" } }] }),
    message: `${denied}invalid value: custom task ref must specify apiVersion: spec.tasks[0].taskRef.apiVersion`,
  },
  {
    name: "a param in a StepAction's script",
    object: object(
      "StepAction",
      { image: "b", params: [{ name: "p" }], script: "echo $(params.p)" },
      {},
      "tekton.dev/v1beta1",
    ),
    message: `${denied}param substitution in scripts is not allowed.: spec.script`,
  },
  ...[
    {
      name: "a pipeline task with ref and spec",
      task: task("a", { taskRef: { name: "t" } }),
      message: "expected exactly one, got multiple: spec.tasks[0].taskRef, spec.tasks[0].taskSpec",
    },
    {
      name: "a kind for an inline Task",
      task: { name: "a", taskSpec: { apiVersion: "a.b/v1", steps: [step] } },
      message:
        "invalid value: custom task spec must specify kind: spec.tasks[0].taskSpec.kind\ntaskSpec.apiVersion cannot be specified when using taskSpec.steps: spec.tasks[0].taskSpec.apiVersion",
    },
    {
      name: "a custom task of a strange version",
      task: { name: "a", taskRef: { apiVersion: "v1", kind: "Wait" } },
      message:
        'invalid value: invalid apiVersion format "v1", must be in the format "group/version": spec.tasks[0].taskRef.apiVersion',
    },
    {
      name: "a param of a pipeline task twice",
      task: task("a", {
        params: [
          { name: "p", value: "1" },
          { name: "p", value: "2" },
        ],
      }),
      message: 'parameter names must be unique, the parameter "p" is also defined at: spec.tasks[0].params[1].name',
    },
    {
      name: "a param of a matrix twice",
      task: task("a", {
        matrix: {
          params: [
            { name: "p", value: ["1"] },
            { name: "p", value: ["2"] },
          ],
        },
      }),
      message:
        'parameter names must be unique, the parameter "p" is also defined at: spec.tasks[0].matrix.params[1].name',
    },
    {
      name: "a param in both matrix and params",
      task: task("a", {
        params: [{ name: "p", value: "1" }],
        matrix: { include: [{ name: "i", params: [{ name: "p", value: "2" }] }] },
      }),
      message: "expected exactly one, got both: spec.tasks[0].matrix[p], spec.tasks[0].params[p]",
    },
    {
      name: "a name beside a resolver",
      task: { name: "a", taskRef: { name: "t", resolver: "git" } },
      message: "invalid value: invalid URI for request: spec.tasks[0].taskRef.name",
    },
  ].map(({ name, task: only, message }) => ({
    name,
    object: object("Pipeline", { tasks: [only] }),
    message: `${denied}${message}`,
  })),
  {
    name: "a workspace of a pipeline task twice",
    object: object("Pipeline", {
      workspaces: [{ name: "w" }],
      tasks: [task("a", { workspaces: [{ name: "w" }, { name: "w" }] })],
    }),
    message: `${denied}workspace name "w" must be unique: spec.tasks[0].workspaces[1]`,
  },
  {
    name: "an empty Pipeline",
    object: object("Pipeline", {}),
    message: `${denied}expected at least one, got none: spec.description, spec.params, spec.resources, spec.tasks, spec.workspaces`,
  },
  ...[
    {
      value: "plain",
      messages: [
        "expected pipeline results to be task result expressions but an invalid expressions was found",
        "expected pipeline results to be task result expressions but no expressions were found",
        "referencing a nonexistent task",
      ],
    },
    {
      value: "$(params.p)",
      messages: [
        "expected pipeline results to be task result expressions but an invalid expressions was found",
        "referencing a nonexistent task",
      ],
    },
    {
      value: "$(tasks.a.results)",
      messages: [
        "expected all of the expressions [tasks.a.results] to be result expressions but only [] were",
        "referencing a nonexistent task",
      ],
    },
    { value: "$(tasks.zz.results.r)", messages: ["referencing a nonexistent task"] },
  ].map(({ value, messages }) => ({
    name: `${value} as result of a Pipeline`,
    object: object("Pipeline", { params: [{ name: "p" }], tasks: [task("a")], results: [{ name: "r", value }] }),
    message: `${denied}${messages.map((text) => `invalid value: ${text}: spec.results[0].value`).join("\n")}`,
  })),
  {
    name: "a param that neither an inline Task nor its Pipeline declares",
    object: object("Pipeline", {
      params: [{ name: "known" }],
      tasks: [
        {
          name: "a",
          params: [{ name: "p", value: "$(params.nope)" }],
          when: [{ input: "x", operator: "in", values: ["y", "$(params.none)"] }],
          taskSpec: { steps: [{ image: "b", script: "echo $(params.known) $(params.p)" }] },
        },
      ],
    }),
    message: `${denied}${[
      'non-existent variable in "$(params.none)": spec.tasks[0].when[0].values',
      'non-existent variable in "$(params.nope)": spec.tasks[0].params[p]',
      'non-existent variable in "echo $(params.known) $(params.p)": spec.tasks[0].steps[0].script',
    ].join("\n")}`,
  },
  {
    name: "a param that a run does not bring",
    object: pipelineRun({
      tasks: [
        {
          name: "a",
          params: [{ name: "p", value: ["$(params.nope)"] }],
          taskSpec: { steps: [{ image: "b", args: ["$(params.none)"] }] },
        },
      ],
      finally: [{ name: "f", taskSpec: { steps: [{ image: "b", script: "$(params.no)" }] } }],
    }),
    message: `${denied}${[
      'non-existent variable in "$(params.no)": spec.pipelineSpec.finally[0].taskSpec.steps[0].script',
      'non-existent variable in "$(params.none)": spec.steps[0].args[0]',
      'non-existent variable in "$(params.nope)": spec[0].params[p].value[0]',
    ].join("\n")}`,
  },
  {
    name: "wrong params of a Pipeline",
    object: object("Pipeline", {
      params: [{ name: "p", type: "array", default: "x" }, { name: "q" }, { name: "q" }, { name: "o", type: "object" }],
      tasks: [task("a", { params: [{ name: "x", value: "$(context.pipelineRun.nope)" }] })],
    }),
    message: `${denied}${[
      '"array" type does not match default value\'s type: "string": spec.finally.params.p.default.type, spec.finally.params.p.type, spec.tasks.params.p.default.type, spec.tasks.params.p.type',
      "missing field(s): spec.tasks[0].o.properties",
      'non-existent variable in "$(context.pipelineRun.nope)": spec.tasks.value',
      "parameter appears more than once: spec.finally.params[q], spec.tasks.params[q]",
    ].join("\n")}`,
  },
  {
    name: "a finally task that names what it cannot know",
    object: object("Pipeline", {
      tasks: [task("a")],
      finally: [
        task("f", {
          params: [
            { name: "p", value: "$(tasks.g.results.r)" },
            { name: "q", value: "$(tasks.zz.status)" },
          ],
          when: [{ input: "$(tasks.zz.results.r)", operator: "in", values: ["x"] }, {}],
        }),
        task("g"),
      ],
    }),
    message: `${denied}${[
      "invalid value: invalid task result reference, final task has task result reference from a final task g: spec.finally[0].params[p].value",
      "invalid value: invalid task result reference, final task has task result reference from a task zz which is not defined in the pipeline: spec.finally[0].when[0]",
      "invalid value: pipeline task zz is not defined in the pipeline: spec.finally[0].params[q].value",
      "missing field(s): spec.finally[0].when[1]",
    ].join("\n")}`,
  },
  {
    name: "a single result of a matrix",
    object: object("Pipeline", {
      tasks: [
        task("m", { matrix: { params: [{ name: "x", value: ["1"] }] } }),
        task("b", { params: [{ name: "p", value: "$(tasks.m.results.r)" }] }),
      ],
    }),
    message: `${denied}A matrixed pipelineTask can only be consumed in aggregate using [*] notation, but is currently set to tasks.m.results.r: `,
  },
  {
    name: "an enum with several mistakes",
    object: object("Task", {
      params: [
        { name: "p", type: "array", enum: ["a", "a"] },
        { name: "q", enum: ["a"], default: "b" },
      ],
      steps: [step],
    }),
    message: `${denied}${[
      "enum can only be set with string type param: spec.params[p]",
      "feature flag `enable-param-enum` should be set to true to use Enum: spec.params[p], spec.params[q]",
      "param default value b not in the enum list: spec.params[q]",
      "parameter enum value a appears more than once: spec.params[p]",
    ].join("\n")}`,
  },
  {
    name: "timeouts with several mistakes",
    object: pipelineRun({ tasks: [task("a")] }, { timeouts: { pipeline: "10s", tasks: "20s", finally: "-1s" } }),
    message: `${denied}${[
      "invalid value: -1s should be >= 0: spec.timeouts.finally",
      "invalid value: 20s + -1s should be <= pipeline duration: spec.timeouts.finally, spec.timeouts.tasks",
      "invalid value: 20s should be <= pipeline duration: spec.timeouts.tasks",
    ].join("\n")}`,
  },
  {
    name: "a StepAction with several mistakes",
    object: object(
      "StepAction",
      {
        image: "b",
        script: "> $(step.results.gone.path)",
        results: [{ name: "r" }],
        volumeMounts: [
          { name: "$(params.v)", mountPath: "/v" },
          { name: "w", mountPath: "/w" },
        ],
      },
      {},
      "tekton.dev/v1beta1",
    ),
    message: `${denied}${[
      "invalid value: w: spec.volumeMounts[1].name",
      "expect the Name to be a single param reference",
      'non-existent variable in "$(params.v)": spec.volumeMounts[0]',
      'non-existent variable in "> $(step.results.gone.path)": spec.script',
    ].join("\n")}`,
  },
  {
    name: "a result that a step does not declare",
    object: taskRun({ steps: [{ ...step, results: [{ name: "r" }], script: "> $(step.results.s.path)" }] }),
    message: `${denied}non-existent variable in "> $(step.results.s.path)": spec.taskSpec.steps[0].script`,
  },
  {
    name: "values of a Task's results that are no results of steps",
    object: object("Task", {
      results: [
        { name: "a", type: "array", value: ["x"] },
        { name: "b", value: "x" },
      ],
      steps: [step],
    }),
    message: `${denied}${[
      'Could not extract step name and result name. Expected value to look like $(steps.<stepName>.results.<resultName>) but got "x": spec.results[1].b.value',
      'Invalid Type. Wanted string but got: "array": spec.results[0].a.type',
    ].join("\n")}`,
  },
  {
    name: "a name with too many dots",
    object: object("Task", { params: [{ name: "a.b.c" }], steps: [{ image: "b", script: "$(params.a.b.c)" }] }),
    message: `${denied}Invalid referencing of parameters in "$(params.a.b.c)"! Only two dot-separated components after the prefix "params" are allowed.: spec.steps[0].script`,
  },
  {
    name: "a workspace where a step has a volume already",
    object: object("Task", {
      workspaces: [{ name: "w", mountPath: "/data/" }],
      steps: [{ ...step, volumeMounts: [{ name: "v", mountPath: "/data" }] }],
    }),
    message: `${denied}workspace mount path "/data" must be unique: spec.workspaces[0].mountpath`,
  },
  {
    name: "a cycle before a parent that is not there",
    object: object("Pipeline", { tasks: [task("a", { runAfter: ["a", "zz"] })] }),
    message: `${denied}invalid value: cycle detected; task "a" depends on "a": spec.tasks`,
  },
  {
    name: "a workspace of a PipelineRun twice",
    object: pipelineRun(
      { tasks: [task("a")] },
      {
        workspaces: [
          { name: "w", emptyDir: {} },
          { name: "w", emptyDir: {} },
        ],
      },
    ),
    message: `${denied}workspace "w" provided by pipelinerun more than once, at index 0 and 1: spec.workspaces[1].name`,
  },
  {
    name: "a result as a run's param",
    object: pipelineRun({ tasks: [task("a")] }, { params: [{ name: "p", value: "$(tasks.a.results.r)" }] }),
    message: `${denied}invalid value: cannot use result expressions in [tasks.a.results.r] as PipelineRun parameter values: spec.params[p].value`,
  },
  {
    name: "params that differ in case only",
    object: taskRun(
      { steps: [step] },
      {
        params: [
          { name: "a", value: "1" },
          { name: "A", value: "2" },
        ],
      },
    ),
    message: `${denied}expected exactly one, got both: spec.params[A].name`,
  },
  {
    name: "tasks without timeout in a limited pipeline",
    object: pipelineRun({ tasks: [task("a")] }, { timeouts: { pipeline: "1m", tasks: "0s" } }),
    message: `${denied}invalid value: 0s (no timeout) should be <= pipeline duration: spec.timeouts.tasks`,
  },
  {
    name: "resources for the Task and for its steps",
    object: taskRun(
      { steps: [step] },
      {
        computeResources: { requests: { cpu: "1" } },
        stepSpecs: [{ name: "s", computeResources: { requests: { cpu: "1" } } }],
      },
    ),
    message: `${denied}expected exactly one, got both: spec.computeResources, spec.stepSpecs.resources`,
  },
  {
    name: "artifacts of a task without the flag",
    object: object("Pipeline", {
      tasks: [task("a"), task("b", { params: [{ name: "p", value: "$(tasks.a.outputs.image)" }] })],
    }),
    message: `${denied}feature flag enable-artifacts should be set to true to use artifacts feature.: spec.tasks[1].params`,
  },
  {
    name: "artifacts without the flag",
    object: taskRun({ steps: [{ ...step, script: "echo > $(step.artifacts.path)" }] }),
    message: `${denied}feature flag enable-artifacts should be set to true to use artifacts feature.: spec.taskSpec.steps[0]`,
  },
  {
    name: "a run's array where an inline Task needs a string",
    object: pipelineRun(
      { tasks: [{ name: "a", taskSpec: { steps: [{ image: "b", script: "echo $(params.l)" }] } }] },
      { params: [{ name: "l", value: ["x"] }] },
    ),
    message: `${denied}variable type invalid in "echo $(params.l)": spec.steps[0].script`,
  },
  {
    name: "a key that a run's object lacks",
    object: taskRun(
      { steps: [{ image: "b", script: 'echo $(params["o"].x) $(params.o.y)' }] },
      { params: [{ name: "o", value: { x: "1" } }] },
    ),
    message: `${denied}non-existent variable in "echo $(params[\\"o\\"].x) $(params.o.y)": spec.steps[0].script`,
  },
  {
    name: "an artifact of a step as image",
    object: taskRun({ steps: [step, { name: "t", image: "$(steps.s.outputs.image)", script: "true" }] }),
    message: `${denied}stepArtifact substitutions are only allowed in env, command, args and script. Found usage in: spec.taskSpec.steps[1].image`,
    flags: { "enable-artifacts": "true" },
  },
  {
    name: "a StepAction without the flag",
    object: taskRun({ steps: [{ name: "s", ref: { name: "a" } }] }),
    message: `${denied}feature flag enable-step-actions should be set to true to reference StepActions in Steps.: spec.taskSpec.steps[0]`,
    flags: { "enable-step-actions": "false" },
  },
  {
    name: "an unknown key",
    object: taskRun({ steps: [{ ...step, scrip: "x" }] }),
    message:
      'admission webhook "webhook.pipeline.tekton.dev" denied the request: mutation failed: cannot decode incoming new object: json: unknown field "scrip"',
  },
];

for (const { name, object: refused, message, flags } of refusals) {
  test(`refuses ${name}`, () => {
    const answer = admitPipelinesObject({
      operation: "CREATE",
      object: refused,
      configMaps: flags === undefined ? {} : { "feature-flags": flags },
    });
    ok(!answer.ok);
    equal(answer.error.message, message);
    equal(answer.error.code, 400);
  });
}

function admitted(
  given: K8sObject,
  configMaps: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): K8sObject {
  const answer = admitPipelinesObject({ operation: "CREATE", object: given, configMaps });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

test("defaults a TaskRun", () => {
  const run = admitted(taskRun({ params: [{ name: "l", default: ["a"] }], steps: [step] }));
  deepEqual(run["spec"], {
    serviceAccountName: "default",
    timeout: "1h0m0s",
    taskSpec: { params: [{ name: "l", default: ["a"], type: "array" }], steps: [step] },
  });
  equal(run.metadata.labels?.["app.kubernetes.io/managed-by"], "tekton-pipelines");
});

test("a matrix that lists nothing changes nothing for who uses the results", () => {
  const results = [{ name: "l", type: "array" }];
  admitted(
    pipelineRun({
      tasks: [
        { name: "a", matrix: {}, taskSpec: { results, steps: [step] } },
        task("b", { params: [{ name: "p", value: "$(tasks.a.results.l[0])" }] }),
      ],
    }),
  );
});

test("defaults a CustomRun", () => {
  const customRef = { apiVersion: "example.dev/v1", kind: "Approve" };
  const run = admitted(object("CustomRun", { customRef }, {}, "tekton.dev/v1beta1"), {
    "config-defaults": { "default-service-account": "builder" },
  });
  deepEqual(run["spec"], { customRef, serviceAccountName: "builder" });
});

test("reads values as strings, and keys in any case", () => {
  const run = admitted(
    pipelineRun(
      { tasks: [task("a")], workspaces: [{ name: "w" }] },
      {
        params: [
          { name: "a", value: 5 },
          { name: "b", value: [1, 2] },
          { name: "c", value: { d: { e: true } } },
          { name: "f", value: null },
        ],
        workspaces: [{ name: "w", persistentvolumeclaim: { claimName: "pvc" } }],
      },
    ),
  );
  const spec = run["spec"] as JsonObject;
  deepEqual(spec["params"], [
    { name: "a", value: "5" },
    { name: "b", value: "[1,2]" },
    { name: "c", value: '{"d":{"e":true}}' },
    { name: "f", value: "" },
  ]);
  deepEqual(spec["workspaces"], [{ name: "w", persistentVolumeClaim: { claimName: "pvc" } }]);
});

test("keeps v1beta1 as v1beta1, with the fields of both spellings", () => {
  const run = admitted(
    object(
      "PipelineRun",
      { pipelineSpec: { tasks: [task("a")] }, timeout: "5m", serviceAccountName: "bot" },
      {},
      "tekton.dev/v1beta1",
    ),
  );
  equal(run.apiVersion, "tekton.dev/v1beta1");
  const spec = run["spec"] as JsonObject;
  equal(spec["serviceAccountName"], "bot");
  deepEqual(spec["timeouts"], { pipeline: "5m0s" });
});

const started = { status: { startTime: "2026-01-01T00:00:00Z" } };

const updates = [
  {
    name: "a started run may be cancelled",
    before: pipelineRun({ tasks: [task("a")] }),
    after: pipelineRun({ tasks: [task("a")] }, { status: "Cancelled" }),
    message: undefined,
  },
  {
    name: "a started run keeps its spec",
    before: pipelineRun({ tasks: [task("a")] }),
    after: pipelineRun({ tasks: [task("b")] }),
    message: /Once the PipelineRun has started, only status updates are allowed/,
  },
];

for (const { name, before, after, message } of updates) {
  test(name, () => {
    const oldObject = { ...admitted(before), ...started };
    const answer = admitPipelinesObject({
      operation: "UPDATE",
      object: { ...after, ...started },
      oldObject,
      configMaps: {},
    });
    if (message === undefined) ok(answer.ok);
    else {
      ok(!answer.ok);
      match(answer.error.message, message);
    }
  });
}

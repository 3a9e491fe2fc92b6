import { object, step, taskRun } from "./testdata/objects.ts";
import { denied, testRefusals } from "./testdata/refusals.ts";

testRefusals([
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
    name: "a param in a StepAction's script",
    object: object(
      "StepAction",
      { image: "b", params: [{ name: "p" }], script: "echo $(params.p)" },
      {},
      "tekton.dev/v1beta1",
    ),
    message: `${denied}param substitution in scripts is not allowed.: spec.script`,
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
    name: "artifacts without the flag",
    object: taskRun({ steps: [{ ...step, script: "echo > $(step.artifacts.path)" }] }),
    message: `${denied}feature flag enable-artifacts should be set to true to use artifacts feature.: spec.taskSpec.steps[0]`,
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
]);

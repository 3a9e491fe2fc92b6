import { object, pipelineRun, step, task } from "./testdata/objects.ts";
import { denied, testRefusals } from "./testdata/refusals.ts";

testRefusals([
  {
    name: "pipelineRef and pipelineSpec",
    object: pipelineRun({ tasks: [task("a")] }, { pipelineRef: { name: "p" } }),
    message: `${denied}expected exactly one, got both: spec.pipelineRef, spec.pipelineSpec`,
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
    name: "a ClusterTask in a Pipeline",
    object: object("Pipeline", { tasks: [{ name: "a", taskRef: { name: "t", kind: "ClusterTask" } }] }),
    message: `${denied}invalid value: custom task ref must specify apiVersion: spec.tasks[0].taskRef.apiVersion`,
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
    name: "timeouts with several mistakes",
    object: pipelineRun({ tasks: [task("a")] }, { timeouts: { pipeline: "10s", tasks: "20s", finally: "-1s" } }),
    message: `${denied}${[
      "invalid value: -1s should be >= 0: spec.timeouts.finally",
      "invalid value: 20s + -1s should be <= pipeline duration: spec.timeouts.finally, spec.timeouts.tasks",
      "invalid value: 20s should be <= pipeline duration: spec.timeouts.tasks",
    ].join("\n")}`,
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
    name: "tasks without timeout in a limited pipeline",
    object: pipelineRun({ tasks: [task("a")] }, { timeouts: { pipeline: "1m", tasks: "0s" } }),
    message: `${denied}invalid value: 0s (no timeout) should be <= pipeline duration: spec.timeouts.tasks`,
  },
  {
    name: "artifacts of a task without the flag",
    object: object("Pipeline", {
      tasks: [task("a"), task("b", { params: [{ name: "p", value: "$(tasks.a.outputs.image)" }] })],
    }),
    message: `${denied}feature flag enable-artifacts should be set to true to use artifacts feature.: spec.tasks[1].params`,
  },
  {
    name: "a run's array where an inline Task needs a string",
    object: pipelineRun(
      { tasks: [{ name: "a", taskSpec: { steps: [{ image: "b", script: "echo $(params.l)" }] } }] },
      { params: [{ name: "l", value: ["x"] }] },
    ),
    message: `${denied}variable type invalid in "echo $(params.l)": spec.steps[0].script`,
  },
]);

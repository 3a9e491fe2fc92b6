import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../json/value.ts";
import type { K8sObject } from "../object.ts";
import { admitPipelinesObject } from "./admission.ts";
import { object, pipelineRun, step, task, taskRun } from "./testdata/objects.ts";

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

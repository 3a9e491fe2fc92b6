import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../json/value.ts";
import type { K8sObject } from "../object.ts";
import { convertPipelinesObject } from "./conversion.ts";

const limits = { limits: { cpu: "1" } };

const vectors: readonly {
  readonly name: string;
  readonly kind: string;
  readonly beta: JsonObject;
  readonly stable: JsonObject;
}[] = [
  {
    name: "resources of steps, sidecars and stepTemplate",
    kind: "Task",
    beta: {
      spec: {
        steps: [{ name: "s", resources: limits }],
        sidecars: [{ resources: limits }],
        stepTemplate: { resources: limits },
      },
    },
    stable: {
      spec: {
        steps: [{ name: "s", computeResources: limits }],
        sidecars: [{ computeResources: limits }],
        stepTemplate: { computeResources: limits },
      },
    },
  },
  {
    name: "overrides and results of a TaskRun",
    kind: "TaskRun",
    beta: {
      spec: { stepOverrides: [{ name: "s", resources: limits }] },
      status: { taskResults: [{ name: "r", value: "v" }], retriesStatus: [{ taskResults: [] }] },
    },
    stable: {
      spec: { stepSpecs: [{ name: "s", computeResources: limits }] },
      status: { results: [{ name: "r", value: "v" }], retriesStatus: [{ results: [] }] },
    },
  },
  {
    name: "account, pod template and results of a PipelineRun",
    kind: "PipelineRun",
    beta: {
      spec: {
        taskRunSpecs: [{ pipelineTaskName: "t", taskServiceAccountName: "a" }],
        serviceAccountName: "b",
        podTemplate: { hostNetwork: true },
      },
      status: { pipelineResults: [{ name: "r", value: "v" }] },
    },
    stable: {
      spec: {
        taskRunSpecs: [{ pipelineTaskName: "t", serviceAccountName: "a" }],
        taskRunTemplate: { serviceAccountName: "b", podTemplate: { hostNetwork: true } },
      },
      status: { results: [{ name: "r", value: "v" }] },
    },
  },
];

const object = (kind: string, version: string, fields: JsonObject): K8sObject => ({
  apiVersion: `tekton.dev/${version}`,
  kind,
  metadata: { name: "x" },
  ...fields,
});

for (const { name, kind, beta, stable } of vectors) {
  test(name, () => {
    deepEqual(convertPipelinesObject(object(kind, "v1beta1", beta), "v1"), object(kind, "v1", stable));
    deepEqual(convertPipelinesObject(object(kind, "v1", stable), "v1beta1"), object(kind, "v1beta1", beta));
  });
}

test("the old timeout of a PipelineRun replaces the new ones", () => {
  const run = object("PipelineRun", "v1beta1", { spec: { timeout: "5m", timeouts: { tasks: "1m" } } });
  deepEqual(convertPipelinesObject(run, "v1")["spec"], { timeouts: { pipeline: "5m" } });
});

test("an object of that version stays as it is", () => {
  const run = object("TaskRun", "v1", { spec: {} });
  equal(convertPipelinesObject(run, "v1"), run);
});

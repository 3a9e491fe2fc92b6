import type { JsonObject } from "../../../json/value.ts";
import type { K8sObject } from "../../object.ts";

export const step = { name: "s", image: "busybox", script: "true" };

/** A pipeline task with an inline Task. */
export function task(name: string, more: JsonObject = {}): JsonObject {
  return { name, taskSpec: { steps: [step] }, ...more };
}

export function object(
  kind: string,
  spec: JsonObject,
  more: JsonObject = {},
  apiVersion = "tekton.dev/v1",
): K8sObject {
  return { apiVersion, kind, metadata: { name: "x", namespace: "default" }, spec, ...more };
}

export function taskRun(taskSpec: JsonObject, more: JsonObject = {}): K8sObject {
  return object("TaskRun", { taskSpec, ...more });
}

export function pipelineRun(pipelineSpec: JsonObject, more: JsonObject = {}): K8sObject {
  return object("PipelineRun", { pipelineSpec, ...more });
}

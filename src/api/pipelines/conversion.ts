import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from "../../json/value.ts";
import type { K8sObject } from "../object.ts";
import { sidecarFieldNames } from "./kube-shapes.ts";

type Rename = readonly [from: string, to: string];

/**
 * Rewrites a Tekton Pipelines object for another version of its kind (spec: pipelines, section 1). The object is in
 * canonical spelling; an object that already has that version, or whose kind has only one form, merely gets the
 * apiVersion.
 */
export function convertPipelinesObject(object: K8sObject, toVersion: string): K8sObject {
  const [group, fromVersion] = object.apiVersion.split("/");
  const apiVersion = `${group}/${toVersion}`;
  if (fromVersion === toVersion) return object;
  const json = object as unknown as JsonObject;
  const toV1 = toVersion === "v1";
  const converted = (() => {
    switch (object.kind) {
      case "Task":
        return change(json, "spec", (spec) => taskSpec(spec, toV1));
      case "Pipeline":
        return change(json, "spec", (spec) => pipelineSpec(spec, toV1));
      case "TaskRun":
        return taskRun(json, toV1);
      case "PipelineRun":
        return pipelineRun(json, toV1);
      default:
        return json;
    }
  })();
  return { ...(converted as unknown as K8sObject), apiVersion };
}

function change(value: JsonObject, key: string, convert: (value: JsonObject) => JsonObject): JsonObject {
  const inner = member(value, key);
  return isJsonObject(inner) ? { ...value, [key]: convert(inner) } : value;
}

function changeItems(value: JsonObject, key: string, convert: (value: JsonObject) => JsonObject): JsonObject {
  const items = member(value, key);
  if (!isJsonArray(items)) return value;
  return { ...value, [key]: items.map((item) => (isJsonObject(item) ? convert(item) : item)) };
}

function rename(value: JsonObject, [from, to]: Rename): JsonObject {
  if (!Object.hasOwn(value, from)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key === from ? to : key, item]));
}

function without(value: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

function taskSpec(spec: JsonObject, toV1: boolean): JsonObject {
  const resources: Rename = toV1 ? ["resources", "computeResources"] : ["computeResources", "resources"];
  // What only sidecars have in v1, v1beta1 still reads in steps.
  const step = (value: JsonObject) => rename(toV1 ? without(value, sidecarFieldNames) : value, resources);
  const template = (value: JsonObject) => {
    const renamed = step(value);
    return toV1 ? without(renamed, ["name"]) : renamed;
  };
  const withSteps = changeItems(spec, "steps", step);
  const withSidecars = changeItems(withSteps, "sidecars", (value) => rename(value, resources));
  return change(withSidecars, "stepTemplate", template);
}

function pipelineSpec(spec: JsonObject, toV1: boolean): JsonObject {
  const task = (value: JsonObject) =>
    change(
      change(value, "taskSpec", (inner) => taskSpec(inner, toV1)),
      "pipelineSpec",
      (inner) => pipelineSpec(inner, toV1),
    );
  return changeItems(changeItems(spec, "tasks", task), "finally", task);
}

function overrides(value: JsonObject, toV1: boolean): JsonObject {
  const resources: Rename = toV1 ? ["resources", "computeResources"] : ["computeResources", "resources"];
  const names: readonly Rename[] = [
    ["stepOverrides", "stepSpecs"],
    ["sidecarOverrides", "sidecarSpecs"],
  ];
  return names.reduce((result, [beta, stable]) => {
    const [from, to] = toV1 ? [beta, stable] : [stable, beta];
    return changeItems(rename(result, [from, to]), to, (item) => rename(item, resources));
  }, value);
}

function taskRun(object: JsonObject, toV1: boolean): JsonObject {
  const results: Rename = toV1 ? ["taskResults", "results"] : ["results", "taskResults"];
  const status = (value: JsonObject): JsonObject =>
    changeItems(
      change(rename(value, results), "taskSpec", (spec) => taskSpec(spec, toV1)),
      "retriesStatus",
      status,
    );
  const spec = (value: JsonObject) => change(overrides(value, toV1), "taskSpec", (inner) => taskSpec(inner, toV1));
  return change(change(object, "spec", spec), "status", status);
}

function pipelineRun(object: JsonObject, toV1: boolean): JsonObject {
  const withSpec = change(object, "spec", (spec) => {
    const inner = change(spec, "pipelineSpec", (value) => pipelineSpec(value, toV1));
    return toV1 ? pipelineRunSpecToV1(inner) : pipelineRunSpecToV1beta1(inner);
  });
  return change(withSpec, "status", (status) => {
    const renamed = rename(status, toV1 ? ["pipelineResults", "results"] : ["results", "pipelineResults"]);
    const kept = toV1 ? without(renamed, ["taskRuns", "runs"]) : renamed;
    return change(kept, "pipelineSpec", (value) => pipelineSpec(value, toV1));
  });
}

const accountRename: Rename = ["taskServiceAccountName", "serviceAccountName"];
const templateRename: Rename = ["taskPodTemplate", "podTemplate"];

function pipelineRunSpecToV1(spec: JsonObject): JsonObject {
  const { timeout, serviceAccountName, podTemplate, ...rest } = spec;
  const template = { ...given({ serviceAccountName, podTemplate }) };
  const result: JsonObject = {
    ...rest,
    ...(timeout === undefined ? {} : { timeouts: { pipeline: timeout } }),
    ...(Object.keys(template).length === 0 ? {} : { taskRunTemplate: template }),
  };
  return changeItems(result, "taskRunSpecs", (item) =>
    rename(rename(overrides(item, true), accountRename), templateRename),
  );
}

function pipelineRunSpecToV1beta1(spec: JsonObject): JsonObject {
  const { taskRunTemplate, ...rest } = spec;
  const result: JsonObject = {
    ...rest,
    ...given({
      serviceAccountName: member(taskRunTemplate, "serviceAccountName"),
      podTemplate: member(taskRunTemplate, "podTemplate"),
    }),
  };
  const reversed = ([from, to]: Rename): Rename => [to, from];
  return changeItems(result, "taskRunSpecs", (item) =>
    rename(rename(overrides(item, false), reversed(accountRename)), reversed(templateRename)),
  );
}

function given(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}

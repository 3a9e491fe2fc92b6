import type { Resource } from "../api/object.ts";
import { type JsonValue, member } from "../json/value.ts";

/** A PipelineRun or TaskRun that a template makes, and the Pipeline or Task that it names. */
export interface TemplatedRun {
  readonly kind: "PipelineRun" | "TaskRun";
  readonly spec: JsonValue | undefined;
  readonly definition: {
    readonly kind: "Pipeline" | "Task";
    readonly resource: Resource;
    readonly namespace: string;
    readonly name: string;
  };
}

/**
 * Reads a templated object as a run; undefined when it is none, names no definition of the API server, or names one by
 * the params of an event. `namespace` is where objects are made that name none.
 */
export function templatedRun(object: JsonValue | undefined, namespace: string): TemplatedRun | undefined {
  const kind = member(object, "kind");
  if (kind !== "PipelineRun" && kind !== "TaskRun") return undefined;
  const spec = member(object, "spec");
  const name = member(member(spec, kind === "PipelineRun" ? "pipelineRef" : "taskRef"), "name");
  const where = member(member(object, "metadata"), "namespace") ?? namespace;
  if (!isFixed(name) || !isFixed(where)) return undefined;
  const named = kind === "PipelineRun" ? "Pipeline" : "Task";
  const resource = { group: "tekton.dev", version: "v1", resource: `${named.toLowerCase()}s` };
  return { kind, spec, definition: { kind: named, resource, namespace: where, name } };
}

/** Whether it is a text that no param changes. */
export function isFixed(value: JsonValue | undefined): value is string {
  return typeof value === "string" && !value.includes("$(");
}

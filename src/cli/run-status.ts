import type { K8sObject } from "../api/object.ts";
import { type JsonObject, type JsonValue, member } from "../json/value.ts";

/** The `Succeeded` condition of a TaskRun or PipelineRun. */
export interface RunCondition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** A nested field of an object, or undefined. */
export function field(object: K8sObject, ...path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object as unknown as JsonObject;
  for (const key of path) value = member(value, key);
  return value;
}

/** The text of a nested field; undefined when it is absent or no text. */
export function textField(object: K8sObject, ...path: readonly string[]): string | undefined {
  const value = field(object, ...path);
  return typeof value === "string" ? value : undefined;
}

/** The objects in a nested list. */
export function listField(object: K8sObject, ...path: readonly string[]): readonly JsonObject[] {
  const value = field(object, ...path);
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}

export function succeededCondition(run: K8sObject): RunCondition | undefined {
  const condition = listField(run, "status", "conditions").find((candidate) => candidate["type"] === "Succeeded");
  if (condition === undefined) return undefined;
  return {
    status: String(condition["status"] ?? ""),
    reason: String(condition["reason"] ?? ""),
    message: String(condition["message"] ?? ""),
  };
}

/** Whether the run has ended. */
export function isDone(run: K8sObject): boolean {
  const status = succeededCondition(run)?.status;
  return status === "True" || status === "False";
}

/** The STATUS column of tkn: `Succeeded`, `Failed(StepFailed)`, `Cancelled(TaskRunCancelled)`, `Running`. */
export function statusText(run: K8sObject): string {
  const condition = succeededCondition(run);
  if (condition === undefined) return "---";
  const { status, reason } = condition;
  const cancelled = /Cancelled$/.test(reason);
  const word = status === "True" ? "Succeeded" : status === "Unknown" ? "Running" : cancelled ? "Cancelled" : "Failed";
  return reason === "" || reason === word ? word : `${word}(${reason})`;
}

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import type { K8sObject } from "./object.ts";

/** A nested field of an object, or undefined. */
export function fieldOf(object: K8sObject, ...path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object as unknown as JsonObject;
  for (const key of path) value = member(value, key);
  return value;
}

/** The text of a nested field; undefined when it is absent or no text. */
export function textOf(object: K8sObject, ...path: readonly string[]): string | undefined {
  const value = fieldOf(object, ...path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The objects in a nested list. */
export function objectsOf(object: K8sObject, ...path: readonly string[]): readonly JsonObject[] {
  const value = fieldOf(object, ...path);
  return isJsonArray(value) ? value.filter((entry) => isJsonObject(entry)) : [];
}

/** A value in words: text as it is, everything else as JSON. */
export function shown(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string"
    ? value
    : JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? String(inner) : inner));
}

/** A condition as the dashboard shows it. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export function conditionsOf(object: K8sObject): readonly Condition[] {
  return objectsOf(object, "status", "conditions").map((condition) => ({
    type: shown(condition["type"]),
    status: shown(condition["status"]),
    reason: shown(condition["reason"]),
    message: shown(condition["message"]),
  }));
}

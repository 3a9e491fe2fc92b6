import { child, type Fields, items, number, stringMap, strings, text } from "../../api/core/fields.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { ageOf } from "./age.ts";

/** Prints an object as the cells of a row. */
export type Cells = (object: JsonObject, nowMs: number) => readonly JsonValue[];

/** What kubectl shows where there is nothing, or nothing was set. */
export const none = "<none>";
export const unset = "<unset>";

export function nameOf(object: JsonObject): string {
  return text(child(object, "metadata"), "name");
}

/** The cell of the age column. */
export function age(object: JsonObject, nowMs: number): string {
  return ageOf(child(object, "metadata")?.["creationTimestamp"], nowMs);
}

/** A number of the object, 0 without one. */
export function count(object: JsonObject | undefined, key: string): number {
  return number(object, key) ?? 0;
}

export function labelsText(labels: Readonly<Record<string, string>>): string {
  const keys = Object.keys(labels).sort();
  return keys.length === 0 ? none : keys.map((key) => `${key}=${labels[key]}`).join(",");
}

/** A LabelSelector as text. */
export function selectorText(selector: Fields | undefined): string {
  if (!selector) return none;
  const equal = stringMap(selector, "matchLabels");
  const parts = Object.keys(equal)
    .sort()
    .map((key) => `${key}=${equal[key]}`);
  for (const term of items(selector, "matchExpressions")) {
    const key = text(term, "key");
    const values = strings(term, "values").join(",");
    switch (text(term, "operator")) {
      case "In":
        parts.push(`${key} in (${values})`);
        break;
      case "NotIn":
        parts.push(`${key} notin (${values})`);
        break;
      case "Exists":
        parts.push(key);
        break;
      default:
        parts.push(`!${key}`);
    }
  }
  return parts.length === 0 ? none : parts.join(",");
}

/** Names and images of a pod template's containers. */
export function templateCells(template: Fields | undefined): readonly [string, string] {
  const containers = items(child(template, "spec"), "containers");
  return [
    containers.map((item) => text(item, "name")).join(","),
    containers.map((item) => text(item, "image")).join(","),
  ];
}

export function specOf(object: JsonObject): Fields {
  return child(object, "spec") ?? {};
}

export function statusOf(object: JsonObject): Fields {
  return child(object, "status") ?? {};
}

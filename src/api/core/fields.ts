import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";

/** An object being filled in: freshly decoded, so that nobody else holds it. */
export type Fields = { [key: string]: JsonValue };

/** The object in that field, for writing; undefined when there is none. */
export function child(object: JsonObject | undefined, key: string): Fields | undefined {
  const value = object && Object.hasOwn(object, key) ? object[key] : undefined;
  return isJsonObject(value) ? (value as Fields) : undefined;
}

/** The object in that field, put there when it is missing. */
export function ensureChild(object: Fields, key: string): Fields {
  const found = child(object, key);
  if (found) return found;
  const made: Fields = {};
  object[key] = made;
  return made;
}

/** The objects of a list field. */
export function items(object: JsonObject | undefined, key: string): readonly Fields[] {
  const value = object && Object.hasOwn(object, key) ? object[key] : undefined;
  return isJsonArray(value) ? (value.filter((item) => isJsonObject(item)) as Fields[]) : [];
}

/** The strings of a list field. */
export function strings(object: JsonObject | undefined, key: string): readonly string[] {
  const value = object && Object.hasOwn(object, key) ? object[key] : undefined;
  return isJsonArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The string in that field, or empty. */
export function text(object: JsonObject | undefined, key: string): string {
  const value = object && Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === "string" ? value : "";
}

/** The number in that field, or undefined. */
export function number(object: JsonObject | undefined, key: string): number | undefined {
  const value = object && Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === "number" ? value : undefined;
}

/** Sets the field unless it has a value; an empty string counts as none. */
export function setDefault(object: Fields, key: string, value: JsonValue): void {
  const present = Object.hasOwn(object, key) ? object[key] : undefined;
  if (present === undefined || present === null || present === "") object[key] = value;
}

/** The map of strings in that field. */
export function stringMap(object: JsonObject | undefined, key: string): Readonly<Record<string, string>> {
  return (child(object, key) ?? {}) as Record<string, string>;
}

/**
 * A JSON value as Tektite holds it.
 *
 * Integers that a double cannot hold exactly are `bigint`, so that what comes in goes out unchanged; every other
 * number is a `number`.
 */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject;

/** A JSON object. Keys such as `__proto__` are ordinary keys: read with `Object.hasOwn`. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Whether the value is a JSON object: neither null nor a list nor a scalar. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the value is a JSON array. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The member of that name, or undefined when the value is no object or lacks it. */
export function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The text under that name; empty when there is none. */
export function textMember(value: JsonValue | undefined, key: string): string {
  const found = member(value, key);
  return typeof found === "string" ? found : "";
}

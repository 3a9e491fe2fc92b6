import type { JsonValue } from "./value.ts";

/** A copy of JSON that shares nothing with it: several times as fast as `structuredClone`, which takes anything. */
export function copyJson<T extends JsonValue>(value: T): T {
  return copy(value) as T;
}

function copy(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const object = value as Readonly<Record<string, JsonValue>>;
  const copied: Record<string, JsonValue> = {};
  for (const key of Object.keys(object)) {
    const member = copy(object[key] as JsonValue);
    // A member of that name must not become the prototype.
    if (key === "__proto__")
      Object.defineProperty(copied, key, { value: member, enumerable: true, writable: true, configurable: true });
    else copied[key] = member;
  }
  return copied;
}

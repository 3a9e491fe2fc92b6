import { sortedKeys } from "./go-encode.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "./value.ts";

/**
 * A copy whose objects, however deep, have their keys in the order in which Go writes those of maps; only whole numbers
 * stand before all others, as they always do in JavaScript.
 */
export function sortKeys<T extends JsonValue>(value: T): T {
  return copy(value) as T;
}

function copy(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(copy);
  if (!isJsonObject(value)) return value;
  const sorted: Record<string, JsonValue> = Object.create(null);
  for (const key of sortedKeys(value)) sorted[key] = copy((value as JsonObject)[key] as JsonValue);
  return sorted;
}

import { sameJson } from "../json/same-json.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";

/** Whether all that is expected is there: mappings may have more keys, lists have the same length. */
export function isSubset(expected: JsonValue, actual: JsonValue): boolean {
  return sameJson(expected, narrowTo(expected, actual));
}

/** What of a value the expected one speaks of, keys in the expected order: the rest is left out of a diff. */
export function narrowTo(expected: JsonValue, actual: JsonValue): JsonValue {
  if (isJsonArray(expected) && isJsonArray(actual)) {
    return actual.map((item, index) => {
      const wanted = expected[index];
      return wanted === undefined ? item : narrowTo(wanted, item);
    });
  }
  if (!isJsonObject(expected) || !isJsonObject(actual)) return actual;
  const narrowed: Record<string, JsonValue> = Object.create(null);
  for (const [key, wanted] of Object.entries(expected as JsonObject)) {
    if (Object.hasOwn(actual, key)) narrowed[key] = narrowTo(wanted, actual[key] ?? null);
  }
  return narrowed;
}

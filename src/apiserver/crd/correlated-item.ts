import { isDeepStrictEqual } from "node:util";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";

/** The item that an item of a list was before: by its keys in lists that are maps; items of other lists have no past. */
export function correlatedItem(item: JsonValue, old: JsonValue | undefined, schema: JsonObject): JsonValue | undefined {
  const keys = schema["x-kubernetes-list-map-keys"];
  if (!isJsonArray(old) || !isJsonArray(keys) || !isJsonObject(item)) return undefined;
  return old.find(
    (other) => isJsonObject(other) && keys.every((key) => isDeepStrictEqual(other[String(key)], item[String(key)])),
  );
}

import type { CelValue, JsonMap } from "../../cel/values.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";

/**
 * A JSON value as CEL sees it under a schema, or without one: integers are int, times and bytes stay text.
 */
export function toCel(value: JsonValue, schema?: JsonObject): CelValue {
  if (typeof value === "number") {
    const integer =
      schema?.["type"] === "integer" || schema?.["x-kubernetes-int-or-string"] === true || schema === undefined;
    return integer && Number.isInteger(value) ? BigInt(value) : value;
  }
  if (isJsonArray(value)) {
    const items = schema?.["items"];
    return value.map((item) => toCel(item, isJsonObject(items) ? items : undefined));
  }
  if (isJsonObject(value)) {
    const properties = schema?.["properties"];
    const additional = schema?.["additionalProperties"];
    const out: Record<string, CelValue> = Object.create(null) as Record<string, CelValue>;
    for (const key of Object.keys(value)) {
      const property = isJsonObject(properties) && Object.hasOwn(properties, key) ? properties[key] : additional;
      out[key] = toCel(value[key]!, isJsonObject(property) ? property : undefined);
    }
    return out as JsonMap;
  }
  return value;
}

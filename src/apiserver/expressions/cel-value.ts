import { celPropertyName } from "../../api/core/crd/property-names.ts";
import { resourceSchema } from "../../api/core/crd/rule-types.ts";
import { parseDuration, parseTimestamp } from "../../cel/time.ts";
import { CelFailure, type CelValue, type JsonMap } from "../../cel/values.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";

/** A JSON value as CEL sees it when no schema tells its type: whole numbers are int, times and bytes stay text. */
export function toCel(value: JsonValue): CelValue {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (isJsonArray(value)) return value.map(toCel);
  if (!isJsonObject(value)) return value;
  const out: Record<string, CelValue> = Object.create(null) as Record<string, CelValue>;
  for (const key of Object.keys(value)) out[key] = toCel(value[key]!);
  return out as JsonMap;
}

/**
 * A JSON value as the rules of a schema see it: with the types of its formats, properties under the names that CEL can
 * write, and without what the schema does not describe.
 */
export function typedToCel(value: JsonValue, schema: JsonObject): CelValue {
  if (schema["x-kubernetes-int-or-string"] === true) return toCel(value);
  if (typeof value === "number") return schema["type"] === "integer" ? BigInt(Math.trunc(value)) : value;
  if (typeof value === "string") return parsedText(value, schema["format"]);
  if (isJsonArray(value)) {
    const { items } = schema;
    return isJsonObject(items) ? value.map((item) => typedToCel(item, items)) : [];
  }
  return isJsonObject(value) ? typedObject(value, schema) : value;
}

function typedObject(value: JsonObject, schema: JsonObject): JsonMap {
  const declared = schema["x-kubernetes-embedded-resource"] === true ? resourceSchema(schema) : schema;
  const { properties, additionalProperties } = declared;
  const out: Record<string, CelValue> = Object.create(null) as Record<string, CelValue>;
  for (const key of Object.keys(value)) {
    const inner = value[key]!;
    const property = isJsonObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (isJsonObject(property)) {
      const name = celPropertyName(key);
      if (name !== undefined) out[name] = typedToCel(inner, property);
    } else if (isJsonObject(additionalProperties)) out[key] = typedToCel(inner, additionalProperties);
  }
  return out as JsonMap;
}

/** Text that its format does not allow stays text: validation of the schema has reported it. */
function parsedText(text: string, format: JsonValue | undefined): CelValue {
  switch (format) {
    case "byte":
      return Buffer.from(text, "base64");
    case "duration":
      return orText(parseDuration(text), text);
    case "date":
      return orText(parseTimestamp(`${text}T00:00:00Z`), text);
    case "date-time":
      return orText(parseTimestamp(text), text);
    default:
      return text;
  }
}

function orText(parsed: CelValue | CelFailure, text: string): CelValue {
  return parsed instanceof CelFailure ? text : parsed;
}

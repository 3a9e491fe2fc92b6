import type { Fields } from "../../api/core/fields.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";

/** What is always known at the root and in embedded resources. */
const typeMeta = new Set(["apiVersion", "kind", "metadata"]);

function propertiesOf(schema: JsonObject): JsonObject | undefined {
  const properties = schema["properties"];
  return isJsonObject(properties) ? properties : undefined;
}

/**
 * Drops what a structural schema does not specify, in place (spec: kube-api, section 10). Gives the paths that went,
 * such as `spec.list[0].zz`.
 */
export function pruneUnknown(value: Fields, schema: JsonObject): readonly string[] {
  const gone: string[] = [];
  pruneObject(value, schema, "", true, gone);
  return gone.sort();
}

function pruneValue(value: JsonValue, schema: JsonObject, path: string, gone: string[]): void {
  if (isJsonArray(value)) {
    const { items } = schema;
    if (isJsonObject(items)) {
      for (const [index, item] of value.entries()) pruneValue(item, items, `${path}[${index}]`, gone);
    }
    return;
  }
  if (isJsonObject(value))
    pruneObject(value as Fields, schema, path, schema["x-kubernetes-embedded-resource"] === true, gone);
}

function pruneObject(value: Fields, schema: JsonObject, path: string, resource: boolean, gone: string[]): void {
  const properties = propertiesOf(schema);
  const additional = schema["additionalProperties"];
  const preserve = schema["x-kubernetes-preserve-unknown-fields"] === true;
  for (const key of Object.keys(value)) {
    if (resource && typeMeta.has(key)) continue;
    const at = path === "" ? key : `${path}.${key}`;
    const property = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (isJsonObject(property)) pruneValue(value[key]!, property, at, gone);
    else if (isJsonObject(additional)) pruneValue(value[key]!, additional, at, gone);
    else if (additional !== true && !preserve) {
      delete value[key];
      gone.push(at);
    }
  }
}

/** Puts in defaults, in place; they also replace nulls that are not nullable. */
export function applySchemaDefaults(value: JsonValue, schema: JsonObject): void {
  if (isJsonArray(value)) {
    const { items } = schema;
    if (isJsonObject(items)) for (const item of value) applySchemaDefaults(item, items);
    return;
  }
  if (!isJsonObject(value)) return;
  const properties = propertiesOf(schema);
  const additional = schema["additionalProperties"];
  const fields = value as Fields;
  for (const [key, property] of Object.entries(properties ?? {})) {
    if (!isJsonObject(property)) continue;
    const present = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (Object.hasOwn(property, "default")) {
      if (present === undefined || (present === null && property["nullable"] !== true)) {
        fields[key] = structuredClone(property["default"]) as JsonValue;
      }
    } else if (
      present === null &&
      property["nullable"] !== true &&
      property["x-kubernetes-preserve-unknown-fields"] !== true
    ) {
      // A null that the schema does not allow counts as absent.
      delete fields[key];
    }
    if (Object.hasOwn(fields, key)) applySchemaDefaults(fields[key]!, property);
  }
  if (isJsonObject(additional)) {
    for (const key of Object.keys(fields)) {
      if (properties && Object.hasOwn(properties, key)) continue;
      applySchemaDefaults(fields[key]!, additional);
    }
  }
}

import type { Environment } from "../../../cel/checker.ts";
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  messageType,
  optionalOf,
  stringType,
  type Type,
  timestampType,
} from "../../../cel/types.ts";
import { isJsonObject, type JsonObject } from "../../../json/value.ts";
import { kubernetesEnvironment } from "../cel/kubernetes-environments.ts";
import { celPropertyName } from "./property-names.ts";

const text = { type: "string" };
const typeMeta: JsonObject = {
  apiVersion: text,
  kind: text,
  metadata: { type: "object", properties: { name: text, generateName: text } },
};

const withTypeMeta = new WeakMap<JsonObject, JsonObject>();

/** The schema with what every resource has: `apiVersion`, `kind`, `metadata.name` and `metadata.generateName`. */
export function resourceSchema(schema: JsonObject): JsonObject {
  let found = withTypeMeta.get(schema);
  if (!found) {
    const { properties } = schema;
    found = { ...schema, properties: { ...(isJsonObject(properties) && properties), ...typeMeta } };
    withTypeMeta.set(schema, found);
  }
  return found;
}

/** The static types of the values that a schema describes; of objects also the fields. */
class TypeMaker {
  readonly objects = new Map<string, ReadonlyMap<string, Type>>();

  /** Undefined for what a schema says nothing of: rules cannot reach it. */
  type(schema: JsonObject, name: string): Type | undefined {
    if (schema["x-kubernetes-int-or-string"] === true) return dynType;
    const declared = schema["x-kubernetes-embedded-resource"] === true ? resourceSchema(schema) : schema;
    switch (declared["type"]) {
      case "array":
        return this.#list(declared, name);
      case "object":
        return this.#object(declared, name);
      case "string":
        return stringTypeOf(declared["format"]);
      case "boolean":
        return boolType;
      case "integer":
        return intType;
      case "number":
        return doubleType;
      default:
        return undefined;
    }
  }

  #list(schema: JsonObject, name: string): Type | undefined {
    const { items } = schema;
    const element = isJsonObject(items) ? this.type(items, `${name}.@items`) : undefined;
    return element && listOf(element);
  }

  #object(schema: JsonObject, name: string): Type | undefined {
    const { properties, additionalProperties } = schema;
    if (isJsonObject(additionalProperties)) {
      const value = this.type(additionalProperties, `${name}.@values`);
      return value && mapOf(stringType, value);
    }
    const fields = new Map<string, Type>();
    for (const [property, inner] of Object.entries(isJsonObject(properties) ? properties : {})) {
      const field = celPropertyName(property);
      const type = field !== undefined && isJsonObject(inner) ? this.type(inner, `${name}.${property}`) : undefined;
      if (field !== undefined && type) fields.set(field, type);
    }
    this.objects.set(name, fields);
    return messageType(name);
  }
}

function stringTypeOf(format: unknown): Type {
  switch (format) {
    case "byte":
      return bytesType;
    case "duration":
      return durationType;
    case "date":
    case "date-time":
      return timestampType;
    default:
      return stringType;
  }
}

const untyped = kubernetesEnvironment([]);

/**
 * What rules at a place of a schema can name: `self` and `oldSelf` with the types that the schema gives them
 * (Kubernetes documentation of CRD validation rules). With `optionalOldSelf` the latter is an optional value. Undefined
 * when the schema says nothing of the value.
 */
export function ruleEnvironment(
  schema: JsonObject,
  options: { readonly optionalOldSelf: boolean },
): Environment | undefined {
  const maker = new TypeMaker();
  const self = maker.type(schema, "selfType");
  if (self === undefined) return undefined;
  return {
    ...untyped,
    variables: new Map([
      ["self", self],
      ["oldSelf", options.optionalOldSelf ? optionalOf(self) : self],
    ]),
    fieldsOf: (name) => maker.objects.get(name),
  };
}

import { goTypes } from "../../api/core/core-types.ts";
import { zeroObject } from "../../api/core/go-codec.ts";
import type { JsonObject } from "../../json/value.ts";
import { apiVersionOf, type ResourceDefinition, servedVersion } from "../resource-definition.ts";
import { decodeFieldSet, type FieldSet } from "./field-set.ts";
import { deducedShape, type Shape, shapeOfSchema, shapeOfStruct } from "./shape.ts";

const metadataShape = shapeOfStruct(goTypes.struct("ObjectMeta"));
const text: Shape = { kind: "scalar", type: "string" };
const customShapes = new WeakMap<JsonObject, Shape>();
const schemaless: JsonObject = {};

/** The shape of whole objects of a kind. */
export function objectShape(definition: ResourceDefinition, version: string): Shape {
  const served = servedVersion(definition, version);
  if (served?.type) return shapeOfStruct(served.type);
  const schema = served?.schema ?? schemaless;
  let found = customShapes.get(schema);
  if (!found) {
    const own = Object.keys(schema).length === 0 ? deducedShape : shapeOfSchema({ ...schema, type: "object" });
    const isMeta = (name: string): boolean => name === "metadata" || name === "apiVersion" || name === "kind";
    found = {
      kind: "map",
      atomic: false,
      field: (name) => {
        if (name === "metadata") return metadataShape;
        if (isMeta(name)) return text;
        return own.kind === "map" ? own.field(name) : deducedShape;
      },
      declares: (name) => isMeta(name) || (own.kind === "map" && own.declares(name)),
    };
    customShapes.set(schema, found);
  }
  return found;
}

/** What a new object is compared with: the zero value of a built-in kind, nothing of a custom one. */
export function emptyObject(definition: ResourceDefinition, version: string): JsonObject {
  const type = servedVersion(definition, version)?.type;
  const apiVersion = apiVersionOf(definition.group, version);
  return { kind: definition.kind, apiVersion, ...(type && zeroObject(type)) };
}

const statusOnly = decodeFieldSet({ "f:status": {} });
const allButStatus = decodeFieldSet({ "f:spec": {}, "f:metadata": {} });
const nothing = decodeFieldSet({});

/** Paths that a write of that sub-resource cannot own. */
export function ignoredFields(
  definition: ResourceDefinition,
  version: string,
  subresource: string | undefined,
): FieldSet {
  if (subresource === "status") return definition.custom ? allButStatus : decodeFieldSet({ "f:spec": {} });
  const hasStatus = servedVersion(definition, version)?.subresources.some((sub) => sub.name === "status");
  return hasStatus ? statusOnly : nothing;
}

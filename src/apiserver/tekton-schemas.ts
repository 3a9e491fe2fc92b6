import type { Shape } from "../api/pipelines/shape.ts";
import { shapeOf } from "../api/pipelines/shapes.ts";
import type { GoStruct, GoType } from "../api/triggers/go-type.ts";
import { findServedKind } from "../api/triggers/kinds.ts";
import type { JsonObject } from "../json/value.ts";
import { describeField, describeType } from "./descriptions/describe.ts";

/** Anything: what admission looks at itself, or what a type contains of its own kind. */
const open: JsonObject = { "x-kubernetes-preserve-unknown-fields": true };
const anyObject: JsonObject = { type: "object", ...open };
const intOrString: JsonObject = { "x-kubernetes-int-or-string": true };

/**
 * The schema of a version of one of Tekton's kinds, as `kubectl explain` and server-side apply read it. Objects are not
 * validated by it: admission does that, in the words of Tekton's webhook.
 */
export function tektonSchema(group: string, version: string, kind: string): JsonObject {
  const served = findServedKind(`${group}/${version}`, kind);
  const shape = served ? undefined : shapeOf(version, kind);
  const schema = served ? structSchema(served.struct, []) : shape ? shapeSchema(shape, []) : {};
  const {
    apiVersion: _apiVersion,
    kind: _kind,
    metadata: _metadata,
    ...own
  } = (schema["properties"] ?? {}) as JsonObject;
  return {
    ...anyObject,
    properties: {
      spec: {
        ...((own["spec"] ?? anyObject) as JsonObject),
        description: describeField(kind, "spec") ?? `What is wanted of the ${kind}.`,
      },
      status: {
        ...((own["status"] ?? anyObject) as JsonObject),
        description: describeField(kind, "status") ?? `What has become of the ${kind}.`,
      },
    },
  };
}

function structSchema(struct: GoStruct, inside: readonly string[]): JsonObject {
  if (inside.includes(struct.name)) return anyObject;
  const within = [...inside, struct.name];
  const name = struct.name.replace(/^.*\./, "");
  return {
    ...anyObject,
    ...described(describeType(name)),
    properties: Object.fromEntries(
      struct.fields.map((field) => [
        field.name,
        { ...typeSchema(field.type, within), ...described(describeField(name, field.name)) },
      ]),
    ),
  };
}

/** The field's own description says more than that of its type. */
function described(text: string | undefined): JsonObject {
  return text === undefined ? {} : { description: text };
}

function typeSchema(type: GoType, inside: readonly string[]): JsonObject {
  switch (type.kind) {
    case "string":
      return { type: "string" };
    case "bool":
      return { type: "boolean" };
    case "integer":
      return { type: "integer", format: `int${type.bits}` };
    case "pointer":
      return typeSchema(type.to, inside);
    case "list":
      return { type: "array", "x-kubernetes-list-type": "atomic", items: typeSchema(type.of, inside) };
    case "map":
      return { type: "object", additionalProperties: typeSchema(type.of, inside) };
    case "struct":
      return structSchema(type.struct, inside);
    case "special":
      return specialSchemas[type.special];
    default:
      return type satisfies never;
  }
}

const specialSchemas = {
  raw: open,
  headerValue: open,
  quantity: intOrString,
  intOrString,
  url: { type: "string" },
  time: { type: "string", format: "date-time" },
  bytes: { type: "string", format: "byte" },
} as const satisfies Readonly<Record<string, JsonObject>>;

function shapeSchema(shape: Shape, inside: readonly Shape[]): JsonObject {
  switch (shape.kind) {
    case "string":
    case "duration":
      return { type: "string" };
    case "boolean":
    case "integer":
      return { type: shape.kind };
    case "quantity":
    case "intOrString":
      return intOrString;
    case "any":
    case "paramValue":
    case "optionalParamValue":
      return open;
    case "list":
      return { type: "array", "x-kubernetes-list-type": "atomic", items: shapeSchema(shape.item, inside) };
    case "map":
      return { type: "object", additionalProperties: shapeSchema(shape.value, inside) };
    case "lazy": {
      const target = shape.get();
      return inside.includes(target) ? anyObject : shapeSchema(target, inside);
    }
    case "object":
      return {
        ...anyObject,
        ...described(describeType(shape.name)),
        properties: Object.fromEntries(
          [...shape.fields.values()].map(({ name, shape: field }) => [
            name,
            { ...shapeSchema(field, [...inside, shape]), ...described(describeField(shape.name, name)) },
          ]),
        ),
      };
    default:
      return shape satisfies never;
  }
}

import type { GoField, GoStruct, GoType } from "../../api/core/go-type.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from "../../json/value.ts";

/**
 * What server-side apply must know of a type: which parts are units and how the items of lists are told apart. Made of
 * Go types, of structural schemas, or guessed from the value where there is no schema.
 */
export type Shape =
  /** `untyped` takes text, numbers and booleans. */
  | { readonly kind: "scalar"; readonly type: "string" | "numeric" | "boolean" | "untyped" }
  | {
      readonly kind: "map";
      readonly atomic: boolean;
      /** Undefined: the type has no such field. */
      readonly field: (name: string) => Shape | undefined;
      /** Whether the field is declared by name: then its path is not a member merely for being there. */
      readonly declares: (name: string) => boolean;
    }
  | { readonly kind: "list"; readonly merge: ListMerge; readonly items: Shape }
  /** No schema: objects merge by field, lists are units. */
  | { readonly kind: "deduced" };

export type ListMerge =
  | { readonly kind: "atomic" }
  | { readonly kind: "set" }
  | { readonly kind: "keys"; readonly keys: readonly ListKey[] };

interface ListKey {
  readonly name: string;
  readonly default?: string;
}

const untyped = { kind: "scalar", type: "untyped" } as const;
const string = { kind: "scalar", type: "string" } as const;
const numeric = { kind: "scalar", type: "numeric" } as const;
const boolean = { kind: "scalar", type: "boolean" } as const;
export const deducedShape: Shape = { kind: "deduced" };

const structShapes = new WeakMap<GoStruct, Shape>();

export function shapeOfStruct(type: GoStruct): Shape {
  let found = structShapes.get(type);
  if (!found) {
    const fields = new Map<string, Shape>();
    found = {
      kind: "map",
      atomic: type.atomic,
      field: (name) => {
        const field = type.fields.get(name);
        if (!field) return undefined;
        let shape = fields.get(name);
        if (!shape) {
          shape = shapeOfField(field);
          fields.set(name, shape);
        }
        return shape;
      },
      declares: (name) => type.fields.has(name),
    };
    structShapes.set(type, found);
  }
  return found;
}

function shapeOfField(field: GoField): Shape {
  const { type, merge } = field;
  if (type.kind === "list") {
    const items = shapeOfType(type.items);
    switch (merge.kind) {
      case "keys":
        return {
          kind: "list",
          items,
          merge: {
            kind: "keys",
            keys: merge.keys.map((key) => {
              const [name, value] = key.split("=") as [string, string | undefined];
              return value === undefined ? { name } : { name, default: value };
            }),
          },
        };
      case "set":
        return { kind: "list", items, merge: { kind: "set" } };
      default:
        return { kind: "list", items, merge: { kind: "atomic" } };
    }
  }
  if (type.kind === "map") return mapShape(shapeOfType(type.values), merge.kind === "atomic");
  if (type.kind === "struct" && merge.kind === "atomic") {
    const shape = shapeOfStruct(type);
    return shape.kind === "map" ? { ...shape, atomic: true } : shape;
  }
  return shapeOfType(type);
}

function mapShape(values: Shape, atomic: boolean): Shape {
  return { kind: "map", atomic, field: () => values, declares: () => false };
}

function shapeOfType(type: GoType): Shape {
  switch (type.kind) {
    case "struct":
      return shapeOfStruct(type);
    case "list":
      return { kind: "list", items: shapeOfType(type.items), merge: { kind: "atomic" } };
    case "map":
      return mapShape(shapeOfType(type.values), false);
    case "any":
      return deducedShape;
    case "string":
    case "bytes":
      return string;
    case "int32":
    case "int64":
    case "float":
      return numeric;
    case "bool":
      return boolean;
    default:
      return untyped;
  }
}

const schemaShapes = new WeakMap<JsonObject, Shape>();

/** The shape of a structural schema (`x-kubernetes-list-type`, `-map-type`, `-preserve-unknown-fields`). */
export function shapeOfSchema(schema: JsonObject): Shape {
  let found = schemaShapes.get(schema);
  if (!found) {
    found = makeSchemaShape(schema);
    schemaShapes.set(schema, found);
  }
  return found;
}

function makeSchemaShape(schema: JsonObject): Shape {
  if (schema["x-kubernetes-int-or-string"] === true) return untyped;
  switch (schema["type"]) {
    case "object": {
      const properties = schema["properties"];
      const additional = schema["additionalProperties"];
      const open = schema["x-kubernetes-preserve-unknown-fields"] === true;
      const atomic = schema["x-kubernetes-map-type"] === "atomic";
      const own = isJsonObject(properties) ? properties : undefined;
      if (!own && !isJsonObject(additional)) {
        if (open && !atomic) return deducedShape;
        return {
          kind: "map",
          atomic,
          field: () => (additional === true || open ? deducedShape : undefined),
          declares: () => false,
        };
      }
      return {
        kind: "map",
        atomic,
        field: (name) => {
          const property = member(own, name);
          if (isJsonObject(property)) return shapeOfSchema(property);
          if (isJsonObject(additional)) return shapeOfSchema(additional);
          return open ? deducedShape : undefined;
        },
        declares: (name) => own !== undefined && Object.hasOwn(own, name),
      };
    }
    case "array": {
      const items = schema["items"];
      const itemShape = isJsonObject(items) ? shapeOfSchema(items) : deducedShape;
      const type = schema["x-kubernetes-list-type"];
      if (type === "set") return { kind: "list", items: itemShape, merge: { kind: "set" } };
      const keys = schema["x-kubernetes-list-map-keys"];
      if (type === "map" && isJsonArray(keys)) {
        return {
          kind: "list",
          items: itemShape,
          merge: {
            kind: "keys",
            keys: keys.map((key) => {
              const fallback = member(member(member(items, "properties"), String(key)), "default");
              return typeof fallback === "string" ? { name: String(key), default: fallback } : { name: String(key) };
            }),
          },
        };
      }
      return { kind: "list", items: itemShape, merge: { kind: "atomic" } };
    }
    case undefined:
      return deducedShape;
    case "string":
      return string;
    case "integer":
    case "number":
      return numeric;
    case "boolean":
      return boolean;
    default:
      return untyped;
  }
}

/** The path element of a list item; undefined when the item lacks a key. */
export function itemElement(merge: ListMerge, item: JsonValue, index: number): string | undefined {
  if (merge.kind === "set") return `v:${JSON.stringify(item)}`;
  if (merge.kind === "atomic") return `i:${index}`;
  if (!isJsonObject(item)) return undefined;
  const keys: Record<string, JsonValue> = {};
  let found = false;
  for (const { name, default: fallback } of [...merge.keys].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const value = Object.hasOwn(item, name) ? item[name]! : fallback;
    if (value === undefined) continue;
    found = true;
    keys[name] = value;
  }
  return found ? `k:${JSON.stringify(keys)}` : undefined;
}

/** The shape to use for a value, where a schema leaves it open. */
export function resolveShape(shape: Shape, value: JsonValue | undefined): Exclude<Shape, { readonly kind: "deduced" }> {
  if (shape.kind !== "deduced") return shape;
  if (isJsonArray(value)) return { kind: "list", items: deducedShape, merge: { kind: "atomic" } };
  if (isJsonObject(value)) return { kind: "map", atomic: false, field: () => deducedShape, declares: () => false };
  return untyped;
}

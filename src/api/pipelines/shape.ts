import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { formatGoDuration, parseGoDuration } from "./go-duration.ts";
import { jsonText, paramValueOf } from "./param.ts";

/**
 * What JSON may look like at one place, as the Go types of the API read it: the keys match in any case, an unknown key
 * or a value of another type fails the whole object.
 */
export type Shape =
  | { [K in ScalarKind]: { readonly kind: K } }[ScalarKind]
  | { readonly kind: "list"; readonly item: Shape }
  | { readonly kind: "map"; readonly value: Shape }
  | { readonly kind: "object"; readonly name: string; readonly fields: ReadonlyMap<string, Field> }
  | { readonly kind: "lazy"; readonly get: () => Shape };

type ScalarKind =
  | "string"
  | "boolean"
  | "integer"
  | "any"
  | "quantity"
  | "intOrString"
  | "duration"
  | "paramValue"
  | "optionalParamValue";

interface Field {
  readonly name: string;
  readonly shape: Shape;
}

export const string: Shape = { kind: "string" };
export const boolean: Shape = { kind: "boolean" };
export const integer: Shape = { kind: "integer" };
export const anything: Shape = { kind: "any" };
export const quantity: Shape = { kind: "quantity" };
export const intOrString: Shape = { kind: "intOrString" };
/** A Go duration; comes out in Go's own spelling. */
export const duration: Shape = { kind: "duration" };
/** As `paramValue`, but null means that there is none. */
export const optionalParamValue: Shape = { kind: "optionalParamValue" };
/** String, list of strings or object of strings; anything else becomes its JSON text. */
export const paramValue: Shape = { kind: "paramValue" };

export function list(item: Shape): Shape {
  return { kind: "list", item };
}

export function map(value: Shape): Shape {
  return { kind: "map", value };
}

export function lazy(get: () => Shape): Shape {
  return { kind: "lazy", get };
}

/** An object of exactly these fields; `name` is the Go type's name in error texts. */
export function object(name: string, fields: Readonly<Record<string, Shape>>): Shape {
  return {
    kind: "object",
    name,
    fields: new Map(Object.entries(fields).map(([field, shape]) => [field.toLowerCase(), { name: field, shape }])),
  };
}

/** The same object shape with further fields, or with fields replaced. */
export function extend(
  base: Shape,
  name: string,
  fields: Readonly<Record<string, Shape>>,
  without: readonly string[] = [],
): Shape {
  if (base.kind !== "object") throw new Error("only an object shape can be extended");
  const merged = new Map(base.fields);
  for (const field of without) merged.delete(field.toLowerCase());
  for (const [field, shape] of Object.entries(fields)) merged.set(field.toLowerCase(), { name: field, shape });
  return { kind: "object", name, fields: merged };
}

/** Reads a value by its shape: keys in their canonical spelling, nulls gone, values coerced; else Go's error text. */
export function decode(shape: Shape, value: JsonValue, path = ""): Result<JsonValue | undefined, string> {
  const decoder = new Decoder();
  const decoded = decoder.decode(shape, value, { struct: "", path });
  return decoder.error === undefined ? ok(decoded) : err(decoder.error);
}

interface Place {
  readonly struct: string;
  readonly path: string;
}

class Decoder {
  /** The first problem in document order. */
  error: string | undefined;

  decode(shape: Shape, value: JsonValue, at: Place): JsonValue | undefined {
    if (this.error !== undefined) return undefined;
    if (shape.kind === "lazy") return this.decode(shape.get(), value, at);
    if (shape.kind === "any") return value;
    if (shape.kind === "paramValue") return paramValueOf(value);
    if (value === null) return undefined;
    if (shape.kind === "optionalParamValue") return paramValueOf(value);
    switch (shape.kind) {
      case "string":
        return typeof value === "string" ? value : this.#mismatch(value, "string", at);
      case "boolean":
        return typeof value === "boolean" ? value : this.#mismatch(value, "bool", at);
      case "integer":
        if (typeof value === "bigint" || Number.isSafeInteger(value)) return value;
        return this.#mismatch(value, "int64", at);
      case "quantity":
        if (typeof value === "string") return value;
        return typeof value === "number" || typeof value === "bigint"
          ? String(value)
          : this.#mismatch(value, "resource.Quantity", at);
      case "intOrString":
        return typeof value === "string" || Number.isSafeInteger(value)
          ? value
          : this.#mismatch(value, "intstr.IntOrString", at);
      case "duration": {
        if (typeof value !== "string") return this.#mismatch(value, "string", at);
        const milliseconds = parseGoDuration(value);
        if (milliseconds === undefined) return this.#fail(durationError(value));
        return formatGoDuration(milliseconds);
      }
      case "list":
        if (!isJsonArray(value)) return this.#mismatch(value, `[]${typeName(shape.item)}`, at);
        return value.map((item) => this.decode(shape.item, item, at) ?? zeroValue(shape.item));
      case "map":
        if (!isJsonObject(value)) return this.#mismatch(value, `map[string]${typeName(shape.value)}`, at);
        return Object.fromEntries(
          Object.entries(value).map(([key, item]) => [
            key,
            this.decode(shape.value, item, { struct: at.struct, path: join(at.path, key) }) ?? zeroValue(shape.value),
          ]),
        );
      case "object":
        return this.#object(shape.name, shape.fields, value, at);
      default:
        return shape satisfies never;
    }
  }

  #object(name: string, fields: ReadonlyMap<string, Field>, value: JsonValue, at: Place): JsonValue | undefined {
    if (!isJsonObject(value)) return this.#mismatch(value, name, at);
    const entries: (readonly [string, JsonValue])[] = [];
    for (const [key, item] of Object.entries(value)) {
      const field = fields.get(key) ?? fields.get(key.toLowerCase());
      if (field === undefined) return this.#fail(`json: unknown field ${JSON.stringify(key)}`);
      const decoded = this.decode(field.shape, item, { struct: name, path: join(at.path, field.name) });
      if (this.error !== undefined) return undefined;
      if (decoded !== undefined) entries.push([field.name, decoded]);
    }
    return Object.fromEntries(entries);
  }

  #mismatch(value: JsonValue, wanted: string, at: Place): undefined {
    const into =
      at.struct === "" ? `Go value of type ${wanted}` : `Go struct field ${at.struct}.${at.path} of type ${wanted}`;
    return this.#fail(`json: cannot unmarshal ${goKind(value)} into ${into}`);
  }

  #fail(message: string): undefined {
    this.error ??= message;
    return undefined;
  }
}

function durationError(text: string): string {
  const quoted = JSON.stringify(text);
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return `time: missing unit in duration ${quoted}`;
  return `time: invalid duration ${quoted}`;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function goKind(value: JsonValue): string {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "number" : `number ${jsonText(value)}`;
  return Array.isArray(value) ? "array" : typeof value === "object" ? "object" : "number";
}

function typeName(shape: Shape): string {
  switch (shape.kind) {
    case "string":
    case "duration":
      return "string";
    case "boolean":
      return "bool";
    case "integer":
      return "int64";
    case "list":
      return `[]${typeName(shape.item)}`;
    case "map":
      return `map[string]${typeName(shape.value)}`;
    case "object":
      return shape.name;
    case "lazy":
      return typeName(shape.get());
    case "paramValue":
    case "optionalParamValue":
      return "v1.ParamValue";
    case "quantity":
      return "resource.Quantity";
    case "intOrString":
      return "intstr.IntOrString";
    case "any":
      return "interface {}";
    default:
      return shape satisfies never;
  }
}

/** What Go has where a list or map holds null. */
function zeroValue(shape: Shape): JsonValue {
  switch (shape.kind) {
    case "string":
    case "paramValue":
    case "optionalParamValue":
    case "quantity":
    case "duration":
      return "";
    case "boolean":
      return false;
    case "integer":
    case "intOrString":
      return 0;
    case "list":
      return [];
    case "lazy":
      return zeroValue(shape.get());
    case "map":
    case "object":
      return {} satisfies JsonObject;
    case "any":
      return null;
    default:
      return shape satisfies never;
  }
}

import type { JsonObject, JsonValue } from "../../json/value.ts";
import type { GoObject, GoValue } from "./go-decode.ts";
import type { GoStruct, GoType } from "./go-type.ts";
import { RawJson, setKey } from "./json-source.ts";

/**
 * Encodes a decoded struct as Go's encoding/json does: which empty fields appear follows from the type
 * (spec: resources, section 3).
 */
export function encodeStruct(struct: GoStruct, object: GoObject): JsonObject {
  return build(struct, object, (raw) => raw.json) as JsonObject;
}

/** The same as JSON text, in which raw fields keep the number literals and duplicate keys of their source text. */
export function encodeStructText(struct: GoStruct, object: GoObject): string {
  return print(build<Printed>(struct, object, (raw) => raw));
}

/** Encoded JSON in which raw fields may still be unread. */
type Printed = JsonValue | RawJson | readonly Printed[] | { readonly [key: string]: Printed };

type Encoded<R> = JsonValue | R | readonly Encoded<R>[] | { readonly [key: string]: Encoded<R> };

function build<R>(struct: GoStruct, object: GoObject, raw: (value: RawJson) => R): Encoded<R> {
  const encoded: Record<string, Encoded<R>> = {};
  for (const field of struct.fields) {
    const value = object[field.name];
    if (field.alwaysWritten || !isEmpty(field.type, value)) encoded[field.name] = encode(field.type, value, raw);
  }
  return encoded;
}

/** What `omitempty` leaves out. A pointer is empty only when nil: `""` behind one is a value. */
function isEmpty(type: GoType, value: GoValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  switch (type.kind) {
    case "pointer":
    case "struct":
      return false;
    case "list":
      return (value as readonly GoValue[]).length === 0;
    case "map":
      return Object.keys(value as GoObject).length === 0;
    case "string":
    case "bool":
    case "integer":
      return value === "" || value === false || value === 0;
    case "special":
      return type.special === "bytes" && value === "";
    default:
      return type satisfies never;
  }
}

function encode<R>(type: GoType, value: GoValue | undefined, raw: (value: RawJson) => R): Encoded<R> {
  switch (type.kind) {
    case "pointer":
      return value === undefined || value === null ? null : encode(type.to, value, raw);
    case "struct":
      return build(type.struct, (value ?? {}) as GoObject, raw);
    case "list":
      if (value === undefined || value === null) return null;
      return (value as readonly GoValue[]).map((each) => encode(type.of, each, raw));
    case "map": {
      if (value === undefined || value === null) return null;
      const map: Record<string, Encoded<R>> = {};
      for (const [key, each] of Object.entries(value as GoObject)) setKey(map, key, encode(type.of, each, raw));
      return map;
    }
    case "string":
      return (value ?? "") as string;
    case "bool":
      return (value ?? false) as boolean;
    case "integer":
      return (value ?? 0) as number | bigint;
    case "special":
      if (value instanceof RawJson) return raw(value);
      if (value !== undefined) return value as JsonValue;
      return type.special === "quantity" ? "0" : type.special === "intOrString" ? 0 : null;
    default:
      return type satisfies never;
  }
}

function print(value: Printed): string {
  if (value instanceof RawJson) return value.text;
  if (typeof value === "bigint") return String(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Printed[]).map(print).join(",")}]`;
  const members = Object.entries(value as { readonly [key: string]: Printed });
  return `{${members.map(([key, each]) => `${JSON.stringify(key)}:${print(each)}`).join(",")}}`;
}

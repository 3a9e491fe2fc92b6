import { decodeGoBase64 } from "../../json/go-base64.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { readGoTime } from "../triggers/go-time.ts";
import type { GoField, GoStruct, GoType } from "./go-type.ts";
import { canonicalQuantity } from "./quantity.ts";
import { canonicalMicroTime } from "./time.ts";

/** An object as Go would hold it, printed again. */
export interface Decoded {
  readonly object: JsonObject;
  /** Paths of fields that the type does not have, such as `spec.containers[0].foo`. */
  readonly unknown: readonly string[];
}

class DecodeError extends Error {}

interface Place {
  /** The innermost struct. */
  readonly struct: string;
  /** Names of struct fields on the way, as Go's decoder reports them. */
  readonly fields: string;
  /** The path with indexes and keys, for unknown fields. */
  readonly path: string;
}

/**
 * Reads an object of a built-in kind and prints it in canonical form: unknown fields and nulls dropped, empty optional
 * values left out, quantities and times normalised. The error is worded as Go's decoder does
 * (`json: cannot unmarshal number into Go struct field ConfigMap.data of type string`).
 */
export function decodeGo(type: GoStruct, value: JsonValue): Result<Decoded, string> {
  const unknown: string[] = [];
  try {
    const object = decodeStruct(type, value, { struct: "", fields: "", path: "" }, unknown);
    return ok({ object, unknown });
  } catch (error) {
    if (error instanceof DecodeError) return err(error.message);
    throw error;
  }
}

/**
 * Objects are stored in a form that does not tell an empty list from none: lists that are printed even when empty come
 * back as null. Looks at the object's own fields alone, in place.
 */
export function forgetEmptyLists(type: GoStruct, object: Record<string, JsonValue>): void {
  for (const field of type.fields.values()) {
    if (field.type.kind !== "list" || !field.keep) continue;
    const value = object[field.name];
    if (Array.isArray(value) && value.length === 0) object[field.name] = null;
  }
}

/** The value a Go variable of that struct has before anything is set, printed. */
export function zeroObject(type: GoStruct): JsonObject {
  return decodeStruct(type, {}, { struct: "", fields: "", path: "" }, []);
}

function jsonTypeName(value: JsonValue): string {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" || typeof value === "bigint") return "number";
  return Array.isArray(value) ? "array" : "object";
}

function goTypeName(type: GoType): string {
  switch (type.kind) {
    case "struct":
      return `v1.${type.name}`;
    case "list":
      return `[]${goTypeName(type.items)}`;
    case "map":
      return `map[string]${goTypeName(type.values)}`;
    case "bytes":
      return "[]uint8";
    case "float":
      return "float64";
    default:
      return type.kind;
  }
}

function mismatch(value: JsonValue, type: GoType, place: Place): DecodeError {
  const found = jsonTypeName(value);
  const number =
    found === "number" && (type.kind === "int32" || type.kind === "int64") ? `number ${String(value)}` : found;
  const target =
    place.fields === ""
      ? `Go value of type ${goTypeName(type)}`
      : `Go struct field ${place.struct}.${place.fields} of type ${goTypeName(type)}`;
  return new DecodeError(`json: cannot unmarshal ${number} into ${target}`);
}

function decodeStruct(type: GoStruct, value: JsonValue, place: Place, unknown: string[]): JsonObject {
  if (!isJsonObject(value)) throw mismatch(value, type, place);
  for (const key of Object.keys(value)) {
    if (!type.fields.has(key)) unknown.push(place.path === "" ? key : `${place.path}.${key}`);
  }
  const out: Record<string, JsonValue> = {};
  for (const field of type.fields.values()) {
    const given = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
    const decoded = decodeField(field, given, type, place, unknown);
    if (decoded !== undefined) out[field.name] = decoded;
  }
  return out;
}

function decodeField(
  field: GoField,
  given: JsonValue | undefined,
  struct: GoStruct,
  place: Place,
  unknown: string[],
): JsonValue | undefined {
  if (given === undefined || given === null) return absent(field);
  const inner: Place = {
    struct: struct.name,
    fields: place.fields === "" ? field.name : `${place.fields}.${field.name}`,
    path: place.path === "" ? field.name : `${place.path}.${field.name}`,
  };
  const value = decodeValue(field.type, given, inner, unknown);
  return field.pointer || field.keep || !isEmpty(value, field.type) ? value : undefined;
}

/** What is printed for a field that was not given. */
function absent(field: GoField): JsonValue | undefined {
  if (!field.keep) return undefined;
  if (field.pointer) return null;
  switch (field.type.kind) {
    case "string":
      return "";
    case "quantity":
    case "duration":
      return "0";
    case "intstr":
    case "int32":
    case "int64":
    case "float":
      return 0;
    case "bool":
      return false;
    case "struct":
      return zeroObject(field.type);
    case "any":
      return {};
    default:
      return null;
  }
}

function isEmpty(value: JsonValue, type: GoType): boolean {
  if (value === "" || value === 0 || value === false || value === null) return type.kind !== "intstr" || value !== 0;
  if (Array.isArray(value)) return value.length === 0;
  return type.kind === "map" && Object.keys(value).length === 0;
}

const minInt32 = -(2 ** 31);
const maxInt32 = 2 ** 31 - 1;

function decodeValue(type: GoType, value: JsonValue, place: Place, unknown: string[]): JsonValue {
  switch (type.kind) {
    case "struct":
      return decodeStruct(type, value, place, unknown);
    case "any":
      return value;
    case "string":
      if (typeof value !== "string") throw mismatch(value, type, place);
      return value;
    case "bool":
      if (typeof value !== "boolean") throw mismatch(value, type, place);
      return value;
    case "float":
      if (typeof value !== "number") throw mismatch(value, type, place);
      return value;
    case "int32":
      if (typeof value !== "number") throw plainMismatch(value, type, place);
      if (!Number.isInteger(value) || value < minInt32 || value > maxInt32) throw mismatch(value, type, place);
      return value;
    case "int64":
      if (typeof value === "bigint") return value;
      if (typeof value !== "number") throw plainMismatch(value, type, place);
      if (!Number.isInteger(value)) throw mismatch(value, type, place);
      return value;
    case "intstr":
      if (typeof value !== "string" && !(typeof value === "number" && Number.isInteger(value))) {
        throw plainMismatch(value, type, place);
      }
      return value;
    case "quantity": {
      if (typeof value !== "string" && typeof value !== "number") throw quantityError();
      const quantity = canonicalQuantity(String(value));
      if (quantity === undefined) throw quantityError();
      return quantity;
    }
    case "duration":
      if (typeof value !== "string") throw mismatch(value, { kind: "string" }, place);
      return value;
    case "time": {
      if (typeof value !== "string") throw notText(value);
      const time = readGoTime(value);
      if (!time.ok) throw new DecodeError(time.error);
      return time.value;
    }
    case "microtime": {
      if (typeof value !== "string") throw notText(value);
      const layout = "2006-01-02T15:04:05.000000Z07:00";
      const time = canonicalMicroTime(value);
      if (time === undefined) throw timeError(value, layout, value, "2006");
      // The decimals must be there, and six of them (spec: kube-api, section 13).
      const rest = value.slice(19);
      if (!/^\.\d{6}(?:Z|[+-])/.test(rest)) throw timeError(value, layout, rest, ".000000");
      return time;
    }
    case "bytes": {
      if (typeof value !== "string") throw mismatch(value, type, place);
      const bytes = decodeGoBase64(value);
      if (!bytes.ok) throw new DecodeError(bytes.error);
      return bytes.value.toString("base64");
    }
    case "list": {
      if (!Array.isArray(value)) throw mismatch(value, type, place);
      return value.map((item, index) =>
        item === null
          ? zeroOf(type.items)
          : decodeValue(type.items, item, { ...place, path: `${place.path}[${index}]` }, unknown),
      );
    }
    case "map": {
      if (!isJsonObject(value)) throw mismatch(value, type, place);
      const out: Record<string, JsonValue> = {};
      for (const key of Object.keys(value).sort()) {
        const item = value[key]!;
        Object.defineProperty(out, key, {
          value:
            item === null
              ? zeroOf(type.values)
              : decodeValue(type.values, item, { ...place, path: `${place.path}.${key}` }, unknown),
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
      return out;
    }
    default:
      return type satisfies never;
  }
}

function plainMismatch(value: JsonValue, type: GoType, place: Place): DecodeError {
  return mismatch(value, type, place);
}

function notText(value: JsonValue): DecodeError {
  return new DecodeError(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type string`);
}

function timeError(value: string, layout: string, at: string, element: string): DecodeError {
  return new DecodeError(
    `parsing time ${JSON.stringify(value)} as "${layout}": cannot parse ${JSON.stringify(at)} as "${element}"`,
  );
}

function quantityError(): DecodeError {
  return new DecodeError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

function zeroOf(type: GoType): JsonValue {
  const zero = absent({
    name: "",
    type,
    pointer: false,
    keep: true,
    merge: { kind: "atomic" },
    retainKeys: false,
    replaces: false,
  });
  return zero ?? null;
}

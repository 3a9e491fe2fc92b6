import { encodeGoJson, encodeGoString } from "../json/go-encode.ts";
import { formatGoValue } from "../json/go-print.ts";
import { compareUtf8 } from "../json/go-utf8.ts";
import { isJsonArray, type JsonObject, type JsonValue } from "../json/value.ts";

/** What a path is evaluated on and yields: JSON, or a value whose Go type shows in results and errors. */
export type PathValue = JsonValue | GoValue;

/** A value that is no plain JSON in Go. Its type name appears in errors. */
type GoValue = GoStruct | GoStringMap | GoNilMap | GoInteger;

/** One field of a struct: its JSON name, its Go name, and what it holds. */
export interface GoField {
  readonly name: string;
  readonly goName: string;
  readonly value: PathValue;
}

/** A Go struct: fields are found by JSON name or Go name and keep their order. */
export class GoStruct {
  readonly typeName: string;
  readonly fields: readonly GoField[];

  constructor(typeName: string, fields: readonly GoField[]) {
    this.typeName = typeName;
    this.fields = fields;
  }
}

/** A Go `map[string]string`. */
export class GoStringMap {
  readonly entries: ReadonlyMap<string, string>;

  constructor(entries: ReadonlyMap<string, string>) {
    this.entries = entries;
  }
}

/** A Go map that is nil: JSON null, yet not skipped as null is. */
export class GoNilMap {
  readonly typeName = "map[string]interface {}";
}

/** An integer that is no JSON number: a literal of the path (`int`), or a byte of a string (`uint8`). */
export class GoInteger {
  readonly typeName: "int" | "uint8";
  readonly value: number | bigint;

  constructor(typeName: "int" | "uint8", value: number | bigint) {
    this.typeName = typeName;
    this.value = value;
  }
}

function isGoValue(value: PathValue): value is GoValue {
  return (
    value instanceof GoStruct || value instanceof GoStringMap || value instanceof GoNilMap || value instanceof GoInteger
  );
}

/** Whether the value is an array: paths index and filter nothing else. */
export function isPathArray(value: PathValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The member or field of that name; undefined when there is none or the value has no members. */
export function fieldOf(value: PathValue, name: string): PathValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  if (!isGoValue(value)) {
    return Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined;
  }
  if (value instanceof GoStringMap) return value.entries.get(name);
  if (value instanceof GoStruct) {
    return (value.fields.find((field) => field.name === name) ?? value.fields.find((field) => field.goName === name))
      ?.value;
  }
  return undefined;
}

/**
 * What a wildcard finds in the value: members by sorted key (Go's order is random), fields in order, items, and the
 * UTF-8 bytes of a string as numbers.
 */
export function childrenOf(value: PathValue): readonly PathValue[] {
  if (typeof value === "string") return Array.from(Buffer.from(value), (byte) => new GoInteger("uint8", byte));
  if (typeof value !== "object" || value === null) return [];
  if (isPathArray(value)) return value;
  if (value instanceof GoStruct) return value.fields.map((field) => field.value);
  if (value instanceof GoStringMap) return sortedNames(value).map((name) => value.entries.get(name) as string);
  if (isGoValue(value)) return [];
  const object = value as JsonObject;
  return Object.keys(object)
    .sort(compareUtf8)
    .map((key) => object[key] as JsonValue);
}

/** How many values `childrenOf` would give. */
export function countChildren(value: PathValue): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value !== "object" || value === null) return 0;
  if (isPathArray(value)) return value.length;
  if (value instanceof GoStruct) return value.fields.length;
  if (value instanceof GoStringMap) return value.entries.size;
  return isGoValue(value) ? 0 : Object.keys(value).length;
}

function sortedNames(map: GoStringMap): readonly string[] {
  return [...map.entries.keys()].sort(compareUtf8);
}

/** The name of the value's Go type. */
export function typeNameOf(value: PathValue): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "number":
    case "bigint":
      return "float64";
    default:
      break;
  }
  if (value === null) return "<nil>";
  if (value instanceof GoStringMap) return "map[string]string";
  if (isGoValue(value)) return value.typeName;
  return isJsonArray(value as JsonValue) ? "[]interface {}" : "map[string]interface {}";
}

/** The value as GoJSON. */
export function encodePathValue(value: PathValue): string {
  if (!isGoValue(value)) return encodeGoJson(value);
  if (value instanceof GoStruct) {
    return `{${value.fields.map((field) => `${encodeGoString(field.name)}:${encodePathValue(field.value)}`).join(",")}}`;
  }
  if (value instanceof GoStringMap) {
    const members = sortedNames(value).map(
      (name) => `${encodeGoString(name)}:${encodeGoString(value.entries.get(name) as string)}`,
    );
    return `{${members.join(",")}}`;
  }
  return value instanceof GoNilMap ? "null" : String(value.value);
}

/** The value as Go's `%v` prints it. */
export function formatPathValue(value: PathValue): string {
  if (!isGoValue(value)) return formatGoValue(value);
  if (value instanceof GoStruct) return `{${value.fields.map((field) => formatPathValue(field.value)).join(" ")}}`;
  if (value instanceof GoStringMap) {
    return `map[${sortedNames(value)
      .map((name) => `${name}:${value.entries.get(name)}`)
      .join(" ")}]`;
  }
  return value instanceof GoNilMap ? "map[]" : String(value.value);
}

import type { JsonObject } from "../json/value.ts";
import type { Evaluation } from "./evaluation.ts";

export const maxInt = 2n ** 63n - 1n;
export const minInt = -(2n ** 63n);
export const maxUint = 2n ** 64n - 1n;

/**
 * A value of the language. `int` is a bigint and `double` a number, so that a JSON document can be used as it is:
 * its objects are maps and its numbers doubles. A string may hold U+DC80..U+DCFF for bytes that are not UTF-8.
 */
export type CelValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | CelUint
  | CelDuration
  | CelTimestamp
  | CelType
  | CelMap
  | CelOpaque
  | readonly CelValue[]
  | JsonMap;

/** A JSON object as a map with string keys. Always read with `Object.hasOwn`. */
export interface JsonMap {
  readonly [key: string]: CelValue;
}

/** What an expression comes to: a value, or the reason why there is none. */
export type Outcome = CelValue | CelFailure;

/** A failed evaluation. Returned rather than thrown, since `&&`, `||` and loops may still come to a value. */
export class CelFailure {
  readonly kind = "failure";
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** An unsigned 64-bit integer. */
export class CelUint {
  readonly kind = "uint";
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** A span of time in nanoseconds, within int64. */
export class CelDuration {
  readonly kind = "duration";
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A moment. The offset with which it was written is kept, since `string()` shows it. */
export class CelTimestamp {
  readonly kind = "timestamp";
  /** Seconds since 1970. */
  readonly seconds: bigint;
  /** 0 to 999,999,999. */
  readonly nanos: number;
  readonly offsetSeconds: number;
  constructor(seconds: bigint, nanos: number, offsetSeconds = 0) {
    this.seconds = seconds;
    this.nanos = nanos;
    this.offsetSeconds = offsetSeconds;
  }
}

/** A type as a value, such as `int` or what `type(x)` gives. */
export class CelType {
  readonly kind = "type";
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A value of a type that only the functions of its library look into. */
export abstract class CelOpaque {
  readonly kind = "opaque";
  abstract readonly typeName: string;
  /** Whether the other, a value of the same type, is equal. */
  abstract equals(other: CelOpaque): boolean;
  /** What `string(value)` gives; undefined when it has no text. */
  text(): string | undefined {
    return undefined;
  }
}

export const optionalTypeName = "optional_type";

/** A value that may be missing. */
export class CelOptional extends CelOpaque {
  readonly typeName = optionalTypeName;
  /** Undefined when it is missing. */
  readonly value: CelValue | undefined;

  constructor(value: CelValue | undefined) {
    super();
    this.value = value;
  }

  equals(other: CelOpaque): boolean {
    if (!(other instanceof CelOptional)) return false;
    if (this.value === undefined || other.value === undefined) return this.value === other.value;
    return valuesEqual(this.value, other.value);
  }
}

function keyId(key: CelValue): string | undefined {
  switch (typeof key) {
    case "string":
      return `s${key}`;
    case "bigint":
      return `i${key}`;
    case "boolean":
      return `b${key}`;
    case "number":
      return Number.isNaN(key) ? undefined : `d${key === 0 ? 0 : key}`;
    default:
      if (key === null) return "n";
      return key instanceof CelUint ? `u${key.value}` : undefined;
  }
}

/**
 * A map with keys of any type. As in the incumbent a key is looked up with its own type first; an integral number then
 * finds an int or uint key of the same value, but a double key is found by a double alone.
 */
export class CelMap {
  readonly kind = "map";
  readonly #entries = new Map<string, { readonly key: CelValue; readonly value: CelValue }>();
  #unique = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** Adds an entry; an equal key of the same type is replaced. NaN, lists and maps are never equal to a key. */
  set(key: CelValue, value: CelValue): void {
    this.#entries.set(keyId(key) ?? `o${this.#unique++}`, { key, value });
  }

  find(key: CelValue): CelValue | undefined {
    const id = keyId(key);
    if (id === undefined) return undefined;
    const exact = this.#entries.get(id);
    if (exact) return exact.value;
    if (typeof key === "number" && Number.isInteger(key)) {
      return (this.#entries.get(`i${BigInt(key)}`) ?? this.#entries.get(`u${BigInt(key)}`))?.value;
    }
    if (typeof key === "bigint") return this.#entries.get(`u${key}`)?.value;
    if (key instanceof CelUint) return this.#entries.get(`i${key.value}`)?.value;
    return undefined;
  }

  entries(): Iterable<{ readonly key: CelValue; readonly value: CelValue }> {
    return this.#entries.values();
  }
}

export type Kind =
  | "null"
  | "bool"
  | "int"
  | "uint"
  | "double"
  | "string"
  | "bytes"
  | "timestamp"
  | "duration"
  | "type"
  | "list"
  | "map"
  | "opaque";

/** Which of the language's types a value has. */
export function kindOf(value: CelValue): Kind {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "double";
    case "bigint":
      return "int";
    case "boolean":
      return "bool";
    default:
      break;
  }
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (value instanceof CelMap) return "map";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof CelUint) return "uint";
  if (value instanceof CelTimestamp) return "timestamp";
  if (value instanceof CelDuration) return "duration";
  if (value instanceof CelType) return "type";
  return value instanceof CelOpaque ? "opaque" : "map";
}

const typeNames: Readonly<Record<Kind, string>> = {
  null: "null_type",
  bool: "bool",
  int: "int",
  uint: "uint",
  double: "double",
  string: "string",
  bytes: "bytes",
  timestamp: "google.protobuf.Timestamp",
  duration: "google.protobuf.Duration",
  type: "type",
  list: "list",
  map: "map",
  opaque: "opaque",
};

/** The name of the value's type as error texts and `type()` show it. */
export function typeName(value: CelValue): string {
  return value instanceof CelOpaque ? value.typeName : typeNames[kindOf(value)];
}

const goTypes: Readonly<Record<Kind, string>> = {
  null: "types.Null",
  bool: "types.Bool",
  int: "types.Int",
  uint: "types.Uint",
  double: "types.Double",
  string: "types.String",
  bytes: "types.Bytes",
  timestamp: "types.Timestamp",
  duration: "types.Duration",
  type: "*types.Type",
  list: "*types.baseList",
  map: "*types.baseMap",
  opaque: "ref.Val",
};

/** The Go type that the incumbent holds the value in, which some of its error texts show. */
export function goTypeName(value: CelValue): string {
  return goTypes[kindOf(value)];
}

export function isList(value: Outcome): value is readonly CelValue[] {
  return Array.isArray(value);
}

export function isMap(value: Outcome): value is CelMap | JsonMap {
  return value instanceof CelMap || isJsonMap(value);
}

/** Whether the value is a map held as a plain object, as JSON documents are. */
function isJsonMap(value: Outcome): value is JsonMap {
  return typeof value === "object" && value !== null && !(value instanceof CelFailure) && kindOf(value) === "map"
    ? !(value instanceof CelMap)
    : false;
}

/** The value under a key, or undefined. */
export function mapFind(map: CelMap | JsonMap, key: CelValue): CelValue | undefined {
  if (map instanceof CelMap) return map.find(key);
  return typeof key === "string" && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The entries of a map, always in the same order: that of the keys for JSON objects, that of writing otherwise. */
export function mapEntries(map: CelMap | JsonMap): readonly { readonly key: CelValue; readonly value: CelValue }[] {
  if (map instanceof CelMap) return [...map.entries()];
  return Object.keys(map)
    .sort(compareStrings)
    .map((key) => ({ key, value: map[key] ?? null }));
}

export function mapSize(map: CelMap | JsonMap): number {
  return map instanceof CelMap ? map.size : Object.keys(map).length;
}

/** Takes a JSON document as a value. Integers beyond 2^53 become doubles, as every JSON number is one here. */
export function fromJson(value: JsonObject): JsonMap {
  return hasBigint(value) ? (withDoubles(value) as JsonMap) : (value as JsonMap);
}

function hasBigint(value: unknown): boolean {
  if (typeof value === "bigint") return true;
  if (typeof value !== "object" || value === null) return false;
  return (Array.isArray(value) ? value : Object.values(value)).some(hasBigint);
}

function withDoubles(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withDoubles);
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, inner] of Object.entries(value)) result[key] = withDoubles(inner);
  return result;
}

const surrogate = /[\ud800-\udfff]/;

/** Orders strings as UTF-8 does, by code point; -1, 0 or 1. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (!surrogate.test(a) && !surrogate.test(b)) return a < b ? -1 : 1;
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i]!.codePointAt(0) ?? 0) - (right[i]!.codePointAt(0) ?? 0);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return Math.sign(left.length - right.length);
}

/** The number of code points. */
export function codePointLength(text: string): number {
  if (!surrogate.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** The code points of a string; the string itself when each is one unit, which can be indexed alike. */
export function codePoints(text: string): string | readonly string[] {
  return surrogate.test(text) ? [...text] : text;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Math.sign(Buffer.compare(a, b));
}

function compareNumbers(a: number | bigint | CelUint, b: number | bigint | CelUint): number | undefined {
  const left = a instanceof CelUint ? a.value : a;
  const right = b instanceof CelUint ? b.value : b;
  if (typeof left === typeof right) return left < right ? -1 : left > right ? 1 : left === right ? 0 : undefined;
  // An int and a double meet as doubles, as in the incumbent.
  const x = Number(left);
  const y = Number(right);
  return x < y ? -1 : x > y ? 1 : x === y ? 0 : undefined;
}

function isNumeric(value: CelValue): value is number | bigint | CelUint {
  return typeof value === "number" || typeof value === "bigint" || value instanceof CelUint;
}

/** Orders two values: -1, 0, 1; `unordered` when one is NaN, undefined when the types have no order together. */
export function compareValues(a: CelValue, b: CelValue): number | "unordered" | undefined {
  if (isNumeric(a)) return isNumeric(b) ? (compareNumbers(a, b) ?? "unordered") : undefined;
  switch (kindOf(a)) {
    case "string":
      return typeof b === "string" ? compareStrings(a as string, b) : undefined;
    case "bool":
      return typeof b === "boolean" ? Number(a) - Number(b) : undefined;
    case "bytes":
      return b instanceof Uint8Array ? compareBytes(a as Uint8Array, b) : undefined;
    case "duration":
      return b instanceof CelDuration ? (compareNumbers((a as CelDuration).nanos, b.nanos) ?? "unordered") : undefined;
    case "timestamp": {
      if (!(b instanceof CelTimestamp)) return undefined;
      const moment = a as CelTimestamp;
      const bySeconds = compareNumbers(moment.seconds, b.seconds) ?? 0;
      return bySeconds !== 0 ? bySeconds : Math.sign(moment.nanos - b.nanos);
    }
    default:
      return undefined;
  }
}

/** Whether two values are equal: numbers by value across their types, other types never across. Charges by size. */
export function valuesEqual(a: CelValue, b: CelValue, evaluation?: Evaluation): boolean {
  if (typeof a === "string") {
    if (typeof b !== "string" || a.length !== b.length) return false;
    evaluation?.charge(a.length / 100);
    return a === b;
  }
  if (a === b && (typeof a !== "object" || a === null)) return !Number.isNaN(a);
  if (a === null || b === null) return false;
  if (isNumeric(a)) return isNumeric(b) && compareNumbers(a, b) === 0;
  if (isList(a)) {
    if (!isList(b) || a.length !== b.length) return false;
    evaluation?.charge(1 + a.length / 10);
    for (let i = 0; i < a.length; i++) if (!valuesEqual(a[i] ?? null, b[i] ?? null, evaluation)) return false;
    return true;
  }
  if (isMap(a)) {
    if (!isMap(b) || mapSize(a) !== mapSize(b)) return false;
    evaluation?.charge(1 + mapSize(a) / 2);
    return mapEntries(a).every(({ key, value }) => {
      const other = mapFind(b, key);
      return other !== undefined && valuesEqual(value, other, evaluation);
    });
  }
  if (a instanceof CelOpaque) return b instanceof CelOpaque && a.typeName === b.typeName && a.equals(b);
  if (a instanceof CelType) return b instanceof CelType && a.name === b.name;
  return compareValues(a, b) === 0;
}

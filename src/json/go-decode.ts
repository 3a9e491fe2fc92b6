import { err, ok, type Result } from "../result.ts";
import { buildJson, type JsonBuilder } from "./build.ts";
import { cannotUnmarshal, goJsonKind, mapType } from "./go-errors.ts";
import { findSyntaxError, maxNesting } from "./go-syntax.ts";
import { decodeGoUtf8 } from "./go-utf8.ts";
import { isJsonArray, type JsonObject, type JsonValue } from "./value.ts";

/** How `decodeGoJson` reads. */
export interface DecodeOptions {
  /**
   * `double` (the default): every number is a float64, as in event data. `exact`: integers within int64 keep their
   * value, as `bigint` beyond 2^53, and `-0` is the integer 0, as in Kubernetes objects. `bigint`: all of those integers
   * are `bigint`, to tell them from floats; slow.
   */
  readonly integers?: "exact" | "double" | "bigint";
}

type Integers = NonNullable<DecodeOptions["integers"]>;

/**
 * Decodes JSON as Go's encoding/json does into an `interface{}`: the same texts are accepted, repeated keys and broken
 * characters give the same value, and the error is Go's text (spec: event processing, preamble).
 */
export function decodeGoJson(input: string | Uint8Array, options: DecodeOptions = {}): Result<JsonValue, string> {
  const text = typeof input === "string" ? wellFormed(input) : decodeGoUtf8(input);
  const { integers = "double" } = options;
  if (text.length < 2 * maxNesting || !nestsTooDeep(text)) {
    try {
      const value = JSON.parse(text) as JsonValue;
      if (!needsCare(text, integers) && !(hasSurrogateEscape(text) && !isWellFormed(value, 0))) return ok(value);
    } catch {
      // Go's own account of what is wrong follows.
    }
  }
  const error = findSyntaxError(typeof input === "string" ? Buffer.from(text, "utf8") : input);
  if (error !== undefined) return err(error);
  const builder = new ValueBuilder(integers);
  const value = buildJson(text, builder);
  return builder.error === undefined ? ok(value) : err(builder.error);
}

/** Decodes JSON into a `map[string]interface{}`: as `decodeGoJson`, but anything else than an object or null is an error. */
export function decodeGoJsonObject(
  input: string | Uint8Array,
  options: DecodeOptions = {},
): Result<JsonObject | null, string> {
  const decoded = decodeGoJson(input, options);
  if (!decoded.ok) {
    // A number out of range only matters to Go where numbers are decoded: not in a value of the wrong type.
    if (!decoded.error.startsWith("json: cannot unmarshal number")) return decoded;
    const text = (typeof input === "string" ? input : decodeGoUtf8(input)).trimStart();
    if (text.startsWith("{")) return decoded;
    return err(cannotUnmarshal(text.startsWith("[") ? "array" : "number", mapType));
  }
  const value = decoded.value;
  if (value === null || (typeof value === "object" && !isJsonArray(value))) return ok(value as JsonObject | null);
  return err(cannotUnmarshal(goJsonKind(value), mapType));
}

function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

// Numbers in arrays and objects stand behind one of [ : , or white space. A match inside a string only costs time. Each
// looks for one thing, and what is quick to look for comes first: together in one expression they take ten times as long.

/** An integer that may need more than a double's 53 bits. */
const longInteger = /[[:,\s]-?[0-9]{16}/;

/** The integer -0. */
const negativeZero = /[[:,\s]-0(?![.0-9eE])/;

/** A number that may overflow a double: an exponent of two digits. */
const highExponent = /[[:,\s]-?[0-9][0-9.]*[eE]\+?[0-9]{2}/;

/** The same with very many digits. */
const hugeNumber = /[[:,\s]-?[0-9]{300}/;

/** Whether JSON.parse may read numbers of this text otherwise than Go. */
function needsCare(text: string, integers: Integers): boolean {
  const first = text.charCodeAt(0);
  if (first !== 0x7b && first !== 0x5b) return true; // a scalar or white space: short, or rare
  if (integers === "bigint" || highExponent.test(text)) return true;
  if (integers === "double") return hasDigits(text, 300) && hugeNumber.test(text);
  return (hasDigits(text, 16) && longInteger.test(text)) || (text.includes("-0") && negativeZero.test(text));
}

/** Whether so many digits follow one another anywhere: then one stands at a place that is a multiple of the number. */
function hasDigits(text: string, count: number): boolean {
  for (let at = count - 1; at < text.length; at += count) {
    let [first, end] = [at, at];
    while (isDigit(text.charCodeAt(end))) end++;
    if (end === at) continue;
    while (isDigit(text.charCodeAt(first - 1))) first--;
    if (end - first >= count) return true;
  }
  return false;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** Whether escapes may have made lone surrogates, which JSON.parse keeps. */
function hasSurrogateEscape(text: string): boolean {
  return text.includes("\\ud") || text.includes("\\uD");
}

/** Whether no string or key has a lone surrogate; false also where the nesting is too deep to look. */
function isWellFormed(value: JsonValue, depth: number): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  if (depth > 100) return false;
  if (isJsonArray(value)) return value.every((item) => isWellFormed(item, depth + 1));
  return Object.entries(value).every(([key, item]) => key.isWellFormed() && isWellFormed(item as JsonValue, depth + 1));
}

/** Whether any bracket is nested more than 10000 deep; strings are skipped as in JSON. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      at++;
      while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
    } else if (unit === 0x7b || unit === 0x5b) {
      depth++;
      if (depth > maxNesting) return true;
    } else if (unit === 0x7d || unit === 0x5d) depth--;
  }
  return false;
}

/** Builds plain values; the first number out of range is kept as the error. */
class ValueBuilder implements JsonBuilder<JsonValue> {
  error: string | undefined;
  readonly #integers: Integers;

  constructor(integers: Integers) {
    this.#integers = integers;
  }

  word(value: null | boolean): JsonValue {
    return value;
  }

  number(literal: string): JsonValue {
    const integer = this.#integers === "double" ? undefined : int64(literal);
    if (integer !== undefined) return this.#integers === "bigint" ? BigInt(integer) : integer;
    const value = Number(literal);
    if (!Number.isFinite(value)) {
      this.error ??= `json: cannot unmarshal number ${literal} into Go value of type float64`;
    }
    return value;
  }

  string(value: string): JsonValue {
    return value;
  }

  array(items: JsonValue[]): JsonValue {
    return items;
  }

  object(keys: string[], values: JsonValue[]): JsonValue {
    return objectOf(keys, values);
  }
}

/** An object of those members, of which the last of a name wins; `__proto__` is a name like any other. */
function objectOf(keys: readonly string[], values: readonly JsonValue[]): JsonObject {
  const object: Record<string, JsonValue> = {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const value = values[i] as JsonValue;
    if (key !== "__proto__") object[key] = value;
    else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

/** The exact value of an integer literal within int64; undefined for any other number. */
function int64(literal: string): number | bigint | undefined {
  if (/[.eE]/.test(literal)) return undefined;
  const number = Number(literal);
  if (Number.isSafeInteger(number)) return number + 0; // -0 + 0 is 0
  if (literal.length > 20) return undefined;
  const value = BigInt(literal);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

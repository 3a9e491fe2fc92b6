import { encodeGoNumber, sortedKeys } from "../json/go-encode.ts";
import { isValidText } from "../json/utf8-bytes.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { nativeConversionError } from "./native-error.ts";
import { formatDuration, formatTimestamp } from "./time.ts";
import {
  CelDuration,
  CelOpaque,
  CelTimestamp,
  CelType,
  CelUint,
  type CelValue,
  isList,
  isMap,
  mapEntries,
} from "./values.ts";

/** Deeper values than this are nobody's data. */
const maxDepth = 1000;
const maxSafe = 2n ** 53n - 1n;

function integer(value: bigint): number | string {
  return value > maxSafe || value < -maxSafe ? String(value) : Number(value);
}

/**
 * A value within a list or map as JSON: bytes in base64, timestamps in RFC 3339, durations in seconds, integers beyond
 * 2^53 as decimal strings (spec: event processing, section 8).
 */
export function toJson(value: CelValue, depth = 0): Result<JsonValue, string> {
  if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number") {
    return ok(value);
  }
  if (typeof value === "bigint") return ok(integer(value));
  if (value instanceof CelUint) return ok(integer(value.value));
  if (value instanceof Uint8Array) return ok(Buffer.from(value).toString("base64"));
  if (value instanceof CelTimestamp) return ok(formatTimestamp(value));
  if (value instanceof CelDuration) return ok(formatDuration(value.nanos));
  if (value instanceof CelType || value instanceof CelOpaque) return err(nativeConversionError(value, "[]uint8"));
  if (depth > maxDepth) return err(`a value is nested more than ${maxDepth} deep`);
  if (isList(value)) {
    const list: JsonValue[] = [];
    for (const element of value) {
      const converted = toJson(element, depth + 1);
      if (!converted.ok) return converted;
      list.push(converted.value);
    }
    return ok(list);
  }
  const object: Record<string, JsonValue> = Object.create(null);
  for (const { key, value: inner } of isMap(value) ? mapEntries(value) : []) {
    if (typeof key !== "string") return err(nativeConversionError(key, "string"));
    const converted = toJson(inner, depth + 1);
    if (!converted.ok) return converted;
    object[key] = converted.value;
  }
  return ok(object);
}

/** The first thing in a JSON value that JSON cannot express: a number that is none, or text that is not UTF-8. */
export function unencodable(value: JsonValue): string | undefined {
  if (typeof value === "number") {
    if (Number.isFinite(value)) return undefined;
    const shown = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    return `proto: google.protobuf.Value.number_value: invalid ${shown} value`;
  }
  if (typeof value === "string") {
    return isValidText(value) ? undefined : "proto: field google.protobuf.Value.string_value contains invalid UTF-8";
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const inner of Object.values(value) as JsonValue[]) {
    const found = unencodable(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A value as the JSON text of protobuf: like GoJSON, but `<`, `>`, `&` and the line separators stay as they are. The
 * error is the cause alone.
 */
export function toProtoJsonText(value: CelValue): Result<string, string> {
  const converted = toJson(value);
  if (!converted.ok) return converted;
  const wrong = unencodable(converted.value);
  return wrong === undefined ? ok(protoJson(converted.value)) : err(wrong);
}

function protoJson(value: JsonValue): string {
  if (isJsonArray(value)) return `[${value.map(protoJson).join(",")}]`;
  if (isJsonObject(value)) {
    const members = sortedKeys(value).map((key) => `${JSON.stringify(key)}:${protoJson(value[key] ?? null)}`);
    return `{${members.join(",")}}`;
  }
  return typeof value === "number" ? encodeGoNumber(value) : JSON.stringify(value);
}

import { compareUtf8 } from "./go-utf8.ts";
import { isJsonArray, type JsonObject, type JsonValue } from "./value.ts";

/** Characters that Go writes otherwise than JSON.stringify does, and those that both escape. */
const escaped = /["\\<>&\u0000-\u001f\u2028\u2029\ud800-\udfff]/;

const special: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** A string as Go's encoding/json writes it, quotes included (spec: event processing, GoJSON). */
export function encodeGoString(value: string): string {
  if (!escaped.test(value)) return `"${value}"`;
  return `"${value.toWellFormed().replace(/["\\<>&\u0000-\u001f\u2028\u2029]/g, escapeUnit)}"`;
}

function escapeUnit(unit: string): string {
  return special[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A number as Go writes a float64: JavaScript's own notation, but for `-0`. NaN and infinities have none: a bug to ask. */
export function encodeGoNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`JSON has no notation for ${value}`);
  return Object.is(value, -0) ? "-0" : String(value);
}

interface OpenContainer {
  /** Sorted keys of an object; undefined for an array. */
  readonly keys: readonly string[] | undefined;
  readonly of: JsonObject | readonly JsonValue[];
  next: number;
}

/**
 * JSON text as Go's encoding/json writes it: no spaces, keys sorted by UTF-8 bytes, `<`, `>` and `&` escaped (spec:
 * event processing, GoJSON). Nesting costs no call stack. NaN and infinities, which no decoder gives, throw.
 */
export function encodeGoJson(value: JsonValue): string {
  let out = "";
  const open: OpenContainer[] = [];
  let current: JsonValue = value;
  for (;;) {
    if (typeof current === "object" && current !== null) {
      const keys = isJsonArray(current) ? undefined : sortedKeys(current as JsonObject);
      out += keys ? "{" : "[";
      open.push({ keys, of: current, next: 0 });
    } else out += encodeScalar(current);

    for (;;) {
      const container = open[open.length - 1];
      if (!container) return out;
      const { keys, of, next } = container;
      if (next < (keys ?? (of as readonly JsonValue[])).length) {
        if (next > 0) out += ",";
        container.next++;
        if (keys) {
          const key = keys[next] as string;
          out += `${encodeGoString(key)}:`;
          current = (of as JsonObject)[key] as JsonValue;
        } else current = (of as readonly JsonValue[])[next] as JsonValue;
        break;
      }
      out += keys ? "}" : "]";
      open.pop();
    }
  }
}

function encodeScalar(value: null | boolean | number | bigint | string): string {
  switch (typeof value) {
    case "string":
      return encodeGoString(value);
    case "number":
      return encodeGoNumber(value);
    default:
      return String(value);
  }
}

const beyondBasic = /[\ud800-\uffff]/;

/** Keys of the object in the order of their UTF-8 bytes, which is Go's order of map keys. */
export function sortedKeys(object: JsonObject): readonly string[] {
  const keys = Object.keys(object).sort();
  // JavaScript's order is the same unless there are characters above U+D7FF.
  return keys.some((key) => beyondBasic.test(key)) ? keys.sort(compareUtf8) : keys;
}

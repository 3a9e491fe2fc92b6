import { sortedKeys } from "./go-encode.ts";
import { isJsonArray, type JsonObject, type JsonValue } from "./value.ts";

/** A decoded JSON value as Go's `%v` prints it: `map[a:1 b:[x y]]`, `<nil>`, `1e+06`. Nesting costs no call stack. */
export function formatGoValue(value: JsonValue): string {
  const parts: string[] = [];
  // What is still to be printed, last first: finished texts, and values in a box.
  const todo: (string | { readonly value: JsonValue })[] = [{ value }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (typeof next === "string") {
      parts.push(next);
      continue;
    }
    const { value: current } = next;
    if (typeof current !== "object" || current === null) parts.push(formatScalar(current));
    else if (isJsonArray(current)) {
      parts.push("[");
      todo.push("]");
      for (let i = current.length - 1; i >= 0; i--) {
        todo.push({ value: current[i] as JsonValue });
        if (i > 0) todo.push(" ");
      }
    } else {
      const object = current as JsonObject;
      parts.push("map[");
      todo.push("]");
      const keys = sortedKeys(object);
      for (let i = keys.length - 1; i >= 0; i--) {
        const key = keys[i] as string;
        todo.push({ value: object[key] as JsonValue }, `${i > 0 ? " " : ""}${key}:`);
      }
    }
  }
  return parts.join("");
}

function formatScalar(value: null | boolean | number | bigint | string): string {
  if (value === null) return "<nil>";
  return typeof value === "number" ? formatGoFloat(value) : String(value);
}

/** A float64 as Go's `%v` prints it: shortest, with an exponent when the decimal one is below -4 or above 5. */
export function formatGoFloat(value: number): string {
  if (Object.is(value, -0)) return "-0";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (value === 0 || (power >= -4 && power < 6)) return String(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** What error texts show of a value at most. */
const maxShown = 10_000;

/** A decoded YAML value as Go's `%#v` prints it: `map[interface {}]interface {}{"a":1}`; very long ones are cut. */
export function formatGoSyntax(value: JsonValue): string {
  let text = "";
  const print = (current: JsonValue, ofNull: string): void => {
    if (text.length > maxShown) return;
    if (current === null) text += ofNull;
    else if (typeof current === "string") text += quoteGo(current.slice(0, maxShown));
    else if (typeof current !== "object") text += formatScalar(current);
    else if (isJsonArray(current))
      printAll("[]interface {}{", current.length, (i) => print(current[i] ?? null, ofInner));
    else {
      const object = current as JsonObject;
      const keys = sortedKeys(object);
      printAll("map[interface {}]interface {}{", keys.length, (i) => {
        const key = keys[i] as string;
        text += `${quoteGo(key.slice(0, maxShown))}:`;
        print(object[key] as JsonValue, ofInner);
      });
    }
  };
  const ofInner = "interface {}(nil)";
  const printAll = (open: string, count: number, printOne: (i: number) => void): void => {
    text += open;
    for (let i = 0; i < count && text.length <= maxShown; i++) {
      if (i > 0) text += ", ";
      printOne(i);
    }
    text += "}";
  };
  print(value, "<nil>");
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

const shortEscapes: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

/** Text as Go's `%q` and `strconv.Quote` print it. U+DC80..U+DCFF stand for bytes that are not UTF-8. */
export function quoteGo(text: string): string {
  const escaped = text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (char) => {
    const short = shortEscapes[char];
    if (short !== undefined) return short;
    const code = char.codePointAt(0) as number;
    if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
    const hex = code.toString(16);
    if (code < 0x80) return `\\x${hex.padStart(2, "0")}`;
    return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

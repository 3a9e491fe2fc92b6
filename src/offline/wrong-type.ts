import { isJsonArray, isJsonObject, type JsonValue } from "../json/value.ts";

/** A value that is not of its field's type, as Go's JSON decoder tells it. */
export interface WrongType {
  /** `spec.params[1].name`. */
  readonly path: string;
  /** What to do about it; empty when the message says all. */
  readonly hint: string;
}

/** Finds the value that a decoder's message is about: the message has the path without the places in lists and maps. */
export function findWrongType(object: JsonValue, message: string): WrongType | undefined {
  const [, found = "", fields = "", wanted = ""] =
    /json: cannot unmarshal (\w+) into Go struct field \w+\.([\w.]+) of type (\S+)/.exec(message) ?? [];
  if (fields === "") return undefined;
  const path = search(object, fields.split("."), found, "");
  return path === undefined ? undefined : { path, hint: hintFor(found, wanted) };
}

function hintFor(found: string, wanted: string): string {
  if (wanted === "string" && found === "number") return "write it in quotes";
  if (wanted === "string" && found === "bool") {
    return "write it in quotes: without them yes, no, on, off, y and n are true and false";
  }
  return found === "string" && /^\*?(?:u?int|float|bool)/.test(wanted) ? "write it without quotes" : "";
}

/** The first value of the kind `found` at the fields, in whichever items of lists and maps on the way. */
function search(value: JsonValue, fields: readonly string[], found: string, path: string): string | undefined {
  if (fields.length === 0 && kindOf(value) === found) return path;
  if (isJsonArray(value)) {
    for (const [index, item] of value.entries()) {
      const at = search(item, fields, found, `${path}[${index}]`);
      if (at !== undefined) return at;
    }
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const [field, ...rest] = fields;
  // At the end of the fields a map's values are meant.
  for (const [name, item] of Object.entries(value)) {
    if (field !== undefined && name !== field) continue;
    const at = search(item, rest, found, path === "" ? name : `${path}.${name}`);
    if (at !== undefined) return at;
  }
  return undefined;
}

function kindOf(value: JsonValue): string {
  if (isJsonArray(value)) return "array";
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "number";
    default:
      return typeof value;
  }
}

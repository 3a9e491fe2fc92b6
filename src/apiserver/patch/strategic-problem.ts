import { formatGoValue } from "../../json/go-print.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../json/value.ts";

/** A strategic merge patch, or a part of it, as Kubernetes shows it in a refusal. */
export function shownPatch(patch: JsonValue): string {
  return formatGoValue(withWholeNumbers(patch));
}

/** Whole numbers as text: they are printed in full, whatever their size. */
function withWholeNumbers(value: JsonValue): JsonValue {
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value;
  if (isJsonArray(value)) return value.map(withWholeNumbers);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withWholeNumbers(item)]));
}

const goTypes: Readonly<Record<string, string>> = {
  array: "[]interface {}",
  object: "map[string]interface {}",
  number: "int64",
};
const goKinds: Readonly<Record<string, string>> = { array: "slice", object: "map", number: "int64" };

/**
 * Why a patched object is of the wrong form. Strategic merge works on values instead of text, so the same mistake is
 * told in other words than the JSON decoder's.
 */
export function conversionProblem(decoding: string): string {
  const match = /^json: cannot unmarshal (\w+)(?: (\S+))? into Go .* type (\S+)$/.exec(decoding);
  if (match === null) return decoding;
  const [, found = "", number = "", wanted = ""] = match;
  const isFloat = number.includes(".");
  const kind = isFloat ? "float64" : (goKinds[found] ?? found);
  if (wanted.startsWith("map[")) return `cannot restore map from ${kind}`;
  if (wanted.startsWith("[]")) return `cannot restore slice from ${kind}`;
  if (wanted.includes(".")) return `cannot restore struct from: ${kind}`;
  return `cannot convert ${isFloat ? "float64" : (goTypes[found] ?? found)} to ${wanted}`;
}

import type { JsonValue } from "./value.ts";

/** What Go's JSON decoder calls a kind of value in its type errors. */
export type GoJsonKind = "array" | "object" | "string" | "number" | "bool" | "null";

/** How Go names the type of any JSON object. */
export const mapType = "map[string]interface {}";

/** The kind of a value, as Go's JSON decoder names it. */
export function goJsonKind(value: JsonValue): GoJsonKind {
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "number":
    case "bigint":
      return "number";
    default:
      if (value === null) return "null";
      return Array.isArray(value) ? "array" : "object";
  }
}

/**
 * Go's error for a value of the wrong type (spec: event processing, preamble).
 *
 * @param what what was found: `goJsonKind(value)`, or more closely such as `number 1.5`
 * @param goType the type wanted, as Go prints it: `string`, `[]v1beta1.Param`
 * @param field struct and path, when it is a struct's field: `InterceptorRequest.body`
 */
export function cannotUnmarshal(what: string, goType: string, field?: string): string {
  const where = field === undefined ? "Go value" : `Go struct field ${field}`;
  return `json: cannot unmarshal ${what} into ${where} of type ${goType}`;
}

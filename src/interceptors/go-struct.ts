import { cannotUnmarshal, goJsonKind } from "../json/go-errors.ts";
import { foldFieldName } from "../json/go-field-name.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";

/**
 * The Go type that Tekton decodes a value into. Only its shape and its name matter: the name appears in the messages
 * about values of another shape.
 */
export type GoType =
  | { readonly kind: "any" }
  | { readonly kind: "bool" }
  | { readonly kind: "int" }
  | { readonly kind: "string"; readonly name?: string }
  | { readonly kind: "list"; readonly name: string; readonly element: GoType }
  | { readonly kind: "map"; readonly name: string; readonly value: GoType }
  | GoStruct;

/** A Go struct: its package-qualified name and its fields by their JSON names. */
export interface GoStruct {
  readonly kind: "struct";
  /** With its package, such as `github.Owners`. */
  readonly name: string;
  readonly fields: Readonly<Record<string, GoType>>;
}

/** The struct last entered and the fields on the way to the value, for the message. */
interface Context {
  readonly struct: string;
  readonly path: readonly string[];
}

/**
 * Fits a JSON value to a Go type as `encoding/json` does: field names match without regard to case (the exact name
 * is not preferred: the last one in the document wins), unknown fields and nulls are dropped. The error is the text that Go
 * gives for the first value of a wrong shape.
 */
export function fitGoType(value: JsonValue, type: GoType): Result<JsonValue, string> {
  return fit(value, type, undefined);
}

function fit(value: JsonValue, type: GoType, context: Context | undefined): Result<JsonValue, string> {
  if (value === null || type.kind === "any") return ok(value);
  switch (type.kind) {
    case "bool":
      return typeof value === "boolean" ? ok(value) : mismatch(value, "bool", context);
    case "string":
      return typeof value === "string" ? ok(value) : mismatch(value, type.name ?? "string", context);
    case "int":
      if (typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value))) return ok(value);
      return mismatch(value, "int", context, typeof value === "number" ? ` ${value}` : "");
    case "list":
      return isJsonArray(value) ? fitList(value, type.element, context) : mismatch(value, type.name, context);
    case "map":
      return isJsonObject(value) ? fitMap(value, type.value, context) : mismatch(value, type.name, context);
    case "struct":
      return isJsonObject(value) ? fitStruct(value, type, context) : mismatch(value, type.name, context);
    default:
      return type satisfies never;
  }
}

function fitList(
  values: readonly JsonValue[],
  element: GoType,
  context: Context | undefined,
): Result<JsonValue, string> {
  const fitted: JsonValue[] = [];
  for (const value of values) {
    const one = fit(value, element, context);
    if (!one.ok) return one;
    fitted.push(one.value === null ? zeroOf(element) : one.value);
  }
  return ok(fitted);
}

function fitMap(object: JsonObject, type: GoType, context: Context | undefined): Result<JsonValue, string> {
  const fitted: Record<string, JsonValue> = Object.create(null);
  for (const [key, value] of Object.entries(object)) {
    const one = fit(value, type, context);
    if (!one.ok) return one;
    fitted[key] = one.value;
  }
  return ok(fitted);
}

function fitStruct(object: JsonObject, type: GoStruct, context: Context | undefined): Result<JsonValue, string> {
  const fitted: Record<string, JsonValue> = Object.create(null);
  const struct = type.name.slice(type.name.lastIndexOf(".") + 1);
  for (const [key, value] of Object.entries(object)) {
    const field = fieldNamed(type, key);
    const fieldType = field === undefined ? undefined : type.fields[field];
    if (field === undefined || fieldType === undefined) continue;
    const one = fit(value, fieldType, { struct, path: [...(context?.path ?? []), field] });
    if (!one.ok) return one;
    if (one.value !== null) fitted[field] = one.value;
    else if (isPointerLike(fieldType)) delete fitted[field];
  }
  return ok(fitted);
}

/** Null empties what Go holds by reference; a plain value it leaves alone. */
function isPointerLike(type: GoType): boolean {
  return type.kind === "any" || type.kind === "list" || type.kind === "map";
}

/** What Go makes of a null inside a list. */
function zeroOf(type: GoType): JsonValue {
  switch (type.kind) {
    case "string":
      return "";
    case "bool":
      return false;
    case "int":
      return 0;
    default:
      return null;
  }
}

/** The field that a JSON name means, in whatever letters. */
export function fieldNamed(type: GoStruct, key: string): string | undefined {
  if (Object.hasOwn(type.fields, key)) return key;
  const folded = foldFieldName(key);
  return Object.keys(type.fields).find((name) => foldFieldName(name) === folded);
}

function mismatch(value: JsonValue, type: string, context: Context | undefined, detail = ""): Result<never, string> {
  const field = context ? `${context.struct}.${context.path.join(".")}` : undefined;
  return err(cannotUnmarshal(goJsonKind(value) + detail, type, field));
}

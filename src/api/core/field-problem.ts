import { encodeGoString } from "../../json/go-encode.ts";
import { encodeObject } from "../../json/object-text.ts";
import type { JsonValue } from "../../json/value.ts";
import type { StatusCause } from "../object.ts";

/** One problem of a field, worded as Kubernetes words it (spec: kube-api, section 11). */
export interface FieldProblem {
  readonly reason:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotSupported"
    | "FieldValueDuplicate"
    | "FieldValueForbidden"
    | "FieldValueTooLong"
    | "FieldValueTooMany"
    | "FieldValueNotFound"
    | "FieldValueTypeInvalid"
    | "InternalError";
  /** `spec.containers[0].name`; `<nil>` for none. */
  readonly field: string;
  /** Without the field: `Required value: name is required`. */
  readonly message: string;
}

export function required(field: string, detail = ""): FieldProblem {
  return {
    reason: "FieldValueRequired",
    field,
    message: detail === "" ? "Required value" : `Required value: ${detail}`,
  };
}

export function invalid(field: string, value: JsonValue | undefined, detail = ""): FieldProblem {
  return {
    reason: "FieldValueInvalid",
    field,
    message: `Invalid value: ${printValue(value)}${detail === "" ? "" : `: ${detail}`}`,
  };
}

export function typeInvalid(field: string, value: JsonValue | undefined, detail: string): FieldProblem {
  return { reason: "FieldValueTypeInvalid", field, message: `Invalid value: ${printValue(value)}: ${detail}` };
}

/** `supported` in the order to print. */
export function notSupported(field: string, value: JsonValue, supported: readonly string[]): FieldProblem {
  const list = supported.map((item) => encodeGoString(item)).join(", ");
  return {
    reason: "FieldValueNotSupported",
    field,
    message: `Unsupported value: ${printValue(value)}${supported.length === 0 ? "" : `: supported values: ${list}`}`,
  };
}

export function duplicate(field: string, value: JsonValue): FieldProblem {
  return { reason: "FieldValueDuplicate", field, message: `Duplicate value: ${printValue(value)}` };
}

export function forbidden(field: string, detail: string): FieldProblem {
  return { reason: "FieldValueForbidden", field, message: `Forbidden: ${detail}` };
}

export function tooLong(field: string, maxBytes: number): FieldProblem {
  return { reason: "FieldValueTooLong", field, message: `Too long: may not be more than ${maxBytes} bytes` };
}

export function notFoundProblem(field: string, value: JsonValue): FieldProblem {
  return { reason: "FieldValueNotFound", field, message: `Not found: ${printValue(value)}` };
}

function printValue(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "string") return quote(value);
  if (typeof value === "object") return encodeObject(value);
  return String(value);
}

/** As Go's %q. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\x7f");
}

/** `[a, b]` for several, as an aggregate error prints them; equal ones once. */
export function printProblems(problems: readonly FieldProblem[]): string {
  const texts = [...new Set(problems.map((problem) => `${problem.field}: ${problem.message}`))];
  return texts.length === 1 ? texts[0]! : `[${texts.join(", ")}]`;
}

export function causesOf(problems: readonly FieldProblem[]): readonly StatusCause[] {
  return problems.map(({ reason, message, field }) => ({ reason, message, field }));
}

import { isDeepStrictEqual } from "node:util";
import { resourceSchema } from "../../api/core/crd/rule-types.ts";
import { type SchemaRule, schemaRules } from "../../api/core/crd/schema-rule.ts";
import { duplicate, type FieldProblem, forbidden, invalid, required } from "../../api/core/field-problem.ts";
import { CelFailure, CelOptional } from "../../cel/values.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { typedToCel } from "../expressions/cel-value.ts";
import { correlatedItem } from "./correlated-item.ts";

/** Whether any rule lies in a schema: kinds without rules cost nothing. */
export function hasRules(schema: JsonObject): boolean {
  if (isJsonArray(schema["x-kubernetes-validations"])) return true;
  const { properties, items, additionalProperties } = schema;
  return (
    (isJsonObject(properties) &&
      Object.values(properties).some((property) => isJsonObject(property) && hasRules(property))) ||
    (isJsonObject(items) && hasRules(items)) ||
    (isJsonObject(additionalProperties) && hasRules(additionalProperties))
  );
}

/**
 * Evaluates the rules in a kind's schema for an object, outer rules before inner ones; unchanged values pass
 * (ratcheting), and nulls have nothing to check.
 */
export function validateRules(
  value: JsonValue,
  old: JsonValue | undefined,
  schema: JsonObject,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  evaluate(value, old, resourceSchema(schema), "", problems);
  return problems;
}

function evaluate(
  value: JsonValue,
  old: JsonValue | undefined,
  schema: JsonObject,
  path: string,
  problems: FieldProblem[],
): void {
  if (value === null) return;
  for (const rule of schemaRules(schema)) applyRule(rule, value, old, schema, path, problems);
  if (isJsonArray(value)) {
    const { items } = schema;
    if (!isJsonObject(items)) return;
    for (const [index, item] of value.entries())
      evaluate(item, correlatedItem(item, old, schema), items, `${path}[${index}]`, problems);
    return;
  }
  if (!isJsonObject(value)) return;
  const { properties, additionalProperties } = schema;
  for (const key of Object.keys(value).sort()) {
    const isProperty = isJsonObject(properties) && Object.hasOwn(properties, key);
    const inner = isProperty ? properties[key] : additionalProperties;
    if (!isJsonObject(inner)) continue;
    const before = isJsonObject(old) && Object.hasOwn(old, key) ? old[key] : undefined;
    const step = isProperty ? (path === "" ? key : `.${key}`) : `[${key}]`;
    evaluate(value[key]!, before, inner, `${path}${step}`, problems);
  }
}

function applyRule(
  { rule, source, program, message: messageProgram, usesOldSelf, optionalOldSelf }: SchemaRule,
  value: JsonValue,
  old: JsonValue | undefined,
  schema: JsonObject,
  path: string,
  problems: FieldProblem[],
): void {
  if (usesOldSelf && old === undefined && !optionalOldSelf) return;
  if (!usesOldSelf && old !== undefined && isDeepStrictEqual(value, old)) return;
  const field = path === "" ? "<nil>" : path;
  const type = String(schema["type"] ?? "");
  if (!program.ok) {
    problems.push(invalid(field, type, `rule compile error: ${program.error}`));
    return;
  }
  const before = old === undefined ? undefined : typedToCel(old, schema);
  const oldSelf = optionalOldSelf ? new CelOptional(before) : before;
  const activation = {
    variables: { self: typedToCel(value, schema), ...(oldSelf !== undefined && { oldSelf }) },
  };
  const outcome = program.value.evaluate(activation);
  if (outcome === true) return;
  if (outcome instanceof CelFailure) {
    problems.push(invalid(field, type, failureText(outcome, stringOf(rule["message"]) || source)));
    return;
  }
  let message = stringOf(rule["message"]) || `failed rule: ${source.trim()}`;
  if (messageProgram?.ok) {
    const made = messageProgram.value.evaluate(activation);
    if (typeof made === "string" && made.trim() !== "" && !made.includes("\n")) message = made;
  }
  problems.push(ruleProblem(rule, fieldOf(rule, path), value, message));
}

function stringOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value.trim() : "";
}

/** Calls that fit no signature say so at length, since the compiler could not point at them. */
function failureText({ message }: CelFailure, rule: string): string {
  return message.startsWith("no such overload")
    ? `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${rule}`
    : `${message} evaluating rule: ${rule}`;
}

function fieldOf(rule: JsonObject, path: string): string {
  const relative = rule["fieldPath"];
  if (typeof relative === "string" && relative !== "")
    return path === "" ? relative.replace(/^\./, "") : `${path}${relative}`;
  return path === "" ? "<nil>" : path;
}

/** Scalars are shown; of objects only the type would be, so the message stands alone. */
function ruleProblem(rule: JsonObject, field: string, value: JsonValue, message: string): FieldProblem {
  const scalar = typeof value !== "object" || value === null;
  switch (rule["reason"]) {
    case "FieldValueForbidden":
      return forbidden(field, message);
    case "FieldValueRequired":
      return required(field, message);
    case "FieldValueDuplicate":
      return scalar
        ? duplicate(field, value)
        : { reason: "FieldValueDuplicate", field, message: `Duplicate value: ${message}` };
    default:
      return scalar
        ? invalid(field, value, message)
        : { reason: "FieldValueInvalid", field, message: `Invalid value: ${message}` };
  }
}

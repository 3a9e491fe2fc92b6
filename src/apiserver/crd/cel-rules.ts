import { isDeepStrictEqual } from "node:util";
import { duplicate, type FieldProblem, forbidden, invalid, required } from "../../api/core/field-problem.ts";
import { kubernetesEnvironment } from "../../cel/environments.ts";
import type { CelProgram } from "../../cel/program.ts";
import { compileCel } from "../../cel/program.ts";
import { CelFailure, type JsonMap } from "../../cel/values.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { toCel } from "../expressions/cel-value.ts";

const environment = kubernetesEnvironment(["self", "oldSelf"]);

interface CompiledRule {
  readonly program: CelProgram | undefined;
  readonly error: string;
  readonly usesOld: boolean;
}

const compiledRules = new Map<string, CompiledRule>();
const maxCompiled = 2_000;

function compiledRule(source: string): CompiledRule {
  let found = compiledRules.get(source);
  if (!found) {
    if (compiledRules.size >= maxCompiled) compiledRules.clear();
    const compiled = compileCel(source, environment);
    found = {
      program: compiled.ok ? compiled.value : undefined,
      error: compiled.ok ? "" : compiled.error.message,
      usesOld: /\boldSelf\b/.test(source),
    };
    compiledRules.set(source, found);
  }
  return found;
}

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

/** Evaluates `x-kubernetes-validations`, outer rules before inner ones; unchanged values pass (ratcheting). */
export function validateRules(
  value: JsonValue,
  old: JsonValue | undefined,
  schema: JsonObject,
  path: string,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  evaluate(value, old, schema, path, problems);
  return problems;
}

function evaluate(
  value: JsonValue,
  old: JsonValue | undefined,
  schema: JsonObject,
  path: string,
  problems: FieldProblem[],
): void {
  const rules = schema["x-kubernetes-validations"];
  for (const rule of isJsonArray(rules) ? rules : []) {
    if (isJsonObject(rule)) applyRule(rule, value, old, schema, path, problems);
  }
  if (isJsonArray(value)) {
    const { items } = schema;
    if (!isJsonObject(items)) return;
    const keys = schema["x-kubernetes-list-map-keys"];
    value.forEach((item, index) => {
      const before =
        isJsonArray(old) && isJsonArray(keys) && isJsonObject(item)
          ? old.find(
              (other) =>
                isJsonObject(other) && keys.every((key) => isDeepStrictEqual(other[String(key)], item[String(key)])),
            )
          : undefined;
      evaluate(item, before, items, `${path}[${index}]`, problems);
    });
    return;
  }
  if (!isJsonObject(value)) return;
  const { properties, additionalProperties } = schema;
  for (const key of Object.keys(value).sort()) {
    const property =
      isJsonObject(properties) && Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (!isJsonObject(property)) continue;
    const before = isJsonObject(old) && Object.hasOwn(old, key) ? old[key] : undefined;
    evaluate(value[key]!, before, property, path === "" ? key : `${path}.${key}`, problems);
  }
}

function applyRule(
  rule: JsonObject,
  value: JsonValue,
  old: JsonValue | undefined,
  schema: JsonObject,
  path: string,
  problems: FieldProblem[],
): void {
  const source = String(rule["rule"] ?? "");
  const { program, error, usesOld } = compiledRule(source);
  if (usesOld && old === undefined && rule["optionalOldSelf"] !== true) return;
  if (!usesOld && old !== undefined && isDeepStrictEqual(value, old)) return;
  const field = path === "" ? "<nil>" : path;
  if (!program) {
    problems.push(invalid(field, value, `rule compile error: compilation failed: ${error}`));
    return;
  }
  const activation = {
    variables: {
      self: toCel(value, schema),
      ...(old !== undefined && { oldSelf: toCel(old, schema) }),
    } as JsonMap,
  };
  const outcome = program.evaluate(activation);
  if (outcome === true) return;
  if (outcome instanceof CelFailure) {
    problems.push(invalid(field, value, `${outcome.message} evaluating rule: ${String(rule["message"] ?? source)}`));
    return;
  }
  let message =
    typeof rule["message"] === "string" && rule["message"] !== "" ? rule["message"] : `failed rule: ${source.trim()}`;
  const expression = rule["messageExpression"];
  if (typeof expression === "string") {
    const made = compiledRule(expression).program?.evaluate(activation);
    if (typeof made === "string" && made.trim() !== "" && !made.includes("\n")) message = made;
  }
  problems.push(ruleProblem(rule, fieldOf(rule, path), value, message));
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

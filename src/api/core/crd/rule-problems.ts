import { isJsonArray, isJsonObject, type JsonObject } from "../../../json/value.ts";
import { type FieldProblem, invalid, notSupported, required } from "../field-problem.ts";
import { child, text } from "../fields.ts";
import { type SchemaRule, schemaRules } from "./schema-rule.ts";

const reasons = ["FieldValueRequired", "FieldValueForbidden", "FieldValueInvalid", "FieldValueDuplicate"];

/**
 * What is wrong with the rules that stand in a schema, not in those within: texts, types and names. `uncorrelated` is the
 * place of the nearest list around it whose items have no identity.
 */
export function ruleProblems(
  schema: JsonObject,
  at: string,
  uncorrelated: string | undefined,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [index, compiled] of schemaRules(schema).entries()) {
    const field = `${at}.x-kubernetes-validations[${index}]`;
    problems.push(...textProblems(compiled.rule, schema, field));
    if (compiled.source.trim() !== "") problems.push(...expressionProblems(compiled, field, uncorrelated));
  }
  return problems;
}

function textProblems(rule: JsonObject, schema: JsonObject, at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const message = text(rule, "message");
  if (text(rule, "rule").trim() === "") problems.push(required(`${at}.rule`, "rule is not specified"));
  else if (message !== "" && message.trim() === "")
    problems.push(invalid(`${at}.message`, message, "message must be non-empty if specified"));
  else if (hasLineBreaks(message.trim()))
    problems.push(invalid(`${at}.message`, message, "message must not contain line breaks"));
  else if (hasLineBreaks(text(rule, "rule").trim()) && message.trim() === "")
    problems.push(required(`${at}.message`, "message must be specified if rule contains line breaks"));
  const expression = text(rule, "messageExpression");
  if (expression !== "" && expression.trim() === "")
    problems.push(required(`${at}.messageExpression`, "messageExpression must be non-empty if specified"));
  const reason = text(rule, "reason");
  if (reason !== "" && !reasons.includes(reason)) problems.push(notSupported(`${at}.reason`, reason, reasons));
  const path = text(rule, "fieldPath");
  if (path !== "" && path.trim() === "")
    problems.push(invalid(`${at}.fieldPath`, path, "fieldPath must be non-empty if specified"));
  else if (path !== "" && !isPathWithin(schema, path))
    problems.push(invalid(`${at}.fieldPath`, path, "fieldPath must be a valid path"));
  return problems;
}

function expressionProblems(
  { rule, source, program, message, usesOldSelf }: SchemaRule,
  at: string,
  uncorrelated: string | undefined,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (!program.ok) problems.push(invalid(`${at}.rule`, printedRule(rule), program.error));
  if (message && !message.ok) problems.push(invalid(`${at}.messageExpression`, printedRule(rule), message.error));
  if (usesOldSelf && uncorrelated !== undefined) {
    const reason = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    problems.push(invalid(`${at}.rule`, source, reason));
  }
  return problems;
}

/** A rule as Go prints the internal type. */
function printedRule(rule: JsonObject): JsonObject {
  const { reason, optionalOldSelf } = rule;
  return {
    Rule: text(rule, "rule"),
    Message: text(rule, "message"),
    MessageExpression: text(rule, "messageExpression"),
    Reason: typeof reason === "string" ? reason : null,
    FieldPath: text(rule, "fieldPath"),
    OptionalOldSelf: typeof optionalOldSelf === "boolean" ? optionalOldSelf : null,
  };
}

function hasLineBreaks(value: string): boolean {
  return /[\r\n]/.test(value);
}

/** Whether the schema describes what a path such as `.spec.names['x.y']` leads to. Items of lists have no path. */
function isPathWithin(schema: JsonObject, path: string): boolean {
  const steps = [...path.matchAll(/\.([A-Za-z_][\w-]*)|\['([^']*)'\]/gy)];
  if (steps.length === 0 || steps.map(([step]) => step).join("") !== path) return false;
  let at: JsonObject | undefined = schema;
  for (const [, name, key] of steps) {
    const step = name ?? key ?? "";
    const properties = child(at, "properties");
    const property: unknown = properties && Object.hasOwn(properties, step) ? properties[step] : undefined;
    at = isJsonObject(property as JsonObject) ? (property as JsonObject) : child(at, "additionalProperties");
    if (at === undefined || isJsonArray(at)) return false;
  }
  return true;
}

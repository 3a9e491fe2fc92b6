import { encodeGoJson } from "../json/go-encode.ts";
import { quoteGo } from "../json/go-print.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member, textMember } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";

/** A compiled metav1.LabelSelector. */
export interface LabelSelector {
  matches(labels: Readonly<Record<string, string>>): boolean;
}

type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

/**
 * Compiles a LabelSelector; an empty one matches everything. Errors are those of the Kubernetes libraries
 * (spec: event processing, section 2).
 */
export function compileLabelSelector(selector: JsonObject): Result<LabelSelector, string> {
  const requirements: Requirement[] = [];
  const matchLabels = member(selector, "matchLabels");
  for (const [key, value] of isJsonObject(matchLabels) ? Object.entries(matchLabels) : []) {
    const compiled = compileRequirement(key, "In", [value]);
    if (!compiled.ok) return compiled;
    requirements.push(compiled.value);
  }
  const expressions = member(selector, "matchExpressions");
  for (const expression of isJsonArray(expressions) ? expressions : []) {
    const values = member(expression, "values");
    const compiled = compileRequirement(
      textMember(expression, "key"),
      textMember(expression, "operator"),
      isJsonArray(values) ? values : [],
    );
    if (!compiled.ok) return compiled;
    requirements.push(compiled.value);
  }
  return ok({ matches: (labels) => requirements.every((requirement) => requirement(labels)) });
}

function compileRequirement(key: string, operator: string, given: readonly JsonValue[]): Result<Requirement, string> {
  const values = given.map((value) => (typeof value === "string" ? value : ""));
  const has: Requirement = (labels) => Object.hasOwn(labels, key);
  const isOneOf: Requirement = (labels) => has(labels) && values.includes(labels[key] ?? "");
  const errors = keyErrors(key);
  let requirement: Requirement;
  switch (operator) {
    case "In":
    case "NotIn":
      if (values.length === 0) {
        errors.push("values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty");
      }
      requirement = operator === "In" ? isOneOf : (labels) => !isOneOf(labels);
      break;
    case "Exists":
    case "DoesNotExist":
      if (values.length > 0) {
        const printed = encodeGoJson(values);
        errors.push(`values: Invalid value: ${printed}: values set must be empty for exists and does not exist`);
      }
      requirement = operator === "Exists" ? has : (labels) => !has(labels);
      break;
    default:
      return err(`${quoteGo(operator)} is not a valid label selector operator`);
  }
  errors.push(...values.flatMap((value, index) => valueErrors(key, value, index)));
  if (errors.length === 0) return ok(requirement);
  return err(errors.length === 1 ? (errors[0] ?? "") : `[${errors.join(", ")}]`);
}

const namePattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const prefixPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const nameRule =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const prefixRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const valueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function keyErrors(key: string): string[] {
  const parts = key.split("/");
  const name = parts.at(-1) ?? "";
  const rules: string[] = [];
  if (parts.length > 2) {
    rules.push(
      `a qualified name ${nameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    );
  } else {
    const prefix = parts.length === 2 ? (parts[0] ?? "") : undefined;
    if (prefix === "") rules.push("prefix part must be non-empty");
    else if (prefix !== undefined && prefix.length > 253) rules.push("prefix part must be no more than 253 bytes");
    else if (prefix !== undefined && !prefixPattern.test(prefix)) rules.push(`prefix part ${prefixRule}`);
    if (name === "") rules.push("name part must be non-empty");
    else if (name.length > 63) rules.push("name part must be no more than 63 bytes");
    if (!namePattern.test(name)) rules.push(`name part ${nameRule}`);
  }
  return rules.length === 0 ? [] : [`key: Invalid value: ${quoteGo(key)}: ${rules.join("; ")}`];
}

function valueErrors(key: string, value: string, index: number): readonly string[] {
  const rules: string[] = [];
  if (Buffer.byteLength(value) > 63) rules.push("must be no more than 63 bytes");
  if (value !== "" && !namePattern.test(value)) rules.push(valueRule);
  return rules.length === 0 ? [] : [`values[${index}][${key}]: Invalid value: ${quoteGo(value)}: ${rules.join("; ")}`];
}

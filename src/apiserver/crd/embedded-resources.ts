import { type FieldProblem, invalid, required } from "../../api/core/field-problem.ts";
import { nameProblems } from "../../api/core/names.ts";
import { validateLabels } from "../../api/core/object-meta.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";

/**
 * What is wrong with the objects inside a custom resource that its schema calls embedded resources: they need a kind
 * and an apiVersion, and metadata with a name and labels of the usual form.
 */
export function embeddedProblems(value: JsonValue, schema: JsonObject, path: string): readonly FieldProblem[] {
  if (isJsonArray(value)) {
    const { items } = schema;
    if (!isJsonObject(items)) return [];
    return value.flatMap((item, index) => embeddedProblems(item, items, `${path}[${index}]`));
  }
  if (!isJsonObject(value)) return [];
  const { properties, additionalProperties } = schema;
  const problems = schema["x-kubernetes-embedded-resource"] === true ? [...resourceProblems(value, path)] : [];
  for (const key of Object.keys(value)) {
    const isKnown = isJsonObject(properties) && Object.hasOwn(properties, key);
    const property = isKnown ? properties[key] : additionalProperties;
    const below = isKnown ? (path === "" ? key : `${path}.${key}`) : `${path}[${key}]`;
    if (isJsonObject(property)) problems.push(...embeddedProblems(value[key]!, property, below));
  }
  return problems;
}

function resourceProblems(value: JsonObject, path: string): readonly FieldProblem[] {
  const { metadata } = value;
  const problems = [
    ...typeProblems(value["apiVersion"], `${path}.apiVersion`, versionProblems),
    ...typeProblems(value["kind"], `${path}.kind`, kindProblems),
  ];
  if (!isJsonObject(metadata)) return problems;
  const { name } = metadata;
  if (typeof name === "string") {
    const field = `${path}.metadata.name`;
    problems.push(...nameProblems("path", name, false).map((detail) => invalid(field, name, detail)));
  }
  return [...problems, ...validateLabels(metadata, `${path}.metadata.labels`)];
}

function typeProblems(
  value: JsonValue | undefined,
  field: string,
  check: (text: string) => readonly string[],
): readonly FieldProblem[] {
  if (value === undefined) return [required(field, "must not be empty")];
  if (typeof value !== "string") return [invalid(field, value, "must be a string")];
  if (value === "") return [invalid(field, value, "must not be empty")];
  return check(value).map((detail) => invalid(field, value, detail));
}

function versionProblems(version: string): readonly string[] {
  return version.split("/").length > 2 ? [`unexpected GroupVersion string: ${version}`] : [];
}

function kindProblems(kind: string): readonly string[] {
  const problems = nameProblems("label1035", kind.toLowerCase(), false);
  return problems.length === 0 ? [] : [`may have mixed case, but should otherwise match: ${problems.join(",")}`];
}

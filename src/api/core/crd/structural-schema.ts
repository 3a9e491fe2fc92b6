import { compilePattern } from "../../../cel/regex.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../json/value.ts";
import {
  duplicate,
  type FieldProblem,
  forbidden,
  invalid,
  notSupported,
  required,
  typeInvalid,
} from "../field-problem.ts";
import { child, type Fields, items, strings, text } from "../fields.ts";
import { ruleProblems } from "./rule-problems.ts";
import { resourceSchema } from "./rule-types.ts";

const types = ["array", "boolean", "integer", "number", "object", "string"];
const unsupported = ["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"];

/** Where a schema stands in a definition. */
interface Place {
  readonly at: string;
  readonly kind: "root" | "field" | "items" | "values";
  /** The nearest list around it whose items have no identity; rules within cannot look at the value from before. */
  readonly uncorrelated?: string;
}

/**
 * Whether the schema of a CustomResourceDefinition is structural and its list types and rules make sense. The problems'
 * fields begin with `at`, the field that holds the schema (Kubernetes documentation of CustomResourceDefinitions,
 * "Specifying a structural schema").
 */
export function schemaProblems(schema: Fields, at: string): readonly FieldProblem[] {
  return problemsAt(schema, { at, kind: "root" });
}

function problemsAt(schema: Fields, place: Place): readonly FieldProblem[] {
  return [
    ...innerProblems(schema, place),
    ...typeProblems(schema, place),
    ...extensionProblems(schema, place.at),
    ...listProblems(schema, place.at),
    ...junctorProblems(schema, place.at),
    ...defaultProblems(schema, place.at),
    ...ruleProblems(place.kind === "root" ? resourceSchema(schema) : schema, place.at, place.uncorrelated),
  ];
}

function innerProblems(schema: Fields, { at, uncorrelated }: Place): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const inherited = uncorrelated === undefined ? {} : { uncorrelated };
  for (const [key, property] of Object.entries(child(schema, "properties") ?? {})) {
    if (isJsonObject(property))
      problems.push(...problemsAt(property as Fields, { at: `${at}.properties[${key}]`, kind: "field", ...inherited }));
  }
  const list = child(schema, "items");
  if (list) {
    const correlated = text(schema, "x-kubernetes-list-type") === "map";
    problems.push(
      ...problemsAt(list, { at: `${at}.items`, kind: "items", ...(correlated ? inherited : { uncorrelated: at }) }),
    );
  }
  const values = child(schema, "additionalProperties");
  if (values) problems.push(...problemsAt(values, { at: `${at}.additionalProperties`, kind: "values", ...inherited }));
  return problems;
}

function typeProblems(schema: Fields, { at, kind }: Place): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const type = text(schema, "type");
  const free = schema["x-kubernetes-int-or-string"] === true || schema["x-kubernetes-preserve-unknown-fields"] === true;
  if (type === "") {
    if (kind === "root") problems.push(required(`${at}.type`, "must not be empty at the root"));
    else if (!free) {
      const what = kind === "items" ? "array items" : "object fields";
      problems.push(required(`${at}.type`, `must not be empty for specified ${what}`));
    }
  } else if (type === "null") {
    problems.push(forbidden(`${at}.type`, "type cannot be set to null, use nullable as an alternative"));
  } else if (!types.includes(type)) problems.push(notSupported(`${at}.type`, type, types));
  if (kind === "root" && type !== "" && type !== "object")
    problems.push(invalid(`${at}.type`, type, "must be object at the root"));
  if (type === "array" && !child(schema, "items")) problems.push(required(`${at}.items`, "must be specified"));
  if (Array.isArray(schema["items"]))
    problems.push(forbidden(`${at}.items`, "items must be a schema object and not an array"));
  if (child(schema, "properties") && child(schema, "additionalProperties")) {
    problems.push(forbidden(`${at}.additionalProperties`, "additionalProperties and properties are mutual exclusive"));
  }
  if (schema["additionalProperties"] === false)
    problems.push(forbidden(`${at}.additionalProperties`, "additionalProperties cannot be set to false"));
  if (schema["uniqueItems"] === true) {
    const reason = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    problems.push(forbidden(`${at}.uniqueItems`, reason));
  }
  for (const field of unsupported)
    if (Object.hasOwn(schema, field)) problems.push(forbidden(`${at}.${field}`, `${field} is not supported`));
  const pattern = text(schema, "pattern");
  const compiled = compilePattern(pattern);
  if (!compiled.ok) {
    const reason = `must be a valid regular expression, but isn't: ${compiled.error}`;
    problems.push(invalid(`${at}.pattern`, pattern, reason));
  }
  return problems;
}

/** An extension that goes with one type only. */
function needsType(schema: Fields, at: string, type: string, because: string): readonly FieldProblem[] {
  const given = text(schema, "type");
  if (given === type) return [];
  const reason = `must be ${type} if ${because}`;
  return [given === "" ? required(`${at}.type`, reason) : invalid(`${at}.type`, given, reason)];
}

function extensionProblems(schema: Fields, at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const preserve = schema["x-kubernetes-preserve-unknown-fields"];
  if (preserve === false)
    problems.push(invalid(`${at}.x-kubernetes-preserve-unknown-fields`, false, "must be true or undefined"));
  if (schema["x-kubernetes-int-or-string"] === true && text(schema, "type") !== "") {
    const reason = "must be empty if x-kubernetes-int-or-string is true";
    problems.push(invalid(`${at}.type`, text(schema, "type"), reason));
  }
  if (schema["x-kubernetes-embedded-resource"] === true) {
    problems.push(...needsType(schema, at, "object", "x-kubernetes-embedded-resource is true"));
    if (preserve !== true && !child(schema, "properties")) {
      const reason =
        "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
      problems.push(required(`${at}.properties`, reason));
    }
  }
  const mapType = text(schema, "x-kubernetes-map-type");
  if (mapType !== "") {
    problems.push(...needsType(schema, at, "object", "x-kubernetes-map-type is specified"));
    if (!["atomic", "granular"].includes(mapType))
      problems.push(notSupported(`${at}.x-kubernetes-map-type`, mapType, ["atomic", "granular"]));
  }
  return problems;
}

function listProblems(schema: Fields, at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const listType = text(schema, "x-kubernetes-list-type");
  const keys = strings(schema, "x-kubernetes-list-map-keys");
  if (listType !== "") {
    problems.push(...needsType(schema, at, "array", "x-kubernetes-list-type is specified"));
    if (!["atomic", "map", "set"].includes(listType))
      problems.push(notSupported(`${at}.x-kubernetes-list-type`, listType, ["atomic", "map", "set"]));
  }
  if (listType === "map" && keys.length === 0)
    problems.push(required(`${at}.x-kubernetes-list-map-keys`, "must not be empty if x-kubernetes-list-type is map"));
  if (listType !== "map" && keys.length > 0) {
    const reason = "must be map if x-kubernetes-list-map-keys is non-empty";
    const field = `${at}.x-kubernetes-list-type`;
    problems.push(listType === "" ? required(field, reason) : invalid(field, listType, reason));
  }
  const item = child(schema, "items");
  if (item?.["nullable"] === true && (listType === "map" || listType === "set"))
    problems.push(forbidden(`${at}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  if (listType === "map" && item) problems.push(...listKeyProblems(item, keys, at));
  return problems;
}

function listKeyProblems(item: Fields, keys: readonly string[], at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (text(item, "type") !== "object") {
    const reason = "must be object if parent array's x-kubernetes-list-type is map";
    problems.push(invalid(`${at}.items.type`, text(item, "type"), reason));
  }
  const properties = child(item, "properties");
  for (const [index, key] of keys.entries()) {
    const field = `${at}.x-kubernetes-list-map-keys[${index}]`;
    if (keys.indexOf(key) < index) problems.push(duplicate(field, key));
    const property = properties && Object.hasOwn(properties, key) ? child(properties, key) : undefined;
    if (!property) {
      problems.push(invalid(field, key, "entries must all be names of item properties"));
      continue;
    }
    const type = text(property, "type");
    if (type === "object" || type === "array") {
      const reason = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      problems.push(invalid(`${at}.items.properties[${key}].type`, type, reason));
    }
    if (property["default"] === undefined && !strings(item, "required").includes(key)) {
      const reason =
        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
      problems.push(required(`${at}.items.properties[${key}].default`, reason));
    }
  }
  return problems;
}

const junctors = ["allOf", "anyOf", "oneOf"];
const structuralOnly = ["additionalProperties", "type", "nullable", "title", "description", "default"];

/** What stands below `allOf`, `anyOf`, `oneOf` and `not` may restrict values; their structure is told outside. */
function junctorProblems(schema: JsonObject, at: string): readonly FieldProblem[] {
  const branches = junctors.flatMap((name) =>
    items(schema, name).map((branch, index) => ({ branch, at: `${at}.${name}[${index}]` })),
  );
  const not = child(schema, "not");
  if (not) branches.push({ branch: not, at: `${at}.not` });
  return branches.flatMap(({ branch, at: place }) => restrictionProblems(branch, place));
}

function restrictionProblems(schema: Fields, at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [key, property] of Object.entries(child(schema, "properties") ?? {}))
    if (isJsonObject(property)) problems.push(...restrictionProblems(property as Fields, `${at}.properties[${key}]`));
  const list = child(schema, "items");
  if (list) problems.push(...restrictionProblems(list, `${at}.items`));
  const intOrString = isIntOrStringBranch(schema);
  for (const field of structuralOnly)
    if (isSet(schema[field]) && !(field === "type" && intOrString))
      problems.push(forbidden(`${at}.${field}`, "must be empty to be structural"));
  for (const field of Object.keys(schema))
    if (field.startsWith("x-kubernetes-") && field !== "x-kubernetes-validations" && isSet(schema[field]))
      problems.push(forbidden(`${at}.${field}`, "must be false to be structural"));
  return [...problems, ...junctorProblems(schema, at)];
}

/** The branches `{type: integer}` and `{type: string}`, by which int-or-string was told before it had an extension. */
function isIntOrStringBranch(schema: Fields): boolean {
  return Object.keys(schema).length === 1 && ["integer", "string"].includes(text(schema, "type"));
}

function isSet(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== false && value !== "" && value !== null;
}

function defaultProblems(schema: Fields, at: string): readonly FieldProblem[] {
  const fallback = schema["default"];
  const type = text(schema, "type");
  if (fallback === undefined || type === "" || (fallback === null && schema["nullable"] === true)) return [];
  const found = jsonType(fallback);
  if (found === type || (type === "number" && found === "integer")) return [];
  return [typeInvalid(`${at}.default`, found, ` in body must be of type ${type}: "${found}"`)];
}

function jsonType(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

import { isDeepStrictEqual } from "node:util";
import { RE2JS } from "re2js";
import {
  duplicate,
  type FieldProblem,
  invalid,
  notSupported,
  required,
  typeInvalid,
} from "../../api/core/field-problem.ts";
import { canonicalTime } from "../../api/core/time.ts";
import { encodeGoJson } from "../../json/go-encode.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { correlatedItem } from "./correlated-item.ts";

const patterns = new Map<string, RE2JS | undefined>();
const maxPatterns = 1_000;

function compiled(source: string): RE2JS | undefined {
  if (!patterns.has(source)) {
    if (patterns.size >= maxPatterns) patterns.clear();
    try {
      patterns.set(source, RE2JS.compile(source));
    } catch {
      patterns.set(source, undefined);
    }
  }
  return patterns.get(source);
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function typeOf(value: JsonValue): string {
  if (value === null) return "null";
  if (isJsonArray(value)) return "array";
  if (typeof value === "bigint") return "integer";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function isNumber(value: JsonValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** Problems of a value by its schema, worded as Kubernetes words them; `old` unchanged passes (ratcheting). */
export function validateSchema(
  value: JsonValue,
  old: JsonValue | undefined,
  schema: JsonObject,
  path: string,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  check(value, old, schema, path, problems);
  return problems;
}

function check(
  value: JsonValue,
  old: JsonValue | undefined,
  schema: JsonObject,
  path: string,
  problems: FieldProblem[],
): void {
  if (old !== undefined && isDeepStrictEqual(value, old)) return;
  if (value === null && schema["nullable"] === true) return;
  const wrong = wrongType(value, schema, path);
  if (wrong) {
    problems.push(wrong);
    return;
  }
  checkCombinations(value, schema, path, problems);
  if (typeof value === "string") checkString(value, schema, path, problems);
  else if (isNumber(value)) checkNumber(value, schema, path, problems);
  else if (isJsonArray(value)) checkArray(value, old, schema, path, problems);
  const options = schema["enum"];
  if (isJsonArray(options) && !options.some((option) => isDeepStrictEqual(option, value))) {
    const supported = options.map((option) => (typeof option === "string" ? option : encodeGoJson(option)));
    problems.push(notSupported(path, value, supported));
  }
  if (isJsonObject(value)) checkObject(value, isJsonObject(old) ? old : undefined, schema, path, problems);
}

function wrongType(value: JsonValue, schema: JsonObject, path: string): FieldProblem | undefined {
  const found = typeOf(value);
  const field = path === "" ? "<nil>" : path;
  if (schema["x-kubernetes-int-or-string"] === true) {
    if (found === "integer" || found === "string") return undefined;
    return typeInvalid(field, found, `${path} in body must be of type integer,string: "${found}"`);
  }
  const type = schema["type"];
  if (typeof type !== "string" || type === found || (type === "number" && found === "integer")) return undefined;
  return typeInvalid(field, found, `${path} in body must be of type ${type}: "${found}"`);
}

function checkString(value: string, schema: JsonObject, path: string, problems: FieldProblem[]): void {
  const length = [...value].length;
  const { minLength, maxLength, pattern, format } = schema;
  if (isNumber(maxLength ?? null) && length > Number(maxLength)) {
    problems.push({
      reason: "FieldValueTooLong",
      field: path,
      message: `Too long: may not be more than ${String(maxLength)} bytes`,
    });
  }
  if (isNumber(minLength ?? null) && length < Number(minLength)) {
    problems.push(invalid(path, value, `${path} in body should be at least ${String(minLength)} chars long`));
  }
  if (typeof pattern === "string" && compiled(pattern)?.matcher(value).find() === false) {
    problems.push(invalid(path, value, `${path} in body should match '${pattern}'`));
  }
  if (typeof format === "string" && !hasFormat(value, format)) {
    problems.push(invalid(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`));
  }
}

function hasFormat(value: string, format: string): boolean {
  switch (format) {
    case "date-time":
      return canonicalTime(value) !== undefined;
    case "date":
      return /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
    case "uuid":
      return /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(value);
    case "byte":
      return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value);
    case "ipv4":
      return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(value);
    case "email":
      return /^[^\s@]+@[^\s@]+$/.test(value);
    default:
      return true;
  }
}

function checkNumber(value: number | bigint, schema: JsonObject, path: string, problems: FieldProblem[]): void {
  const { minimum, maximum, multipleOf, format } = schema;
  if (maximum !== undefined && isNumber(maximum)) {
    const exclusive = schema["exclusiveMaximum"] === true;
    if (exclusive ? value >= maximum : value > maximum) {
      problems.push(
        invalid(
          path,
          value,
          `${path} in body should be less than${exclusive ? "" : " or equal to"} ${String(maximum)}`,
        ),
      );
    }
  }
  if (minimum !== undefined && isNumber(minimum)) {
    const exclusive = schema["exclusiveMinimum"] === true;
    if (exclusive ? value <= minimum : value < minimum) {
      problems.push(
        invalid(
          path,
          value,
          `${path} in body should be greater than${exclusive ? "" : " or equal to"} ${String(minimum)}`,
        ),
      );
    }
  }
  if (isNumber(multipleOf ?? null) && Number(value) % Number(multipleOf) !== 0) {
    problems.push(invalid(path, value, `${path} in body should be a multiple of ${String(multipleOf)}`));
  }
  if (format === "int32" && (value > 2147483647 || value < -2147483648)) {
    problems.push(invalid(path, value, `${path} in body must be of type int32: "${String(value)}"`));
  }
}

function checkArray(
  value: readonly JsonValue[],
  old: JsonValue | undefined,
  schema: JsonObject,
  path: string,
  problems: FieldProblem[],
): void {
  const { items, maxItems, minItems, uniqueItems } = schema;
  if (isNumber(maxItems ?? null) && value.length > Number(maxItems)) {
    problems.push({
      reason: "FieldValueTooMany",
      field: path,
      message: `Too many: ${value.length}: must have at most ${String(maxItems)} items`,
    });
  }
  if (isNumber(minItems ?? null) && value.length < Number(minItems)) {
    problems.push(invalid(path, value.length, `${path} in body should have at least ${String(minItems)} items`));
  }
  if (uniqueItems === true && new Set(value.map((item) => encodeGoJson(item))).size < value.length) {
    problems.push(invalid(path, value, `${path} in body shouldn't contain duplicates`));
  }
  if (!isJsonObject(items)) return;
  for (const [index, item] of value.entries())
    check(item, correlatedItem(item, old, schema), items, `${path}[${index}]`, problems);
}

function checkObject(
  value: JsonObject,
  old: JsonObject | undefined,
  schema: JsonObject,
  path: string,
  problems: FieldProblem[],
): void {
  const { properties, additionalProperties, maxProperties, minProperties } = schema;
  const needed = schema["required"];
  const count = Object.keys(value).length;
  if (isNumber(maxProperties ?? null) && count > Number(maxProperties)) {
    problems.push({
      reason: "FieldValueTooMany",
      field: path,
      message: `Too many: ${count}: must have at most ${String(maxProperties)} items`,
    });
  }
  if (isNumber(minProperties ?? null) && count < Number(minProperties)) {
    problems.push(invalid(path, count, `${path} in body should have at least ${String(minProperties)} properties`));
  }
  for (const key of Object.keys(value)) {
    const property = isJsonObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
    const inner = isJsonObject(property)
      ? property
      : isJsonObject(additionalProperties)
        ? additionalProperties
        : undefined;
    if (!inner) continue;
    check(value[key]!, old && Object.hasOwn(old, key) ? old[key] : undefined, inner, join(path, key), problems);
  }
  for (const key of isJsonArray(needed) ? needed : []) {
    if (!Object.hasOwn(value, String(key))) problems.push(required(join(path, String(key))));
  }
}

function holds(value: JsonValue, schema: JsonValue): boolean {
  return isJsonObject(schema) && validateSchema(value, undefined, schema, "x").length === 0;
}

/** A problem of a whole value: Kubernetes tells it without a field. */
function ofWhole(message: string): FieldProblem {
  return { reason: "FieldValueInvalid", field: "<nil>", message: `Invalid value: "": ${message}` };
}

function checkCombinations(value: JsonValue, schema: JsonObject, path: string, problems: FieldProblem[]): void {
  const { allOf, anyOf, oneOf, not } = schema;
  const where = JSON.stringify(path);
  const failuresOf = (option: JsonValue | undefined): readonly FieldProblem[] =>
    isJsonObject(option) ? validateSchema(value, undefined, option, path) : [];
  if (
    isJsonArray(anyOf) &&
    schema["x-kubernetes-int-or-string"] !== true &&
    !anyOf.some((option) => holds(value, option))
  ) {
    problems.push(ofWhole(`${where} must validate at least one schema (anyOf)`), ...failuresOf(anyOf[0]));
  }
  if (isJsonArray(oneOf)) {
    const matching = oneOf.filter((option) => holds(value, option)).length;
    if (matching !== 1) {
      const found = matching === 0 ? "Found none valid" : `Found ${matching} valid alternatives`;
      problems.push(ofWhole(`${where} must validate one and only one schema (oneOf). ${found}`));
      if (matching === 0) problems.push(...failuresOf(oneOf[0]));
    }
  }
  if (isJsonArray(allOf)) {
    const failing = allOf.filter((option) => !holds(value, option));
    if (failing.length > 0) {
      for (const option of failing) problems.push(...failuresOf(option));
      const none = failing.length === allOf.length ? ". None validated" : "";
      problems.push(ofWhole(`${where} must validate all the schemas (allOf)${none}`));
    }
  }
  if (isJsonObject(not) && holds(value, not)) problems.push(ofWhole(`${where} must not validate the schema (not)`));
}

/** Duplicates in lists of type set and map. */
export function validateListTypes(value: JsonValue, schema: JsonObject, path: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (isJsonArray(value)) {
    const type = schema["x-kubernetes-list-type"];
    const keys = schema["x-kubernetes-list-map-keys"];
    const seen = new Set<string>();
    value.forEach((item, index) => {
      let identity: JsonValue = item;
      if (type === "map" && isJsonArray(keys) && isJsonObject(item)) {
        identity = Object.fromEntries(keys.map((key) => [String(key), item[String(key)] ?? null]));
      } else if (type !== "set") return;
      const text = encodeGoJson(identity);
      if (seen.has(text)) problems.push(duplicate(`${path}[${index}]`, identity));
      seen.add(text);
    });
    const { items } = schema;
    if (isJsonObject(items)) {
      for (const [index, item] of value.entries())
        problems.push(...validateListTypes(item, items, `${path}[${index}]`));
    }
    return problems;
  }
  if (!isJsonObject(value)) return problems;
  const { properties, additionalProperties } = schema;
  for (const key of Object.keys(value)) {
    const property =
      isJsonObject(properties) && Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (isJsonObject(property)) problems.push(...validateListTypes(value[key]!, property, join(path, key)));
  }
  return problems;
}

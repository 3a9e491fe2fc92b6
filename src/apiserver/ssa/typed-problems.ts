import { formatGoValue } from "../../json/go-print.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../json/value.ts";
import { printPath } from "./field-set.ts";
import { itemElement, type ListMerge, resolveShape, type Shape } from "./shape.ts";

/** What keeps a configuration from being applied: fields that the type lacks, values that do not fit, items told apart by nothing. */
export function typedProblems(shape: Shape, value: JsonValue, at: readonly string[] = []): readonly string[] {
  const resolved = resolveShape(shape, value);
  if (value === null) return [];
  const problem = (text: string): string => (at.length === 0 ? text : `${printPath(at)}: ${text}`);
  switch (resolved.kind) {
    case "scalar": {
      const mismatch = scalarMismatch(resolved.type, value);
      return mismatch === undefined ? [] : [problem(mismatch)];
    }
    case "map":
      if (!isJsonObject(value)) return [problem(`expected map, got &{${formatGoValue(value)}}`)];
      return Object.keys(value)
        .sort()
        .flatMap((key) => {
          const inner = resolved.field(key);
          const path = [...at, `f:${key}`];
          return inner ? typedProblems(inner, value[key]!, path) : [`${printPath(path)}: field not declared in schema`];
        });
    case "list": {
      if (!isJsonArray(value)) return [problem(`expected list, got &{${formatGoValue(value)}}`)];
      const seen = new Set<string>();
      return value.flatMap((item, index) => {
        const unkeyed = missingKey(resolved.merge, item);
        if (unkeyed !== undefined) return [problem(`element ${index}: ${unkeyed}`)];
        const element = itemElement(resolved.merge, item, index) ?? `i:${index}`;
        const repeated = seen.has(element) ? [problem(`duplicate entries for key ${printPath([element])}`)] : [];
        seen.add(element);
        return [...repeated, ...typedProblems(resolved.items, item, [...at, element])];
      });
    }
    default:
      return resolved satisfies never;
  }
}

/** Where a value has lists, maps or structs that are one unit, printed. */
export function atomicPaths(shape: Shape, value: JsonValue, at: readonly string[] = []): readonly string[] {
  const resolved = resolveShape(shape, value);
  if (resolved.kind === "map" && isJsonObject(value)) {
    if (resolved.atomic) return [printPath(at)];
    return Object.keys(value).flatMap((key) => {
      const inner = resolved.field(key);
      return inner ? atomicPaths(inner, value[key]!, [...at, `f:${key}`]) : [];
    });
  }
  if (resolved.kind === "list" && isJsonArray(value)) {
    if (resolved.merge.kind === "atomic") return [printPath(at)];
    return value.flatMap((item, index) =>
      atomicPaths(resolved.items, item, [...at, itemElement(resolved.merge, item, index) ?? `i:${index}`]),
    );
  }
  return [];
}

function missingKey(merge: ListMerge, item: JsonValue): string | undefined {
  if (merge.kind !== "keys" || !isJsonObject(item)) return undefined;
  const missing = merge.keys.find(
    ({ name, default: fallback }) => !Object.hasOwn(item, name) && fallback === undefined,
  );
  return missing === undefined
    ? undefined
    : `associative list with keys has an element that omits key field ${JSON.stringify(missing.name)} (and doesn't have default value)`;
}

function scalarMismatch(
  type: Extract<Shape, { readonly kind: "scalar" }>["type"],
  value: JsonValue,
): string | undefined {
  switch (type) {
    case "string":
      return typeof value === "string" ? undefined : `expected string, got ${shown(value)}`;
    case "boolean":
      return typeof value === "boolean" ? undefined : `expected boolean, got ${shown(value)}`;
    case "numeric":
      return typeof value === "number" ? undefined : `expected numeric (int or float), got ${goType(value)}`;
    case "untyped":
      return typeof value === "object" ? `expected any scalar, got ${shown(value)}` : undefined;
    default:
      return type satisfies never;
  }
}

/** A value as Kubernetes' own type for it is printed. */
function shown(value: JsonValue): string {
  return `&value.valueUnstructured{Value:${goLiteral(value)}}`;
}

function goLiteral(value: JsonValue): string {
  if (value === null) return "interface {}(nil)";
  if (isJsonArray(value)) return `[]interface {}{${value.map(goLiteral).join(", ")}}`;
  if (!isJsonObject(value)) return typeof value === "string" ? JSON.stringify(value) : String(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${goLiteral(value[key]!)}`);
  return `map[string]interface {}{${entries.join(", ")}}`;
}

function goType(value: JsonValue): string {
  if (isJsonArray(value)) return "[]interface {}";
  if (isJsonObject(value)) return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** Several problems as one message. */
export function joinProblems(problems: readonly string[]): string {
  return problems.length === 1 ? problems[0]! : `errors:\n${problems.map((problem) => `  ${problem}`).join("\n")}`;
}

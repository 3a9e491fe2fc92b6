import { isJsonArray, isJsonObject, type JsonValue } from "../../json/value.ts";
import { printPath } from "./field-set.ts";
import { itemElement, resolveShape, type Shape } from "./shape.ts";

/** What keeps a configuration from being applied: fields that the type lacks. */
export function undeclaredFields(shape: Shape, value: JsonValue, at: readonly string[] = []): readonly string[] {
  const resolved = resolveShape(shape, value);
  if (value === null || resolved.kind === "scalar") return [];
  if (resolved.kind === "map") {
    if (!isJsonObject(value)) return [];
    return Object.keys(value)
      .sort()
      .flatMap((key) => {
        const inner = resolved.field(key);
        const path = [...at, `f:${key}`];
        return inner
          ? undeclaredFields(inner, value[key]!, path)
          : [`${printPath(path)}: field not declared in schema`];
      });
  }
  if (!isJsonArray(value)) return [];
  return value.flatMap((item, index) => {
    const element = itemElement(resolved.merge, item, index) ?? `i:${index}`;
    return undeclaredFields(resolved.items, item, [...at, element]);
  });
}

/** Several problems as one message. */
export function joinProblems(problems: readonly string[]): string {
  return problems.length === 1 ? problems[0]! : `errors:\n${problems.map((problem) => `  ${problem}`).join("\n")}`;
}

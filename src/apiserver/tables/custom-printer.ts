import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import type { PrinterColumn } from "../resource-definition.ts";
import { ageOf, humanDuration } from "./age.ts";
import type { Printer } from "./printers.ts";
import { ageColumn, nameColumn } from "./table-column.ts";

type PathStep =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }
  | { readonly kind: "filter"; readonly field: readonly string[]; readonly value: string };

/** Compiles a simple JSONPath such as `.status.conditions[?(@.type=="Ready")].status`; undefined when it is beyond us. */
function compilePath(path: string): readonly PathStep[] | undefined {
  const steps: PathStep[] = [];
  const pattern =
    /\.([A-Za-z0-9_/-]+(?:\\\.[A-Za-z0-9_/-]+)*)|\[(-?\d+)\]|\[\*\]|\[['"]([^'"]+)['"]\]|\[\?\(\s*@((?:\.[A-Za-z0-9_-]+)+)\s*==\s*(?:"([^"]*)"|'([^']*)')\s*\)\]/y;
  let at = 0;
  while (at < path.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(path);
    if (!match) return undefined;
    const [text, field, index, quoted, filter, double, single] = match;
    if (field !== undefined) steps.push({ kind: "field", name: field.replaceAll("\\.", ".") });
    else if (index !== undefined) steps.push({ kind: "index", index: Number(index) });
    else if (quoted !== undefined) steps.push({ kind: "field", name: quoted });
    else if (filter !== undefined)
      steps.push({ kind: "filter", field: filter.slice(1).split("."), value: double ?? single ?? "" });
    else steps.push({ kind: "all" });
    at += text.length;
  }
  return steps;
}

function fieldAt(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function follow(value: JsonValue, steps: readonly PathStep[]): readonly JsonValue[] {
  let found: readonly JsonValue[] = [value];
  for (const step of steps) {
    found = found.flatMap((item): readonly JsonValue[] => {
      switch (step.kind) {
        case "field": {
          const next = fieldAt(item, step.name);
          return next === undefined ? [] : [next];
        }
        case "index": {
          if (!isJsonArray(item)) return [];
          const next = item.at(step.index);
          return next === undefined ? [] : [next];
        }
        case "all":
          return isJsonArray(item) ? item : isJsonObject(item) ? Object.values(item) : [];
        case "filter":
          if (!isJsonArray(item)) return [];
          return item.filter((candidate) => {
            let at: JsonValue | undefined = candidate;
            for (const name of step.field) at = fieldAt(at, name);
            return at === step.value;
          });
        default:
          return step satisfies never;
      }
    });
  }
  return found;
}

function cellOf(
  column: PrinterColumn,
  steps: readonly PathStep[] | undefined,
  object: JsonObject,
  nowMs: number,
): JsonValue {
  const [value] = steps ? follow(object, steps) : [];
  if (value === undefined || value === null) return null;
  switch (column.type) {
    case "date": {
      if (typeof value !== "string") return null;
      const then = Date.parse(value);
      return Number.isNaN(then) ? "<invalid>" : humanDuration(Math.floor((nowMs - then) / 1000));
    }
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : typeof value === "bigint" ? value : null;
    case "number":
      return typeof value === "number" || typeof value === "bigint" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    default:
      return typeof value === "object" ? JSON.stringify(value) : String(value);
  }
}

/** Prints a custom kind by its `additionalPrinterColumns`; without any: name and age (spec: kube-api, section 10). */
export function customPrinter(columns: readonly PrinterColumn[]): Printer {
  const name = (object: JsonObject): JsonValue => fieldAt(object["metadata"], "name") ?? "";
  if (columns.length === 0) {
    return {
      columns: [nameColumn, { ...ageColumn, type: "date" }],
      cells: (object, nowMs) => [name(object), ageOf(fieldAt(object["metadata"], "creationTimestamp"), nowMs)],
    };
  }
  const compiled = columns.map((column) => ({ column, steps: compilePath(column.jsonPath) }));
  return {
    columns: [
      nameColumn,
      ...columns.map((column) => ({
        name: column.name,
        type: column.type,
        ...(column.format !== undefined && { format: column.format }),
        description:
          column.description !== undefined && column.description !== ""
            ? column.description
            : `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
        ...(column.priority !== undefined && { priority: column.priority }),
      })),
    ],
    cells: (object, nowMs) => [
      name(object),
      ...compiled.map(({ column, steps }) => cellOf(column, steps, object, nowMs)),
    ],
  };
}

import type { JsonObject, JsonValue } from "../../json/value.ts";
import { evaluatePath } from "../../jsonpath/evaluate.ts";
import { type Path, parsePath } from "../../jsonpath/parse.ts";
import { encodePathValue, formatPathValue } from "../../jsonpath/value.ts";
import type { PrinterColumn } from "../resource-definition.ts";
import { humanDuration } from "./age.ts";
import { age, nameOf } from "./cell-texts.ts";
import type { Printer } from "./printers.ts";
import { ageColumn, nameColumn } from "./table-column.ts";

/** The first value at a path; undefined where there is none, also for a path that cannot be read. */
function firstValue(object: JsonObject, path: Path | undefined): JsonValue | undefined {
  const found = path && evaluatePath(path, object, { allowsMissingKeys: true });
  // The object is plain JSON, and so is all that is found in it.
  return found?.ok ? (found.value.values[0] as JsonValue | undefined) : undefined;
}

function cellOf(column: PrinterColumn, path: Path | undefined, object: JsonObject, nowMs: number): JsonValue {
  const value = firstValue(object, path);
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
      return typeof value === "object" ? encodePathValue(value) : formatPathValue(value);
  }
}

/** Prints a custom kind by its `additionalPrinterColumns`; without any: name and age (spec: kube-api, section 10). */
export function customPrinter(columns: readonly PrinterColumn[]): Printer {
  if (columns.length === 0) {
    return {
      columns: [nameColumn, { ...ageColumn, type: "date" }],
      cells: (object, nowMs) => [nameOf(object), age(object, nowMs)],
    };
  }
  const compiled = columns.map((column) => {
    const path = parsePath(column.jsonPath);
    return { column, path: path.ok ? path.value : undefined };
  });
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
      nameOf(object),
      ...compiled.map(({ column, path }) => cellOf(column, path, object, nowMs)),
    ],
  };
}

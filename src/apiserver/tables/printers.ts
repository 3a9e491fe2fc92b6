import type { JsonObject, JsonValue } from "../../json/value.ts";
import { type ResourceDefinition, servedVersion } from "../resource-definition.ts";
import { builtinCells, podConditions } from "./builtin-cells.ts";
import { builtinColumns } from "./column-definitions.ts";
import { customPrinter } from "./custom-printer.ts";
import { createdAtColumn, nameColumn, type TableColumn } from "./table-column.ts";

/** Prints objects of one kind as rows. */
export interface Printer {
  readonly columns: readonly TableColumn[];
  cells(object: JsonObject, nowMs: number): readonly JsonValue[];
  /** Without objects the rows are null instead of empty. */
  readonly rowless?: boolean;
  /** Conditions of the row: a completed Pod says so here. */
  conditions?(object: JsonObject): readonly JsonObject[];
}

const plainPrinter: Printer = {
  rowless: true,
  columns: [nameColumn, createdAtColumn],
  cells: (object) => {
    const metadata = object["metadata"] as JsonObject;
    return [metadata["name"] ?? "", metadata["creationTimestamp"] ?? null];
  },
};

const customPrinters = new WeakMap<object, Printer>();

/** The printer of a kind: its own, or name and creation time. */
export function printerOf(definition: ResourceDefinition, version: string): Printer {
  if (definition.custom) {
    const served = servedVersion(definition, version);
    if (!served) return plainPrinter;
    let found = customPrinters.get(served);
    if (!found) {
      found = customPrinter(served.columns ?? []);
      customPrinters.set(served, found);
    }
    return found;
  }
  const key = `${definition.group}/${definition.resource}`;
  const columns = builtinColumns[key];
  const cells = builtinCells[key];
  if (!columns || !cells) return plainPrinter;
  return { columns, cells, ...(key === "/pods" && { conditions: podConditions }) };
}

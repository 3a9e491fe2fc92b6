import type { K8sObject } from "../../api/object.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ResourceDefinition } from "../resource-definition.ts";
import { printerOf } from "./printers.ts";

/** How much of each object a row carries. */
export type IncludedObject = "Metadata" | "Object" | "None";

export interface TableSource {
  readonly definition: ResourceDefinition;
  readonly version: string;
  readonly include: IncludedObject;
  readonly nowMs: number;
}

/** Reads `includeObject`. */
export function includedObject(query: URLSearchParams): Result<IncludedObject, string> {
  const asked = query.get("includeObject") ?? "";
  if (asked === "" || asked === "Metadata") return ok("Metadata");
  if (asked === "Object" || asked === "None") return ok(asked);
  return err(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(asked)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

/** Objects as a Table (spec: kube-api, section 12). */
export function tableOf(
  { definition, version, include, nowMs }: TableSource,
  apiVersion: string,
  objects: readonly K8sObject[],
  metadata: JsonObject,
): JsonObject {
  const printer = printerOf(definition, version);
  return {
    kind: "Table",
    apiVersion,
    metadata,
    columnDefinitions: printer.columns.map(({ name, type, format = "", description = "", priority = 0 }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    rows:
      printer.rowless === true && objects.length === 0
        ? null
        : objects.map((object) => ({
            cells: printer.cells(object as unknown as JsonObject, nowMs),
            ...rowExtras(printer.conditions?.(object as unknown as JsonObject)),
            object: rowObject(object, include, apiVersion),
          })),
  };
}

function rowExtras(conditions: readonly JsonObject[] | undefined): { readonly conditions?: readonly JsonObject[] } {
  return conditions && conditions.length > 0 ? { conditions } : {};
}

function rowObject(object: K8sObject, include: IncludedObject, apiVersion: string): JsonValue {
  if (include === "None") return null;
  if (include === "Object") return object as unknown as JsonValue;
  return { kind: "PartialObjectMetadata", apiVersion, metadata: object.metadata as unknown as JsonObject };
}

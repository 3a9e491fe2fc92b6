import type { JsonObject, JsonValue } from "../../json/value.ts";
import type { ResourceDefinition } from "../resource-definition.ts";
import { ageOf } from "./age.ts";

/** One column of a Table. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

/** Prints objects of one kind as rows. */
export interface Printer {
  readonly columns: readonly TableColumn[];
  cells(object: JsonObject, nowMs: number): readonly JsonValue[];
  /** Conditions of the row: a completed Pod says so here. */
  conditions?(object: JsonObject): readonly JsonObject[];
}

const namePurpose =
  "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";
const agePurpose =
  "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

export const nameColumn: TableColumn = { name: "Name", type: "string", format: "name", description: namePurpose };
export const ageColumn: TableColumn = { name: "Age", type: "string", description: agePurpose };

const plainPrinter: Printer = {
  columns: [nameColumn, { name: "Created At", type: "date", description: agePurpose }],
  cells: (object) => {
    const metadata = object["metadata"] as JsonObject;
    return [metadata["name"] ?? "", metadata["creationTimestamp"] ?? null];
  },
};

/** The printer of a kind. */
export function printerOf(_definition: ResourceDefinition, _version: string): Printer {
  void ageOf;
  return plainPrinter;
}

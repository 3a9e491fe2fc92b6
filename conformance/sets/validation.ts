import { basename, dirname } from "node:path";
import { validateTriggersRequest } from "../../src/api/triggers/admission.ts";
import type { ConfigMaps } from "../../src/api/triggers/configuration.ts";
import type { JsonValue } from "../../src/json/value.ts";
import { readVectors, textOutcome } from "../resource-vectors.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

interface Vector {
  readonly name: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly operation: "create" | "update" | "delete";
  readonly object: JsonValue;
  readonly oldObject?: JsonValue;
  readonly configMaps?: ConfigMaps;
  readonly valid: boolean;
  readonly error: string;
  readonly errorMatch?: "prefix";
}

/** The validator alone, on objects that nothing has defaulted. */
export const set: ConformanceSet = {
  // The vectors of the Kubernetes API have a file of that name, too.
  claim: (path) =>
    basename(path) === "validation.json" && basename(dirname(path)) !== "kube-api" ? "validation" : undefined,
  async *run(_name, files) {
    for (const vector of readVectors<Vector>(files)) yield run(vector);
  },
};

function run(vector: Vector): CaseOutcome {
  const { apiVersion, kind, object, configMaps = {} } = vector;
  const operation = vector.operation.toUpperCase();
  const old = vector.operation === "create" ? {} : { oldObject: vector.oldObject ?? object };
  const fresh = vector.operation === "delete" ? {} : { object };
  const answer = validateTriggersRequest({ operation, apiVersion, kind, ...fresh, ...old, configMaps });
  const error = answer.ok ? "" : answer.error.replace(/^validation failed: /, "");
  return textOutcome(vector.name, vector.error, error, vector.errorMatch);
}

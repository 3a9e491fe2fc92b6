import { basename } from "node:path";
import { validateTriggersText } from "../../src/api/triggers/admission.ts";
import type { ConfigMaps } from "../../src/api/triggers/configuration.ts";
import { memberNode, readTextVectors, type TextVector, textOutcome } from "../resource-vectors.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

interface Vector {
  readonly name: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly operation: "create" | "update" | "delete";
  readonly configMaps?: ConfigMaps;
  readonly valid: boolean;
  readonly error: string;
  readonly errorMatch?: "prefix";
}

/** The validator alone, on objects that nothing has defaulted. */
export const set: ConformanceSet = {
  // The vectors of the Kubernetes API have a file of that name, too; it is an object, not a list.
  claim: (path, head) =>
    basename(path) === "validation.json" && head.trimStart().startsWith("[") ? "validation" : undefined,
  async *run(_name, files) {
    for (const vector of readTextVectors<Vector>(files)) yield run(vector);
  },
};

function run({ vector, node }: TextVector<Vector>): CaseOutcome {
  const { apiVersion, kind, configMaps = {} } = vector;
  const operation = vector.operation.toUpperCase();
  const object = memberNode(node, "object");
  const old = vector.operation === "create" ? {} : { oldObject: memberNode(node, "oldObject") ?? object };
  const fresh = vector.operation === "delete" ? {} : { object };
  const answer = validateTriggersText({ operation, apiVersion, kind, ...fresh, ...old, configMaps });
  const error = answer.ok ? "" : answer.error.replace(/^validation failed: /, "");
  return textOutcome(vector.name, vector.error, error, vector.errorMatch);
}

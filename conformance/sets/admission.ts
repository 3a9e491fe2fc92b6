import { basename } from "node:path";
import { admitTriggersText } from "../../src/api/triggers/admission.ts";
import type { ConfigMaps } from "../../src/api/triggers/configuration.ts";
import { parseObject } from "../../src/json/object-text.ts";
import type { JsonValue } from "../../src/json/value.ts";
import { memberNode, readTextVectors, type TextVector, textOutcome, valueOutcome } from "../resource-vectors.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

interface Vector {
  readonly name: string;
  readonly request: {
    readonly operation: string;
    readonly apiVersion: string;
    readonly kind: string;
    readonly object?: JsonValue;
  };
  readonly configMaps?: ConfigMaps;
  readonly response:
    | { readonly allowed: true; readonly object?: JsonValue }
    | { readonly allowed: false; readonly upstreamCrash: true }
    | {
        readonly allowed: false;
        readonly upstreamCrash?: undefined;
        readonly stage: string;
        readonly code: number;
        readonly reason: string;
        readonly message: string;
        readonly messageMatch?: "prefix";
      };
}

/** A write as the webhooks answer it: mutated, patched, validated. */
export const set: ConformanceSet = {
  claim: (path) => (basename(path) === "admission.json" ? "admission" : undefined),
  async *run(_name, files) {
    for (const vector of readTextVectors<Vector>(files)) yield run(vector);
  },
};

function run({ vector, node }: TextVector<Vector>): CaseOutcome {
  const { name, request, configMaps = {}, response } = vector;
  const texts = memberNode(node, "request");
  const answer = admitTriggersText({
    ...request,
    configMaps,
    object: memberNode(texts, "object"),
    oldObject: memberNode(texts, "oldObject"),
  });
  if (response.allowed) {
    if (!answer.ok) return valueOutcome(name, response.object, answer.error);
    // An answer without a patch leaves the object, if there is one, as it came.
    const stored = answer.value === undefined ? request.object : parseObject(answer.value);
    return response.object === undefined ? { name, passed: true } : valueOutcome(name, response.object, stored);
  }
  if (answer.ok) return valueOutcome(name, response, { allowed: true });
  const { message, ...rest } = answer.error;
  if (response.upstreamCrash === true) return { name, passed: message !== "" };
  const { stage, code, reason } = response;
  const outcome = valueOutcome(name, { stage, code, reason }, rest);
  return outcome.passed ? textOutcome(name, response.message, message, response.messageMatch) : outcome;
}

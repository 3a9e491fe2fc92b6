import { basename } from "node:path";
import { mutateTriggersObject, mutateTriggersText } from "../../src/api/triggers/admission.ts";
import type { ConfigMaps } from "../../src/api/triggers/configuration.ts";
import { type JsonNode, readJsonText } from "../../src/api/triggers/json-source.ts";
import { parseObject } from "../../src/json/object-text.ts";
import type { JsonValue } from "../../src/json/value.ts";
import { memberNode, readTextVectors, type TextVector, valueOutcome } from "../resource-vectors.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

interface Vector {
  readonly name: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly configMaps?: ConfigMaps;
  readonly input?: JsonValue;
  readonly output?: JsonValue;
  readonly inputText?: string;
  readonly outputText?: string;
}

/** Decode, default, encode. */
export const set: ConformanceSet = {
  claim: (path) => (basename(path) === "defaulting.json" ? "defaulting" : undefined),
  async *run(_name, files) {
    for (const vector of readTextVectors<Vector>(files)) yield run(vector);
  },
};

function run({ vector, node }: TextVector<Vector>): CaseOutcome {
  const { name, apiVersion, kind, configMaps = {} } = vector;
  const request = { operation: "CREATE", apiVersion, kind, configMaps };
  if (vector.inputText === undefined) {
    const got = mutateTriggersText({ ...request, object: memberNode(node, "input") });
    const parsed = mutateTriggersObject({ ...request, object: vector.input ?? null });
    // What the embedded API server does with the parsed object must be the same.
    const outcome = valueOutcome(name, vector.output, got.ok ? parseObject(got.value ?? "null") : got.error);
    return outcome.passed ? valueOutcome(name, vector.output, parsed.ok ? parsed.value : parsed.error) : outcome;
  }
  const input = readJsonText(vector.inputText);
  if (!input.ok) return { name, passed: false, diff: input.error };
  const got = mutateTriggersText({ ...request, object: input.value });
  return valueOutcome(name, literal(vector.outputText ?? ""), got.ok ? literal(got.value ?? "") : got.error);
}

/** The JSON with number literals as text, strings unescaped, and objects as sorted lists so that duplicates count. */
function literal(text: string): unknown {
  const root = readJsonText(text);
  return root.ok ? view(root.value) : root.error;
}

function view({ shape }: JsonNode): unknown {
  switch (shape.kind) {
    case "object": {
      const members = shape.members.map(([key, value], i) => ({ key, i, value: view(value) }));
      return members
        .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.i - b.i))
        .map(({ key, value }) => [key, value]);
    }
    case "array":
      return shape.items.map(view);
    case "number":
      return { number: shape.literal };
    case "null":
      return null;
    default:
      return shape.value;
  }
}

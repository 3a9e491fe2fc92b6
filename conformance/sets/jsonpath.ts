import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { JsonObject } from "../../src/json/value.ts";
import { decodeEventBody, resolveParams } from "../../src/triggers/params.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

interface PathCase {
  readonly name: string;
  readonly expr: string;
  readonly body?: string;
  readonly bodyBase64?: string;
  readonly header?: Readonly<Record<string, readonly string[]>>;
  readonly extensions?: JsonObject | null;
  readonly eventID?: string;
  readonly value?: string;
  readonly error?: string;
  /** Acceptable outcomes: values, or the same as objects. */
  readonly anyOf?: readonly (string | { readonly value?: string; readonly error?: string })[];
}

/** One binding param `p`, without template. */
export const set: ConformanceSet = {
  claim: (path) => (basename(path) === "jsonpath.json" ? "jsonpath" : undefined),
  async *run(_name, files) {
    for (const file of files) {
      for (const vector of JSON.parse(readFileSync(file, "utf8")) as readonly PathCase[]) yield runCase(vector);
    }
  },
};

function runCase(vector: PathCase): CaseOutcome {
  const body = vector.bodyBase64 === undefined ? (vector.body ?? "") : Buffer.from(vector.bodyBase64, "base64");
  const params = resolveParams([{ name: "p", value: vector.expr, binding: { kind: "inline" } }], [], {
    header: vector.header ?? {},
    body: decodeEventBody(body),
    extensions: vector.extensions ?? null,
    eventId: vector.eventID ?? "",
  });
  const got = params.ok ? { value: params.value[0]?.value } : { error: params.error };
  const wanted = vector.anyOf?.map((outcome) => (typeof outcome === "string" ? { value: outcome } : outcome)) ?? [
    vector.error === undefined ? { value: vector.value } : { error: vector.error },
  ];
  const passed = wanted.some(({ value, error }) => value === got.value && error === got.error);
  return passed
    ? { name: vector.name, passed }
    : {
        name: vector.name,
        passed,
        diff: `${vector.expr}\nwant ${JSON.stringify(wanted)}\ngot  ${JSON.stringify(got)}`,
      };
}

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { celInterceptor } from "../../src/interceptors/cel/cel-interceptor.ts";
import type { InterceptorEnvironment, InterceptorResponse } from "../../src/interceptors/interceptor.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { err, ok } from "../../src/result.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

interface CelOutcome {
  readonly result?: JsonValue;
  readonly error?: string;
  readonly errorPrefix?: string;
  readonly code?: number;
}

interface CelCase extends CelOutcome {
  readonly name: string;
  readonly mode: "filter" | "overlay";
  readonly expr: string;
  readonly body: string;
  readonly header: Readonly<Record<string, readonly string[]>> | null;
  readonly extensions: JsonObject | null;
  readonly requestURL: string;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly anyOf?: readonly (JsonValue | CelOutcome)[];
  readonly panic?: boolean | string;
}

const syntaxError = /^error evaluating cel expression: failed to parse expression [\s\S]*?ERROR: <input>:-?\d+:\d+:/;

/** What is compared of an error: of parse errors only what comes before the parser generator's own words. */
function comparable(error: string): string {
  return syntaxError.exec(error)?.[0] ?? error;
}

function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = b as JsonObject;
  return (
    left.length === Object.keys(right).length &&
    left.every(([key, value]) => Object.hasOwn(right, key) && sameJson(value as JsonValue, right[key]))
  );
}

function isWanted(wanted: CelOutcome, got: CelOutcome): boolean {
  if (wanted.code !== got.code) return false;
  if (wanted.errorPrefix !== undefined) return got.error?.startsWith(wanted.errorPrefix) ?? false;
  if (wanted.error !== undefined) return got.error !== undefined && comparable(wanted.error) === comparable(got.error);
  return got.error === undefined && sameJson(wanted.result, got.result);
}

function environmentOf({ secrets }: CelCase): InterceptorEnvironment {
  return {
    secrets: {
      async read({ namespace, name, key }) {
        const secret = secrets[`${namespace}/${name}`];
        if (secret === undefined) return err(`secrets "${name}" not found`);
        const value = secret[key];
        return value === undefined ? err(`cannot find ${key} key in secret ${namespace}/${name}`) : ok(value);
      },
    },
    codeHost: { get: async () => err("no code host is reachable") },
  };
}

function outcomeOf(mode: CelCase["mode"], expr: string, response: InterceptorResponse): CelOutcome {
  const { code, message } = response.status;
  if (mode === "overlay") {
    const result = response.extensions?.["r"];
    return response.continue ? { ...(result !== undefined && { result }) } : { error: message, code };
  }
  if (response.continue) return { result: true };
  const isNo = code === 9 && message === `expression ${expr} did not return true`;
  return isNo ? { result: false } : { error: message, code };
}

function wantedOutcomes(vector: CelCase): readonly CelOutcome[] {
  if (!vector.anyOf) return [vector];
  return vector.anyOf.map((outcome) => {
    const isOutcome =
      typeof outcome === "object" &&
      outcome !== null &&
      ("result" in outcome || "error" in outcome || "errorPrefix" in outcome);
    return isOutcome ? (outcome as CelOutcome) : { result: outcome as JsonValue };
  });
}

async function runCase(vector: CelCase): Promise<CaseOutcome> {
  const { mode, expr, name } = vector;
  const response = await celInterceptor(
    {
      body: vector.body,
      header: vector.header ?? {},
      ...(vector.extensions && { extensions: vector.extensions }),
      interceptorParams: mode === "filter" ? { filter: expr } : { overlays: [{ key: "r", expression: expr }] },
      context: { eventUrl: vector.requestURL, eventId: "evt-1", triggerId: "namespaces/ns1/triggers/t1" },
    },
    environmentOf(vector),
  );
  const got = outcomeOf(mode, expr, response);
  // Where the incumbent crashed any error will do.
  const passed = vector.panic
    ? got.error !== undefined && got.code !== undefined && got.code !== 0
    : wantedOutcomes(vector).some((wanted) => isWanted(wanted, got));
  if (passed) return { name, passed };
  const wanted = wantedOutcomes(vector).map(({ result, error, errorPrefix, code }) =>
    JSON.stringify({ result, error, errorPrefix, code }),
  );
  return { name, passed, diff: `${expr}\nwant ${wanted.join(" or ")}\ngot  ${JSON.stringify(got)}` };
}

/** Expressions in the CEL interceptor. */
export const set: ConformanceSet = {
  claim: (path) => (basename(path) === "cel.json" ? "cel" : undefined),
  async *run(_name, files) {
    for (const file of files) {
      const { defaults, cases } = JSON.parse(readFileSync(file, "utf8")) as {
        readonly defaults: Partial<CelCase>;
        readonly cases: readonly Partial<CelCase>[];
      };
      for (const vector of cases) yield await runCase({ ...defaults, ...vector } as CelCase);
    }
  },
};

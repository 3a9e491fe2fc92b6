import { compile } from "../interceptors/cel/cel-interceptor.ts";
import { quoteGo } from "../json/go-print.ts";
import { locateSyntaxError } from "../json/go-syntax.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import { interceptorUsesIn, triggerWarnings } from "../triggers/trigger-warnings.ts";
import type { TriggerVerdict } from "../triggers/verdict.ts";
import type { Manifest } from "./manifests.ts";

/** What is wrong, and where. */
export interface PlaygroundProblem {
  readonly where: "request" | "manifests" | "expression";
  /** 1-based. */
  readonly line: number;
  /** 1-based; absent when the whole line is meant. */
  readonly column?: number;
  /** `warning`: it works, though not as on a listener. */
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** An expression of a CEL interceptor in the manifests. */
export interface CelExpression {
  readonly text: string;
  /** Line of the manifests on which its text begins. */
  readonly line: number;
}

/** A problem that its text places: `manifests: document 1, line 7, column 3: …`. */
export function placedProblem(text: string): PlaygroundProblem {
  const [, line = "1", column, message = text] =
    /^manifests: document \d+, line (\d+)(?:, column (\d+))?: ([\s\S]*)$/.exec(text) ?? [];
  return {
    where: "manifests",
    severity: "error",
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
    message,
  };
}

/** Where a body that looks like JSON is none. `request`: the text that the body ends. */
export function bodyProblems(request: string, body: Uint8Array): readonly PlaygroundProblem[] {
  const text = Buffer.from(body).toString("utf8");
  const error = /^\s*[{[]/.test(text) ? locateSyntaxError(body) : undefined;
  if (error === undefined) return [];
  const head = request.slice(0, Math.max(0, request.length - text.length));
  const lines = `${head}${Buffer.from(body.subarray(0, error.at)).toString("utf8")}`.split("\n");
  const column = (lines.at(-1)?.length ?? 0) + 1;
  const message = `the body is no JSON: ${error.message}`;
  return [{ where: "request", severity: "error", line: lines.length, column, message }];
}

/** The places that a compiler's message names, with what is wrong there; without one the beginning. */
export function positionsIn(
  message: string,
): readonly { readonly line: number; readonly column?: number; readonly message: string }[] {
  const found = [...message.matchAll(/ERROR: <input>:(\d+):(\d+): ([^\n]*)/g)].map(([, line, column, text = ""]) => ({
    line: Number(line),
    column: Number(column),
    message: text,
  }));
  return found.length > 0 ? found : [{ line: 1, message }];
}

/** The uses of interceptors in an object, each with its field's path. */
function usesIn({ object }: Manifest): ReturnType<typeof interceptorUsesIn> {
  return interceptorUsesIn(object as unknown as JsonValue);
}

function paramsOf(use: JsonObject): readonly JsonValue[] {
  const params = member(use, "params");
  return isJsonArray(params) ? params : [];
}

/** The expressions of an object's CEL interceptors. */
export function celExpressions(manifest: Manifest): readonly CelExpression[] {
  return usesIn(manifest).flatMap(({ path, use }) => {
    if (member(member(use, "ref"), "name") !== "cel") return [];
    return paramsOf(use).flatMap((param, index) => {
      const at = `${path}.params[${index}].value`;
      const value = member(param, "value");
      if (member(param, "name") === "filter") return expressionAt(manifest, at, value);
      if (member(param, "name") !== "overlays" || !isJsonArray(value)) return [];
      return value.flatMap((overlay, n) =>
        expressionAt(manifest, `${at}[${n}].expression`, member(overlay, "expression")),
      );
    });
  });
}

function expressionAt(manifest: Manifest, path: string, value: JsonValue | undefined): readonly CelExpression[] {
  if (typeof value !== "string" || value === "") return [];
  // A text of several lines stands below its field (`value: |`).
  const line = manifest.lineOf(path) + (value.includes("\n") ? 1 : 0);
  return [{ text: value, line }];
}

/** What is wrong with expressions in themselves. */
export function celProblems(expressions: readonly CelExpression[]): readonly PlaygroundProblem[] {
  return expressions.flatMap(({ text, line }) => {
    const compiled = compile(text);
    if (compiled.ok) return [];
    return positionsIn(compiled.error).map((position) => ({
      where: "manifests" as const,
      severity: "error" as const,
      line: line + position.line - 1,
      message: position.message,
    }));
  });
}

/** What is accepted and cannot be meant; expressions are told with their own places. */
export function warningProblems(manifest: Manifest): readonly PlaygroundProblem[] {
  return triggerWarnings(manifest.object as unknown as JsonValue).flatMap(({ about, path, message }) =>
    about === "expression"
      ? []
      : [{ where: "manifests" as const, severity: "warning" as const, line: manifest.lineOf(path), message }],
  );
}

/**
 * Manifests without the `secretRef`s whose Secrets are not among them, as the playground reads none of the cluster's:
 * the sender is not verified then, which a warning says.
 */
export function skipMissingSecrets(
  manifests: readonly Manifest[],
  namespace: string,
): { readonly manifests: readonly Manifest[]; readonly problems: readonly PlaygroundProblem[] } {
  const idOf = (space: string | undefined, name: string | undefined) => `${space ?? namespace}/${name ?? ""}`;
  const secrets = new Set(
    manifests
      .filter(({ object }) => object.kind === "Secret")
      .map(({ object }) => idOf(object.metadata.namespace, object.metadata.name)),
  );
  const problems: PlaygroundProblem[] = [];
  const changed = manifests.map((manifest) => {
    const skipped = new Set<JsonValue>();
    for (const { path, use } of usesIn(manifest)) {
      for (const [index, param] of paramsOf(use).entries()) {
        const name = member(member(param, "value"), "secretName");
        if (member(param, "name") !== "secretRef" || typeof name !== "string") continue;
        if (secrets.has(idOf(manifest.object.metadata.namespace, name))) continue;
        skipped.add(param);
        problems.push({
          where: "manifests",
          severity: "warning",
          line: manifest.lineOf(`${path}.params[${index}]`),
          message: `the sender is not verified here: Secret ${name} is not among the documents`,
        });
      }
    }
    if (skipped.size === 0) return manifest;
    const object = without(manifest.object as unknown as JsonValue, skipped) as unknown as Manifest["object"];
    return { ...manifest, object };
  });
  return { manifests: changed, problems };
}

/** The value without those entries of its lists. */
function without(value: JsonValue, skipped: ReadonlySet<JsonValue>): JsonValue {
  if (isJsonArray(value)) return value.filter((item) => !skipped.has(item)).map((item) => without(item, skipped));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, without(item, skipped)]));
}

/** Where what failed with this request stands in the manifests: expressions of CEL and of bindings. */
export function failureProblems(
  verdicts: readonly TriggerVerdict[],
  expressions: readonly CelExpression[],
  manifests: string,
): readonly PlaygroundProblem[] {
  const lines = manifests.split("\n");
  return verdicts.flatMap(({ outcome }) => {
    if (outcome.kind === "matched") return [];
    const { message } = outcome;
    const isBroken = outcome.kind === "failed" || message.includes(" failed to evaluate: ");
    if (!isBroken) return [];
    // What does not compile is told already, with the place.
    const found = expressions.filter(({ text }) => compile(text).ok && message.includes(quoteGo(text)));
    const read = [...message.matchAll(/\$\([^()\s]+\)/g)].map(([expression]) => expression);
    const places = [
      ...found.map(({ line }) => line),
      ...read.map((expression) => lines.findIndex((line) => line.includes(expression)) + 1).filter((line) => line > 0),
    ];
    return [...new Set(places)].map((line) => ({
      where: "manifests" as const,
      severity: "error" as const,
      line,
      message,
    }));
  });
}

import { valueText } from "../../cel/value-text.ts";
import { CelFailure, type JsonMap } from "../../cel/values.ts";
import { decodeGoJsonObject } from "../../json/go-decode.ts";
import { quoteGo } from "../../json/go-print.ts";
import { err, ok, type Result } from "../../result.ts";
import type { Evidence } from "../interceptor.ts";
import { compile } from "./cel-interceptor.ts";
import { filterEvidence } from "./evidence.ts";

/** A saved HTTP request. */
export interface SavedRequest {
  readonly body: string;
  /** Canonical names to values. */
  readonly header: Readonly<Record<string, readonly string[]>>;
  /** Path and query. */
  readonly url: string;
}

/** What an expression came to, with the values of its parts as far as it could be compiled. */
export interface EvaluatedExpression {
  /** The value as the incumbent's command prints it. The error is a line for people. */
  readonly result: Result<string, string>;
  readonly parts: readonly Evidence[];
}

/** Evaluates an expression against a saved request, without secrets. */
export function evaluateWithParts(expression: string, request: SavedRequest): EvaluatedExpression {
  const failed = (message: string): EvaluatedExpression => ({ result: err(message), parts: [] });
  const body = decodeGoJsonObject(request.body === "" ? "{}" : request.body);
  if (!body.ok) return failed(`error making the evaluation context: failed to parse the body as JSON: ${body.error}`);
  const program = compile(expression);
  if (!program.ok) return failed(`error evaluating cel expression: ${program.error}`);
  const variables: JsonMap = {
    body: (body.value ?? {}) as JsonMap,
    header: request.header as JsonMap,
    extensions: {},
    requestURL: request.url,
  };
  const outcome = program.value.evaluate({ variables });
  const parts = filterEvidence(program.value, { variables });
  if (!(outcome instanceof CelFailure)) return { result: ok(valueText(outcome)), parts };
  const message = `expression ${quoteGo(expression)} failed to evaluate: ${outcome.message}`;
  return { result: err(`error evaluating cel expression: ${message}`), parts };
}

/** {@link evaluateWithParts}, the value alone. */
export function evaluateOffline(expression: string, request: SavedRequest): Result<string, string> {
  return evaluateWithParts(expression, request).result;
}

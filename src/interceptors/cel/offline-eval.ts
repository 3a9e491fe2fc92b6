import { valueText } from "../../cel/value-text.ts";
import { CelFailure, type JsonMap } from "../../cel/values.ts";
import { decodeGoJsonObject } from "../../json/go-decode.ts";
import { quoteGo } from "../../json/go-print.ts";
import { err, ok, type Result } from "../../result.ts";
import { compile } from "./cel-interceptor.ts";

/** A saved HTTP request. */
export interface SavedRequest {
  readonly body: string;
  /** Canonical names to values. */
  readonly header: Readonly<Record<string, readonly string[]>>;
  /** Path and query. */
  readonly url: string;
}

/**
 * Evaluates an expression against a saved request, without secrets, and gives the value as the incumbent's command
 * prints it. The error is a line for people.
 */
export function evaluateOffline(expression: string, request: SavedRequest): Result<string, string> {
  const body = decodeGoJsonObject(request.body === "" ? "{}" : request.body);
  if (!body.ok) return err(`error making the evaluation context: failed to parse the body as JSON: ${body.error}`);
  const program = compile(expression);
  if (!program.ok) return err(`error evaluating cel expression: ${program.error}`);
  const variables: JsonMap = {
    body: (body.value ?? {}) as JsonMap,
    header: request.header as JsonMap,
    extensions: {},
    requestURL: request.url,
  };
  const outcome = program.value.evaluate({ variables });
  if (!(outcome instanceof CelFailure)) return ok(valueText(outcome));
  const message = `expression ${quoteGo(expression)} failed to evaluate: ${outcome.message}`;
  return err(`error evaluating cel expression: ${message}`);
}

import { existsSync } from "node:fs";
import { evaluateOffline } from "../../interceptors/cel/offline-eval.ts";
import { decodeGoUtf8 } from "../../json/go-utf8.ts";
import { type RequestOptions, readBytes, readRequest } from "../../offline/request-input.ts";
import { err, ok, type Result } from "../../result.ts";
import { eventHeader } from "../../sink/event-header.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";

/** Options of `tektite cel eval`; the longer spellings are those of Tekton's cel-eval. */
export interface CelEvalOptions extends RequestOptions {
  readonly expression?: string;
}

/**
 * `tektite cel eval`: the value of an expression over a saved request, printed as Tekton's cel-eval prints it: without a
 * line end, unless it goes to a terminal.
 */
export async function celEval({ expression, ...options }: CelEvalOptions): Promise<Result<void, Failure>> {
  if (expression === undefined) return err(usageFailure("no expression is given: -e EXPRESSION or -e FILE"));
  const source = readExpression(expression);
  if (!source.ok) return err(usageFailure(source.error));
  const saved = readRequest(options);
  if (!saved.ok) return err(usageFailure(saved.error));
  const { target, rawHeaders, body } = saved.value;
  if (body.length === 0) {
    return err(failure("error making eval context: failed to parse the body as JSON: unexpected end of JSON input"));
  }
  const header = eventHeader(rawHeaders);
  const value = evaluateOffline(source.value, { body: decodeGoUtf8(body), header, url: target });
  if (!value.ok) return err(failure(toolError(value.error)));
  process.stdout.write(process.stdout.isTTY ? `${value.value}\n` : value.value);
  return ok(undefined);
}

/** A file's content when there is such a file, else the expression itself. */
function readExpression(expression: string): Result<string, string> {
  if (!existsSync(expression)) return ok(expression);
  const bytes = readBytes(expression);
  return bytes.ok ? ok(decodeGoUtf8(bytes.value)) : bytes;
}

/** The interceptor's error as the tool words it. */
function toolError(message: string): string {
  return message
    .replace(/^error evaluating cel expression: /, "")
    .replace(/^error making the evaluation context: /, "error making eval context: ");
}

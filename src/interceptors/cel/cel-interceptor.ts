import type { Activation } from "../../cel/evaluation.ts";
import { type CelProgram, ProgramCache } from "../../cel/program.ts";
import { CelFailure, type CelValue, fromJson, type JsonMap } from "../../cel/values.ts";
import { decodeGoJsonObject } from "../../json/go-decode.ts";
import { quoteGo } from "../../json/go-print.ts";
import { setRawJson } from "../../json/sjson-set.ts";
import { isJsonObject, type JsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { goOn, stop } from "../answer.ts";
import type { GoStruct } from "../go-struct.ts";
import {
  Code,
  type CoreInterceptor,
  type Evidence,
  type InterceptorEnvironment,
  type InterceptorRequest,
  type InterceptorResponse,
  type StopCause,
} from "../interceptor.ts";
import { decodeParams } from "../params.ts";
import { causeOfUnreadSecret, namespaceOfTrigger } from "../secret-ref.ts";
import { filterEvidence } from "./evidence.ts";
import { FetchedSecrets } from "./fetched-secrets.ts";
import { overlayText, overlayValueText } from "./overlay-value.ts";

interface Overlay {
  readonly key?: string;
  readonly expression?: string;
}

interface CelParams {
  readonly filter?: string;
  readonly overlays?: readonly (Overlay | null)[];
}

/** How the cel interceptor decodes its params. */
export const celParamsType: GoStruct = {
  kind: "struct",
  name: "cel.InterceptorParams",
  fields: {
    filter: { kind: "string" },
    overlays: {
      kind: "list",
      name: "[]cel.Overlay",
      element: {
        kind: "struct",
        name: "cel.Overlay",
        fields: { key: { kind: "string" }, expression: { kind: "string" } },
      },
    },
  },
};

function paramsOf({ interceptorParams }: InterceptorRequest): Result<CelParams, string> {
  return decodeParams(interceptorParams, celParamsType) as Result<CelParams, string>;
}

/** Enough for every filter and overlay of a large installation. */
const programs = new ProgramCache(4096);

/** The body as a map: decoded already for all triggers of the event where possible. An empty body is an empty map. */
function bodyOf({ body, decodedBody }: InterceptorRequest): Result<JsonMap, string> {
  const shared = body !== "" && decodedBody?.json.ok ? decodedBody.json.value : undefined;
  if (isJsonObject(shared)) return ok(shared as JsonMap);
  const decoded = decodeGoJsonObject(body === "" ? "{}" : body);
  return decoded.ok ? ok((decoded.value ?? Object.create(null)) as JsonMap) : decoded;
}

/** No honest expression takes this long; each evaluation has it to itself. */
const timeLimit = { limitMs: 1000, nowMs: () => performance.now() };

/** What the expressions can refer to. */
function variablesOf(request: InterceptorRequest, requestUrl: string): Result<JsonMap, string> {
  const body = bodyOf(request);
  if (!body.ok) return err(`error making the evaluation context: failed to parse the body as JSON: ${body.error}`);
  return ok({
    body: body.value,
    header: request.header as JsonMap,
    extensions: fromJson(request.extensions ?? {}),
    requestURL: requestUrl,
  });
}

/** Compiles an expression; the error names the stage that failed (spec: event processing, section 8). */
export function compile(expression: string): Result<CelProgram, string> {
  const compiled = programs.get(expression);
  if (compiled.ok) return compiled;
  const { stage, message } = compiled.error;
  const quoted = quoteGo(expression);
  switch (stage) {
    case "parse":
      return err(`failed to parse expression ${quoted}: ${message}`);
    case "check":
      return err(`expression ${quoted} check failed: ${message}`);
    case "program":
      return err(`expression ${quoted} failed to create a Program: ${message}`);
    default:
      return stage satisfies never;
  }
}

/** Code and message of a stop, and what kind of stop it is. */
interface Refusal {
  readonly code: number;
  readonly message: string;
  /** Absent when the event alone is the reason. */
  readonly cause?: StopCause;
  /** The expression, when it could be compiled. */
  readonly program?: CelProgram;
}

/** Evaluates an expression, fetching the secrets it asks for. */
async function evaluateExpression(
  expression: string,
  activation: Activation,
  secrets: FetchedSecrets,
): Promise<Result<{ readonly program: CelProgram; readonly value: CelValue }, Refusal>> {
  const refuse = (message: string, more: Pick<Refusal, "cause" | "program">) =>
    err({ code: Code.invalidArgument, message: `error evaluating cel expression: ${message}`, ...more });
  const compiled = compile(expression);
  if (!compiled.ok) return refuse(compiled.error, { cause: "configuration" });
  const program = compiled.value;
  const value = await secrets.evaluate(() => program.evaluate(activation, { time: timeLimit }));
  if (!(value instanceof CelFailure)) return ok({ program, value });
  const unread = secrets.unreadBy(value);
  return refuse(`expression ${quoteGo(expression)} failed to evaluate: ${value.message}`, {
    program,
    ...(unread === undefined ? {} : { cause: causeOfUnreadSecret(unread) }),
  });
}

/** The extensions that the overlays make. */
async function applyOverlays(
  overlays: readonly (Overlay | null)[],
  activation: Activation,
  secrets: FetchedSecrets,
): Promise<Result<JsonObject, Refusal>> {
  let text = "{}";
  let isBroken = false;
  for (const overlay of overlays) {
    const evaluated = await evaluateExpression(overlay?.expression ?? "", activation, secrets);
    if (!evaluated.ok) return evaluated;
    const { value } = evaluated.value;
    const raw = overlayText(value);
    if (!raw.ok) return err({ code: Code.internal, message: raw.error });
    if (raw.value.kind === "unencodable") isBroken = true;
    const key = overlay?.key ?? "";
    const set = setRawJson(text, key, raw.value.kind === "text" ? raw.value.text : "null");
    if (!set.ok) {
      const message = `failed to sjson for key '${key}' to '${overlayValueText(value)}': ${set.error}`;
      return err({ code: Code.internal, message });
    }
    text = set.value;
  }
  const decoded = isBroken ? undefined : decodeGoJsonObject(text);
  if (decoded?.ok) return ok(decoded.value ?? {});
  const why = decoded ? decoded.error : "invalid character '}' looking for beginning of value";
  return err({ code: Code.internal, message: `failed to unmarshal extensions into map: ${why}` });
}

/**
 * The CEL interceptor: stops unless `filter` gives true, then adds what `overlays` give to the extensions
 * (spec: event processing, section 8). A filter's answer comes with the values of its parts.
 */
export const celInterceptor: CoreInterceptor = async (
  request: InterceptorRequest,
  environment: InterceptorEnvironment,
): Promise<InterceptorResponse> => {
  const decoded = paramsOf(request);
  if (!decoded.ok) return stop(Code.invalidArgument, decoded.error, { cause: "configuration" });
  const params = decoded.value;
  if (request.context === undefined) {
    return stop(Code.invalidArgument, "no request context passed", { cause: "configuration" });
  }
  const variables = variablesOf(request, request.context.eventUrl);
  if (!variables.ok) return stop(Code.invalidArgument, variables.error, { cause: "failure" });
  const secrets = new FetchedSecrets(environment.secrets, namespaceOfTrigger(request.context.triggerId), {
    hasHashedSecrets: request.hasHashedSecrets === true,
  });
  const activation: Activation = { variables: variables.value, secrets };

  const { filter = "", overlays = [] } = params;
  let evidence: readonly Evidence[] | undefined;
  if (filter !== "") {
    const evaluated = await evaluateExpression(filter, activation, secrets);
    const program = evaluated.ok ? evaluated.value.program : evaluated.error.program;
    evidence = program && filterEvidence(program, activation);
    if (!evaluated.ok) {
      const { code, message, cause } = evaluated.error;
      return stop(code, message, { ...(cause && { cause }), ...(evidence && { evidence }) });
    }
    if (evaluated.value.value !== true) {
      return stop(Code.failedPrecondition, `expression ${filter} did not return true`, {
        ...(evidence && { evidence }),
      });
    }
  }
  if (overlays.length === 0) return goOn(undefined, evidence);
  const extensions = await applyOverlays(overlays, activation, secrets);
  if (extensions.ok) return goOn(extensions.value, evidence);
  // The filter has let the event pass: what is wrong with an overlay is no decision against it.
  const { code, message, cause = "failure" } = extensions.error;
  return stop(code, message, { cause });
};

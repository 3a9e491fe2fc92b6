import { decodeGoJson } from "../json/go-decode.ts";
import { encodeGoJson } from "../json/go-encode.ts";
import { quoteGo } from "../json/go-print.ts";
import { isJsonObject, type JsonObject, type JsonValue, member, textMember } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { fitGoType, type GoStruct } from "./go-struct.ts";
import { Code, type InterceptorRequest, type InterceptorResponse, type TriggerContext } from "./interceptor.ts";

const triggerContextType: GoStruct = {
  kind: "struct",
  name: "v1beta1.TriggerContext",
  fields: { event_url: { kind: "string" }, event_id: { kind: "string" }, trigger_id: { kind: "string" } },
};

const requestType: GoStruct = {
  kind: "struct",
  name: "v1beta1.InterceptorRequest",
  fields: {
    body: { kind: "string" },
    header: {
      kind: "map",
      name: "map[string][]string",
      value: { kind: "list", name: "[]string", element: { kind: "string" } },
    },
    extensions: { kind: "map", name: "map[string]interface {}", value: { kind: "any" } },
    interceptor_params: { kind: "map", name: "map[string]interface {}", value: { kind: "any" } },
    context: triggerContextType,
  },
};

const responseType: GoStruct = {
  kind: "struct",
  name: "v1beta1.InterceptorResponse",
  fields: {
    extensions: { kind: "map", name: "map[string]interface {}", value: { kind: "any" } },
    continue: { kind: "bool" },
    status: { kind: "struct", name: "v1beta1.Status", fields: { code: { kind: "any" }, message: { kind: "string" } } },
  },
};

/** Names of gRPC codes as JSON spells them, by number. */
const codeNames = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

/**
 * Decodes an InterceptorRequest that came over HTTP. The error is the text behind
 * `failed to parse body as InterceptorRequest: ` (spec: controller, section 7).
 */
export function decodeInterceptorRequest(text: string): Result<InterceptorRequest, string> {
  const decoded = decodeGoJson(text);
  if (!decoded.ok) return decoded;
  const fitted = fitGoType(decoded.value, requestType);
  if (!fitted.ok) return fitted;
  const request = isJsonObject(fitted.value) ? fitted.value : {};
  const header: Record<string, readonly string[]> = Object.create(null);
  for (const [name, values] of Object.entries(objectMember(request, "header") ?? {})) {
    header[name] = (values ?? []) as readonly string[];
  }
  const extensions = objectMember(request, "extensions");
  const interceptorParams = objectMember(request, "interceptor_params");
  const context = objectMember(request, "context");
  return ok({
    body: textMember(request, "body"),
    header,
    ...(extensions ? { extensions } : {}),
    ...(interceptorParams ? { interceptorParams } : {}),
    ...(context ? { context: contextOf(context) } : {}),
  });
}

function contextOf(context: JsonObject): TriggerContext {
  return {
    eventUrl: textMember(context, "event_url"),
    eventId: textMember(context, "event_id"),
    triggerId: textMember(context, "trigger_id"),
  };
}

/** Prints a request as it goes to a remote interceptor: empty parts left out. */
export function encodeInterceptorRequest(request: InterceptorRequest): string {
  const { body, header, extensions = {}, interceptorParams = {}, context } = request;
  const parts = [
    ...(body === "" ? [] : [`"body":${encodeGoJson(body)}`]),
    ...(isEmpty(header) ? [] : [`"header":${encodeGoJson(header)}`]),
    ...(isEmpty(extensions) ? [] : [`"extensions":${encodeGoJson(extensions)}`]),
    ...(isEmpty(interceptorParams) ? [] : [`"interceptor_params":${encodeGoJson(interceptorParams)}`]),
    `"context":${context === undefined ? "null" : encodeContext(context)}`,
  ];
  return `{${parts.join(",")}}`;
}

function encodeContext({ eventUrl, eventId, triggerId }: TriggerContext): string {
  return `{"event_url":${encodeGoJson(eventUrl)},"event_id":${encodeGoJson(eventId)},"trigger_id":${encodeGoJson(triggerId)}}`;
}

/** Prints a response; `continue` and `status` are always there. */
export function encodeInterceptorResponse(response: InterceptorResponse): string {
  const { extensions = {}, status } = response;
  const statusParts = [
    ...(status.code === Code.ok ? [] : [`"code":${status.code}`]),
    ...(status.message === "" ? [] : [`"message":${encodeGoJson(status.message)}`]),
  ];
  const head = isEmpty(extensions) ? "" : `"extensions":${encodeGoJson(extensions)},`;
  return `{${head}"continue":${response.continue},"status":{${statusParts.join(",")}}}`;
}

/** Decodes the answer of a remote interceptor (spec: event processing, section 3). */
export function decodeInterceptorResponse(text: string): Result<InterceptorResponse, string> {
  const decoded = decodeGoJson(text);
  if (!decoded.ok) return decoded;
  const fitted = fitGoType(decoded.value, responseType);
  // Go leaves off at a wrong code at once, but notes values of a wrong type and goes on: the code's error wins.
  const code = codeOf(fitted.ok ? member(fitted.value, "status") : member(decoded.value, "status"));
  if (!code.ok) return code;
  if (!fitted.ok) return fitted;
  const response = isJsonObject(fitted.value) ? fitted.value : {};
  const extensions = objectMember(response, "extensions");
  const status = objectMember(response, "status") ?? {};
  return ok({
    continue: member(response, "continue") === true,
    status: { code: code.value, message: textMember(status, "message") },
    ...(extensions ? { extensions } : {}),
  });
}

function codeOf(status: JsonValue | undefined): Result<number, string> {
  const value = member(status, "code") ?? null;
  if (value === null) return ok(Code.ok);
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) {
    return value < codeNames.length ? ok(value) : err(`invalid code: ${value}`);
  }
  const named = typeof value === "string" ? codeNames.indexOf(value as (typeof codeNames)[number]) : -1;
  return named >= 0 ? ok(named) : err(`invalid code: ${quoteGo(encodeGoJson(value))}`);
}

function isEmpty(object: object): boolean {
  for (const key in object) if (Object.hasOwn(object, key)) return false;
  return true;
}

function objectMember(object: JsonObject, name: string): JsonObject | undefined {
  const value = member(object, name);
  return isJsonObject(value) ? value : undefined;
}

import type { JsonObject, JsonValue } from "../json/value.ts";
import type { Result } from "../result.ts";

/** gRPC status codes that interceptors answer with. */
export const Code = {
  ok: 0,
  invalidArgument: 3,
  notFound: 5,
  failedPrecondition: 9,
  internal: 13,
} as const;

/** What an interceptor is asked (spec: event processing, sections 3 and 7). */
export interface InterceptorRequest {
  /** The event's body as text: invalid UTF-8 replaced by U+FFFD, as it travels to remote interceptors. */
  readonly body: string;
  /** The very bytes received; signatures are verified on these. Absent when the request came over HTTP as text. */
  readonly rawBody?: Uint8Array;
  /** The body's JSON, decoded once for all triggers of an event; without it the interceptor decodes `body` itself. */
  readonly decodedBody?: DecodedBody;
  /** Header name (as received) to its values. */
  readonly header: Readonly<Record<string, readonly string[]>>;
  /** The event comes from the journal: values of secret headers are hashes (secret-header.ts). */
  readonly hasHashedSecrets?: boolean;
  /** What earlier interceptors added. */
  readonly extensions?: JsonObject;
  /** The `params` of this use of the interceptor. */
  readonly interceptorParams?: JsonObject;
  readonly context?: TriggerContext;
}

/** A body whose JSON is decoded when it is first asked for. */
interface DecodedBody {
  /** Numbers are doubles; the error is Go's text. */
  readonly json: Result<JsonValue, string>;
}

export interface TriggerContext {
  /** Path and query as received, no host. */
  readonly eventUrl: string;
  readonly eventId: string;
  /** `namespaces/<ns>/triggers/<name>` or `namespaces/<ns>/triggerGroups/<name>`. */
  readonly triggerId: string;
}

/** What an interceptor answers. */
export interface InterceptorResponse {
  readonly continue: boolean;
  readonly status: { readonly code: number; readonly message: string };
  readonly extensions?: JsonObject;
  /** For people: why it said no, such as the sub-expressions of a CEL filter with the values they had. */
  readonly evidence?: readonly Evidence[];
  /** What kind of no it is, when it is not the ordinary decision of a filter. */
  readonly stopCause?: StopCause;
}

/**
 * Why an interceptor stopped, beside an ordinary filter's no: the sender could not be verified; the use of the
 * interceptor is wrong (its params, a secret that does not exist); something it needs did not answer, which may pass;
 * it did not say no, but could not do its work on this event (an overlay's value is not there).
 */
export type StopCause = "verification" | "configuration" | "unavailable" | "failure";

/** One fact an interceptor based its answer on. */
export interface Evidence {
  /** Source text of the (sub-)expression, or the name of the header that was looked at. */
  readonly subject: string;
  /** Its value; absent when `error` says why there is none. */
  readonly value?: JsonValue;
  readonly error?: string;
}

/** Reads one value of a Secret. The error is the text that Tekton prints, such as `secrets "n" not found`. */
export interface SecretReader {
  read(ref: {
    readonly namespace: string;
    readonly name: string;
    readonly key: string;
  }): Promise<Result<string, string>>;
}

/** Outgoing requests to a code host, with time, size and host limits kept by the implementation. */
export interface CodeHostClient {
  /** GET of an absolute URL. The error is the cause of a failed connection or a limit that was passed. */
  get(url: string, headers: Readonly<Record<string, string>>): Promise<Result<CodeHostResponse, string>>;
}

export interface CodeHostResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** All that interceptors may reach. */
export interface InterceptorEnvironment {
  readonly secrets: SecretReader;
  readonly codeHost: CodeHostClient;
  /**
   * GitHub Enterprise hosts (`host` or `host:port`) that an access token may be sent to; api.github.com always may.
   * The sender of an event names the host, so a token goes nowhere else.
   */
  readonly enterpriseHosts?: ReadonlySet<string>;
  /** Milliseconds since the epoch, for signatures that expire. */
  readonly nowMs?: () => number;
}

/** An interceptor that runs in this process. It never throws for what a user or an event can cause. */
export type CoreInterceptor = (
  request: InterceptorRequest,
  environment: InterceptorEnvironment,
) => Promise<InterceptorResponse>;

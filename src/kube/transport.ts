import type { JsonValue } from "../json/value.ts";

/** One request to a Kubernetes API, whichever way it travels. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path without query, such as `/api/v1/namespaces/default/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An already parsed body: sent as JSON unless `headers["content-type"]` says otherwise. */
  readonly body?: JsonValue;
  readonly signal?: AbortSignal;
}

/** The answer, its JSON body parsed. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonValue;
}

/** An answer whose body is a stream: a watch (one parsed JSON document per item) or text such as a log. */
export interface ApiStream<T> {
  readonly status: number;
  /** The Status when `status` is not 200; then `items` is empty. */
  readonly body: JsonValue;
  readonly items: AsyncIterable<T>;
}

/**
 * The way to a Kubernetes API. There are two: HTTPS with a kubeconfig, and the embedded server's request pipeline
 * without a socket. Both keep the same authorisation, admission and errors. A connection that fails is an ApiResponse
 * of status 503 whose Status has reason `ServiceUnavailable` and the cause as its message.
 */
export interface KubeTransport {
  send(request: ApiRequest): Promise<ApiResponse>;
  /** A watch; ends when the server ends it or `signal` aborts. */
  watch(request: ApiRequest): Promise<ApiStream<JsonValue>>;
  /** Text as it comes, for logs. */
  stream(request: ApiRequest): Promise<ApiStream<Uint8Array>>;
  /** The same way with another identity, by impersonation. */
  as(user: { readonly userName: string; readonly groups?: readonly string[] }): KubeTransport;
}

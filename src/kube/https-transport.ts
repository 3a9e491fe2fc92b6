import type { IncomingMessage, RequestOptions } from "node:http";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { createSecureContext } from "node:tls";
import { encodeObject, parseObject } from "../json/object-text.ts";
import type { JsonValue } from "../json/value.ts";
import { sleep } from "./backoff.ts";
import type { ClusterAccess } from "./kubeconfig.ts";
import { clientFailure } from "./status.ts";
import type { ApiRequest, ApiResponse, ApiStream, KubeTransport } from "./transport.ts";

interface Identity {
  readonly userName: string;
  readonly groups?: readonly string[];
}

/** HTTPS (or HTTP) to an API server, connections kept and reused. */
export class HttpsTransport implements KubeTransport {
  readonly #access: ClusterAccess;
  readonly #server: ServerAddress;
  readonly #agent: HttpAgent;
  readonly #user: Identity | undefined;

  /** `agent` and `user` are for the copies that `as` makes. */
  constructor(access: ClusterAccess, shared?: { readonly agent: HttpAgent; readonly user: Identity }) {
    this.#access = access;
    this.#server = addressOf(access.server);
    this.#agent = shared?.agent ?? newAgent(access);
    this.#user = shared?.user;
  }

  as(user: Identity): KubeTransport {
    return new HttpsTransport(this.#access, { agent: this.#agent, user });
  }

  /** A server that is busy is asked again when it says so, as often as Kubernetes' own clients do. */
  async send(request: ApiRequest): Promise<ApiResponse> {
    for (let repetitions = 0; ; repetitions++) {
      const response = await this.#sendOnce(request);
      const waitMs = retryAfterMs(response);
      if (waitMs === undefined || repetitions >= maxRepetitions || request.signal?.aborted === true) return response;
      await sleep(waitMs, request.signal);
    }
  }

  async #sendOnce(request: ApiRequest): Promise<ApiResponse> {
    try {
      const response = await this.#begin(request);
      const body = parseBody(response, await textOf(response));
      return { status: response.statusCode ?? 0, headers: headersOf(response), body };
    } catch (error) {
      return { status: 503, headers: {}, body: unreachable(this.#access.server, error) };
    }
  }

  async watch(request: ApiRequest): Promise<ApiStream<JsonValue>> {
    return this.#stream(request, parsedLines);
  }

  async stream(request: ApiRequest): Promise<ApiStream<Uint8Array>> {
    return this.#stream(request, (response) => response);
  }

  async #stream<T>(
    request: ApiRequest,
    itemsOf: (response: IncomingMessage) => AsyncIterable<T>,
  ): Promise<ApiStream<T>> {
    try {
      const response = await this.#begin(request);
      const status = response.statusCode ?? 0;
      if (status !== 200) return { status, body: parseBody(response, await textOf(response)), items: nothing() };
      return { status, body: null, items: itemsOf(response) };
    } catch (error) {
      return { status: 503, body: unreachable(this.#access.server, error), items: nothing() };
    }
  }

  async #begin(request: ApiRequest): Promise<IncomingMessage> {
    const { isSecure, host, port, prefix } = this.#server;
    const query = request.query === undefined ? "" : new URLSearchParams(request.query).toString();
    const body = request.body === undefined ? undefined : encodeObject(request.body);
    const headers: Record<string, string | string[] | number> = { accept: "application/json", ...request.headers };
    const token = await this.#access.bearerToken();
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    if (this.#user !== undefined) {
      headers["impersonate-user"] = this.#user.userName;
      if (this.#user.groups !== undefined && this.#user.groups.length > 0) {
        headers["impersonate-group"] = [...this.#user.groups];
      }
    }
    if (body !== undefined) {
      headers["content-type"] ??= "application/json";
      headers["content-length"] = Buffer.byteLength(body);
    }
    const options: RequestOptions = {
      method: request.method,
      host,
      port,
      path: `${prefix}${request.path}${query === "" ? "" : `?${query}`}`,
      headers,
      agent: this.#agent,
      ...(request.signal ? { signal: request.signal } : {}),
    };
    return new Promise((resolve, reject) => {
      const outgoing = (isSecure ? httpsRequest : httpRequest)(options, resolve);
      outgoing.on("error", reject);
      // As text, which goes out in one piece with the headers.
      outgoing.end(body);
    });
  }
}

/** Where an API server is, taken apart once. */
interface ServerAddress {
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number;
  /** Before the path of each request. */
  readonly prefix: string;
}

function addressOf(server: string): ServerAddress {
  const { protocol, hostname, port, pathname } = new URL(server);
  const isSecure = protocol === "https:";
  return {
    isSecure,
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (isSecure ? 443 : 80) : Number(port),
    prefix: pathname === "/" ? "" : pathname,
  };
}

const maxRepetitions = 10;
const maxRetryAfterMs = 60_000;

/** How long the server asks to wait before the same request, in milliseconds; undefined when it does not. */
function retryAfterMs({ status, headers }: ApiResponse): number | undefined {
  if (status !== 429 && status < 500) return undefined;
  const seconds = headers["retry-after"] ?? "";
  return /^\d+$/.test(seconds) ? Math.min(Number(seconds) * 1000, maxRetryAfterMs) : undefined;
}

function newAgent(access: ClusterAccess): HttpAgent {
  if (!access.server.startsWith("https:")) return new HttpAgent({ keepAlive: true });
  return new HttpsAgent({
    keepAlive: true,
    rejectUnauthorized: !access.insecureSkipTlsVerify,
    ...(access.tlsServerName === undefined ? {} : { servername: access.tlsServerName }),
    // Made once: a context for each connection would parse the certificates each time.
    secureContext: createSecureContext({
      ...(access.ca === undefined ? {} : { ca: access.ca }),
      ...(access.clientCertificate === undefined ? {} : access.clientCertificate),
    }),
  });
}

function unreachable(server: string, error: unknown): JsonValue {
  const cause = error instanceof Error ? error.message : String(error);
  return clientFailure(503, "ServiceUnavailable", `cannot reach ${server}: ${cause}`) as unknown as JsonValue;
}

function headersOf(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
}

function textOf(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    response.on("error", reject);
  });
}

function parseBody(response: IncomingMessage, text: string): JsonValue {
  if (!(response.headers["content-type"] ?? "").includes("json")) return text;
  try {
    return parseObject(text);
  } catch {
    return text;
  }
}

/** One JSON document per line. */
async function* parsedLines(response: IncomingMessage): AsyncIterable<JsonValue> {
  let rest = "";
  response.setEncoding("utf8");
  for await (const chunk of response) {
    rest += chunk as string;
    let end = rest.indexOf("\n");
    let start = 0;
    while (end >= 0) {
      const line = rest.slice(start, end);
      if (line.trim() !== "") yield parseObject(line);
      start = end + 1;
      end = rest.indexOf("\n", start);
    }
    rest = rest.slice(start);
  }
}

async function* nothing<T>(): AsyncIterable<T> {}

import { type Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { type Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { quoteGo } from "../json/go-print.ts";
import { err, ok, type Result } from "../result.ts";
import { headerOfText } from "./event-header.ts";

/** One outgoing request. */
export interface Exchange {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Uint8Array | string;
  /** Whether the body's length is told beforehand; else it goes in chunks. */
  readonly hasLength?: boolean;
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly limits: ExchangeLimits;
  /** Where to connect instead of the URL's host, such as a Service's address. */
  readonly connectTo?: { readonly host: string; readonly port: number };
}

/** What one exchange may take. Times in milliseconds. */
interface ExchangeLimits {
  readonly maxResponseBytes: number;
  /** Until the connection stands, TLS included. */
  readonly connectMs?: number;
  /** From the request's end to the first byte of the answer. */
  readonly responseHeaderMs?: number;
  /** For everything. */
  readonly totalMs?: number;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A failure with the text that Go's client gives for it. */
class ExchangeError extends Error {}

/** Sends a request and reads the whole answer. Errors are worded as Go's HTTP client words the cause. */
export function exchange(request: Exchange): Promise<Result<ExchangeAnswer, string>> {
  const { url, limits } = request;
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return Promise.resolve(err(`unsupported protocol scheme ${quoteGo(url.protocol.slice(0, -1))}`));
  }
  return new Promise<Result<ExchangeAnswer, string>>((resolve) => {
    const isSecure = url.protocol === "https:";
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    const timers: NodeJS.Timeout[] = [];
    const headers: Record<string, string | string[] | number> = { Host: url.host };
    for (const [name, value] of Object.entries(request.headers)) {
      headers[name] = typeof value === "string" ? headerOfText(value) : value.map(headerOfText);
    }
    if (request.body !== undefined) {
      if (request.hasLength === true) headers["Content-Length"] = Buffer.byteLength(request.body);
      else headers["Transfer-Encoding"] = "chunked";
    }
    const outgoing = (isSecure ? httpsRequest : httpRequest)({
      method: request.method,
      host: request.connectTo?.host ?? hostname,
      port: request.connectTo?.port ?? (url.port === "" ? (isSecure ? 443 : 80) : Number(url.port)),
      path: `${url.pathname}${url.search}`,
      headers,
      agent: isSecure ? request.agents.https : request.agents.http,
      ...(isSecure ? { servername: /^[\d.:]*$/.test(hostname) ? "" : hostname } : {}),
    });
    const settle = (result: Result<ExchangeAnswer, string>) => {
      for (const timer of timers) clearTimeout(timer);
      resolve(result);
    };
    const limit = (ms: number | undefined, text: string): NodeJS.Timeout | undefined => {
      if (ms === undefined) return undefined;
      const timer = setTimeout(() => outgoing.destroy(new ExchangeError(text)), ms);
      timers.push(timer);
      return timer;
    };
    limit(limits.totalMs, "context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
    const connecting = limit(limits.connectMs, `dial tcp: lookup ${hostname}: i/o timeout`);
    outgoing.on("socket", (socket) => {
      if (!socket.connecting) clearTimeout(connecting);
      else socket.once(isSecure ? "secureConnect" : "connect", () => clearTimeout(connecting));
    });
    outgoing.on("finish", () => {
      const waiting = limit(limits.responseHeaderMs, "net/http: timeout awaiting response headers");
      outgoing.once("response", () => clearTimeout(waiting));
    });
    outgoing.on("error", (error) => settle(err(describeError(error, hostname))));
    outgoing.on("response", (response) => {
      void readAnswer(response, limits.maxResponseBytes).then((answer) => {
        if (!answer.ok) outgoing.destroy();
        settle(answer);
      });
    });
    outgoing.end(request.body);
  }).catch((error: Error) => err(error.message)); // Node throws at once for headers that cannot be sent
}

async function readAnswer(response: IncomingMessage, maxBytes: number): Promise<Result<ExchangeAnswer, string>> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) return err(`the answer is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    return err(error instanceof ExchangeError ? error.message : "unexpected EOF");
  }
  const { statusCode: status = 0, statusMessage = "", rawHeaders } = response;
  return ok({ status, statusText: `${status} ${statusMessage}`.trimEnd(), rawHeaders, body: Buffer.concat(chunks) });
}

/** The cause as Go words it. */
function describeError(error: Error & { code?: string; address?: string; port?: number }, hostname: string): string {
  if (error instanceof ExchangeError) return error.message;
  const peer = error.address === undefined ? "" : ` ${error.address}:${error.port ?? ""}`;
  switch (error.code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EAI_FAIL":
      return `dial tcp: lookup ${hostname}: no such host`;
    case "ECONNREFUSED":
      return `dial tcp${peer}: connect: connection refused`;
    case "EHOSTUNREACH":
      return `dial tcp${peer}: connect: no route to host`;
    case "ENETUNREACH":
      return `dial tcp${peer}: connect: network is unreachable`;
    case "ETIMEDOUT":
      return `dial tcp${peer}: i/o timeout`;
    case "ECONNRESET":
      return "EOF";
    case "EPIPE":
      return "write: broken pipe";
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
    case "CERT_HAS_EXPIRED":
      return "tls: failed to verify certificate: x509: certificate has expired or is not yet valid";
    default:
      return error.message;
  }
}

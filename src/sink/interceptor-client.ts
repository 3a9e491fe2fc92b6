import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { quoteGo } from "../json/go-print.ts";
import { err, ok, type Result } from "../result.ts";
import type { InterceptorHttp, InterceptorPost, InterceptorPostAnswer } from "../triggers/interceptor-http.ts";
import { eventHeader } from "./event-header.ts";
import { exchange } from "./http-exchange.ts";

/** The sink's flags for its way to interceptors; times in milliseconds (spec: event processing, section 1). */
export interface InterceptorClientOptions {
  readonly dialMs?: number;
  readonly keepAliveMs?: number;
  readonly responseHeaderMs?: number;
  readonly maxResponseBytes?: number;
  /** CA certificates (PEM) that are trusted, and no others; asked anew for each connection. */
  readonly trustedCas: () => readonly string[];
  /** Where a Service is reached from here: `name.namespace.svc` and port; undefined: as the name server says. */
  readonly locate?: (hostname: string, port: number) => { readonly host: string; readonly port: number } | undefined;
}

const maxRedirects = 10;

/** Posts to interceptors and legacy webhooks: no proxy, no system roots, TLS 1.2 at least, redirects followed. */
export class InterceptorClient implements InterceptorHttp {
  readonly #options: InterceptorClientOptions;
  readonly #http: HttpAgent;
  #https: HttpsAgent;
  #trusted: string;

  constructor(options: InterceptorClientOptions) {
    this.#options = options;
    this.#http = new HttpAgent({ keepAlive: true, keepAliveMsecs: options.keepAliveMs ?? 30_000 });
    this.#trusted = options.trustedCas().join("\n");
    this.#https = this.#newHttpsAgent();
  }

  async post(post: InterceptorPost): Promise<Result<InterceptorPostAnswer, string>> {
    const first = parseUrl(post.url);
    if (!first.ok) return first;
    let url = first.value;
    let method: "GET" | "POST" = "POST";
    for (let redirects = 0; ; redirects++) {
      if (redirects >= maxRedirects) return err(`stopped after ${maxRedirects} redirects`);
      const answer = await this.#send(method, url, post);
      if (!answer.ok) return answer;
      const { status, statusText, rawHeaders, body } = answer.value;
      const header = eventHeader(rawHeaders);
      const location = header["Location"]?.[0];
      const next = location === undefined || !isRedirect(status) ? null : URL.parse(location, url);
      if (next === null) return ok({ status, statusText, header, body });
      if (status !== 307 && status !== 308) method = "GET";
      url = next;
    }
  }

  #send(method: "GET" | "POST", url: URL, { header, body, timeoutMs }: InterceptorPost) {
    const { locate, dialMs = 30_000, responseHeaderMs = 10_000, maxResponseBytes = 8 * 1024 * 1024 } = this.#options;
    const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
    const connectTo = locate?.(url.hostname, port);
    return exchange({
      method,
      url,
      headers: header,
      ...(method === "POST" ? { body } : {}),
      // Tekton tells the length to interceptors and not to legacy webhooks, which alone have a limit for everything.
      hasLength: timeoutMs === undefined,
      agents: { http: this.#http, https: this.#currentHttpsAgent() },
      limits: {
        maxResponseBytes,
        connectMs: dialMs,
        responseHeaderMs,
        ...(timeoutMs === undefined ? {} : { totalMs: timeoutMs }),
      },
      ...(connectTo ? { connectTo } : {}),
    });
  }

  /** Certificates that are no longer trusted must not live on in open connections; what is under way is answered. */
  #currentHttpsAgent(): HttpsAgent {
    const trusted = this.#options.trustedCas().join("\n");
    if (trusted !== this.#trusted) {
      this.#trusted = trusted;
      retire(this.#https);
      this.#https = this.#newHttpsAgent();
    }
    return this.#https;
  }

  #newHttpsAgent(): HttpsAgent {
    return new HttpsAgent({
      keepAlive: true,
      keepAliveMsecs: this.#options.keepAliveMs ?? 30_000,
      minVersion: "TLSv1.2",
      ca: [...this.#options.trustedCas()],
    });
  }
}

/** Closes connections: idle ones now, those in use once they are answered. */
function retire(agent: HttpsAgent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function parseUrl(text: string): Result<URL, string> {
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[1]?.toLowerCase() ?? "";
  if (scheme !== "http" && scheme !== "https") return err(`unsupported protocol scheme ${quoteGo(scheme)}`);
  // URL.parse takes the first part of the path for the host when that is empty.
  const url = /^[a-z]+:\/\/[^/?#]/i.test(text) ? URL.parse(text) : null;
  return url === null ? err("http: no Host in request URL") : ok(url);
}

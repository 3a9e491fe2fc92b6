import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { CodeHostClient, CodeHostResponse } from "../interceptors/interceptor.ts";
import { decodeGoUtf8 } from "../json/go-utf8.ts";
import { err, ok, type Result } from "../result.ts";
import { exchange } from "./http-exchange.ts";

/** What requests to code hosts may reach and take. */
export interface CodeHostOptions {
  /** `host` or `host:port`, lower case. Only these are asked, redirects included. */
  readonly allowedHosts: ReadonlySet<string>;
  /** Origins such as `http://127.0.0.1:3000` that may be asked without TLS: hosts in one's own network. */
  readonly plainOrigins?: ReadonlySet<string>;
  /** For one request with all its redirects, in milliseconds. */
  readonly totalMs?: number;
  readonly maxResponseBytes?: number;
  /** Further CA certificates (PEM) beside the system's. */
  readonly cas?: readonly string[];
}

const maxRedirects = 5;

/** Requests to the APIs of code hosts, within limits of time, size and hosts. */
export class HttpCodeHostClient implements CodeHostClient {
  readonly #options: CodeHostOptions;
  readonly #agents: { readonly http: HttpAgent; readonly https: HttpsAgent };

  constructor(options: CodeHostOptions) {
    this.#options = options;
    const ca = options.cas ? { ca: [...options.cas] } : {};
    this.#agents = {
      http: new HttpAgent({ keepAlive: true }),
      https: new HttpsAgent({ keepAlive: true, minVersion: "TLSv1.2", ...ca }),
    };
  }

  async get(text: string, headers: Readonly<Record<string, string>>): Promise<Result<CodeHostResponse, string>> {
    const first = URL.parse(text);
    if (first === null) return err("not a URL");
    const { totalMs = 3_000, maxResponseBytes = 4 * 1024 * 1024 } = this.#options;
    const deadline = performance.now() + totalMs;
    let url = first;
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const refusal = this.#refuse(url);
      if (refusal !== undefined) return err(refusal);
      const remainingMs = Math.max(1, deadline - performance.now());
      const answer = await exchange({
        method: "GET",
        url,
        headers: url.host === first.host ? headers : withoutAuthorization(headers),
        agents: this.#agents,
        limits: { maxResponseBytes, totalMs: remainingMs },
      });
      if (!answer.ok) return answer;
      const { status, rawHeaders, body } = answer.value;
      const answered = lowerCaseHeaders(rawHeaders);
      const location = answered["location"];
      const next = location === undefined || status < 301 || status > 308 ? null : URL.parse(location, url);
      if (next === null) return ok({ status, headers: answered, body: decodeGoUtf8(body) });
      url = next;
    }
    return err(`stopped after ${maxRedirects} redirects`);
  }

  #refuse(url: URL): string | undefined {
    if (this.#options.plainOrigins?.has(url.origin) === true) return undefined;
    if (url.protocol !== "https:") return `${url.origin} is not asked without TLS`;
    if (!this.#options.allowedHosts.has(url.host)) return `host ${url.host} is not on the allow-list of code hosts`;
    return undefined;
  }
}

function withoutAuthorization(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"));
}

function lowerCaseHeaders(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    const value = raw[at + 1] ?? "";
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}

import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import { isIP } from "node:net";
import { decodeGoJson } from "../../json/go-decode.ts";
import { quoteGo } from "../../json/go-print.ts";
import { encodeObject } from "../../json/object-text.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { WebhookClientConfig } from "./webhook-configuration.ts";

/** Where a Service's port is really served. An error is the reason why it is not, such as `service "x" not found`. */
export type ServiceResolver = (
  namespace: string,
  name: string,
  port: number,
) => Promise<Result<{ readonly host: string; readonly port: number }, string>>;

/** Longest answer that is read, in bytes. */
const maxAnswerBytes = 16 * 1024 * 1024;
/** Connections to this many authorities are kept. */
const maxAgents = 64;

/** Posts reviews to webhooks over TLS. Its errors are worded as Kubernetes words them. */
export class WebhookClient {
  readonly #resolve: ServiceResolver;
  /** One agent for each authority, oldest use first. */
  readonly #agents = new Map<string, Agent>();

  constructor(resolve: ServiceResolver) {
    this.#resolve = resolve;
  }

  async post(
    config: WebhookClientConfig,
    review: JsonObject,
    timeoutMs: number | undefined,
  ): Promise<Result<JsonValue, string>> {
    const target = webhookUrl(config, timeoutMs);
    if (!target.ok) return target;
    const { url } = target.value;
    const shown = `Post ${quoteGo(target.value.shown)}: `;
    const { service } = config;
    const options: RequestOptions = { agent: this.#agent(config.caPem) };
    // An address is no server name.
    if (isIP(bareHost(url)) === 0) options.servername = bareHost(url);
    if (service !== undefined) {
      const resolved = await this.#resolve(service.namespace, service.name, service.port);
      if (!resolved.ok) return err(shown + resolved.error);
      const { host, port } = resolved.value;
      // Node prefers the URL's hostname to a mere host.
      Object.assign(options, { host, hostname: host, port });
    }
    return this.#send(url, options, encodeObject(review), timeoutMs ?? 30_000, shown);
  }

  /** Lets go of kept connections. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #send(
    url: URL,
    options: RequestOptions,
    body: string,
    timeoutMs: number,
    shown: string,
  ): Promise<Result<JsonValue, string>> {
    return new Promise((resolve) => {
      const timeout = AbortSignal.timeout(Math.max(1, timeoutMs));
      const headers = {
        "content-type": "application/json",
        accept: "application/json, */*",
        host: url.host,
        "content-length": Buffer.byteLength(body),
      };
      const fail = (error: unknown): void =>
        resolve(err(shown + (timeout.aborted ? "context deadline exceeded" : connectionProblem(error, url, options))));
      const request = httpsRequest(url, { ...options, method: "POST", headers, signal: timeout }, (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxAnswerBytes) answer.destroy(new Error("http: response body too large"));
          else chunks.push(chunk);
        });
        answer.on("error", fail);
        answer.on("end", () => resolve(readAnswer(answer.statusCode ?? 0, Buffer.concat(chunks))));
      });
      request.on("error", fail);
      request.end(body);
    });
  }

  #agent(caPem: string | undefined): Agent {
    const key = caPem ?? "";
    const agent =
      this.#agents.get(key) ?? new Agent({ keepAlive: true, ...(caPem === undefined ? {} : { ca: caPem }) });
    this.#agents.delete(key);
    this.#agents.set(key, agent);
    const oldest = this.#agents.entries().next();
    if (this.#agents.size > maxAgents && oldest.done !== true) {
      oldest.value[1].destroy();
      this.#agents.delete(oldest.value[0]);
    }
    return agent;
  }
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/** Where to post, and the URL as it is named in errors: with the port of a service even where it is the default. */
function webhookUrl(
  config: WebhookClientConfig,
  timeoutMs: number | undefined,
): Result<{ readonly url: URL; readonly shown: string }, string> {
  const { service } = config;
  const text =
    service === undefined
      ? (config.url ?? "")
      : `https://${service.name}.${service.namespace}.svc:${service.port}/${service.path.replace(/^\//, "")}`;
  if (text === "") return err("webhook configuration must have either service or URL");
  if (!URL.canParse(text)) return err(`unable to parse url ${quoteGo(text)}`);
  const url = new URL(text);
  if (url.protocol !== "https:") return err("url must begin with https");
  if (timeoutMs !== undefined) url.searchParams.set("timeout", `${Math.round(timeoutMs / 1000)}s`);
  return ok({ url, shown: service === undefined ? url.href : text.replace(/[?#].*$/, "") + url.search });
}

function readAnswer(status: number, body: Buffer): Result<JsonValue, string> {
  if (status < 200 || status > 206) return err(refusal(status, body.toString("utf8")));
  const parsed = decodeGoJson(body);
  if (!parsed.ok) return err(`couldn't get version/kind; json parse error: ${parsed.error}`);
  return isJsonObject(parsed.value) ? parsed : err("couldn't get version/kind; json parse error: not an object");
}

/** What is said of an answer that is no success. */
function refusal(status: number, body: string): string {
  const message = body.trim() === "" ? "unknown" : body.trim();
  const known = refusals.get(status);
  if (known !== undefined) return known;
  if (status >= 500) return `an error on the server (${quoteGo(message)}) has prevented the request from succeeding`;
  if (status === 403 || status === 406 || status === 415) return message;
  return `the server responded with the status code ${status} but did not return more information`;
}

const refusals: ReadonlyMap<number, string> = new Map([
  [400, "the server rejected our request for an unknown reason"],
  [401, "the server has asked for the client to provide credentials"],
  [404, "the server could not find the requested resource"],
  [405, "the server does not allow this method on the requested resource"],
  [409, "the server reported a conflict"],
  [422, "the server rejected our request due to an error in our request"],
  [429, "the server has received too many requests and has asked us to try again later"],
  [503, "the server is currently unable to handle the request"],
  [504, "the server was unable to return a response in the time allotted, but may still be processing the request"],
]);

function connectionProblem(error: unknown, url: URL, options: RequestOptions): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const host = String(options.host ?? bareHost(url));
  const port = String(options.port ?? (url.port === "" ? "443" : url.port));
  switch (code) {
    case "ECONNREFUSED":
      return `dial tcp ${host.includes(":") ? `[${host}]` : host}:${port}: connect: connection refused`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `dial tcp: lookup ${host}: no such host`;
    case "ECONNRESET":
      return "EOF";
    case "CERT_HAS_EXPIRED":
      return "tls: failed to verify certificate: x509: certificate has expired or is not yet valid";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `tls: failed to verify certificate: x509: certificate is not valid for ${host}`;
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

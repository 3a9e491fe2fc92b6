import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadCertificates } from "../../../src/apiserver/pki/certificates.ts";
import { isJsonObject, type JsonValue } from "../../../src/json/value.ts";
import type { Bindings } from "./bindings.ts";
import { compareBody } from "./compare.ts";
import type { Exchange } from "./exchange.ts";

/** One call that the server made when the transcript was recorded. */
interface Call {
  readonly index: number;
  readonly exchange: Exchange;
  /** The recorded server had given up waiting. */
  readonly isLate: boolean;
}

/** Plays the webhook of a transcript: answers each review as it was answered when the transcript was made. */
export class WebhookDouble {
  /** What was wrong with the calls that came. */
  readonly problems: string[] = [];
  readonly #server: Server;
  readonly #folder: string;
  readonly #bindings: Bindings;
  readonly #waiting: Call[];

  constructor(server: Server, folder: string, bindings: Bindings, calls: readonly Call[]) {
    this.#server = server;
    this.#folder = folder;
    this.#bindings = bindings;
    this.#waiting = [...calls];
    server.on("request", (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
  }

  /** Listens, and tells its address and authority to the placeholders; nothing when the transcript has no webhook. */
  static async startFor(exchanges: readonly Exchange[], bindings: Bindings): Promise<WebhookDouble | undefined> {
    const calls = exchanges.flatMap((exchange, index): readonly Call[] =>
      exchange.direction === "server-to-webhook"
        ? [{ index, exchange, isLate: exchange.status === null || isTimeout(exchanges, index) }]
        : [],
    );
    if (calls.length === 0) return undefined;
    const folder = mkdtempSync(join(tmpdir(), "tektite-webhook-"));
    const { authority, serving } = loadCertificates(folder, { addresses: [], nowMs: Date.now() });
    const server = createServer({ cert: serving.certificatePem, key: serving.keyPem });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    bindings.set("<webhook>", `127.0.0.1:${(server.address() as AddressInfo).port}`);
    bindings.set("<ca-bundle>", Buffer.from(authority.certificatePem).toString("base64"));
    return new WebhookDouble(server, folder, bindings, calls);
  }

  /** Ends it; calls that never came are a problem. */
  close(): Promise<void> {
    for (const { index, exchange } of this.#waiting) this.problems.push(`[${index}] ${exchange.path}: was not called`);
    rmSync(this.#folder, { recursive: true });
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const next = this.#waiting.findIndex(({ exchange }) => exchange.path === request.url);
    const [call] = next < 0 ? [] : this.#waiting.splice(next, 1);
    if (call === undefined) {
      this.problems.push(`an unexpected call of ${request.url ?? ""}`);
      response.writeHead(404).end();
      return;
    }
    const { exchange, index, isLate } = call;
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as JsonValue;
    const where = `[${index}] ${exchange.path}`;
    // What is learnt here holds for this call only: the answer to the client tells it again.
    const bindings = this.#bindings.clone();
    if (exchange.requestBody !== undefined)
      compareBody({ ...exchange, responseBody: exchange.requestBody }, body, where, bindings, this.problems);
    if (isLate) return;
    const answer = exchange.responseBody ?? null;
    const text = isJsonObject(answer) ? answer["$text"] : undefined;
    response.writeHead(exchange.status ?? 200, {
      "content-type": exchange.responseHeaders?.["content-type"] ?? "application/json",
    });
    response.end(typeof text === "string" ? text : JSON.stringify(bindings.fillDeep(answer)));
  }
}

/** Whether the request that led to this call was answered that the webhook took too long. */
function isTimeout(exchanges: readonly Exchange[], index: number): boolean {
  const cause = exchanges.slice(0, index).findLast((exchange) => exchange.direction !== "server-to-webhook");
  return JSON.stringify(cause?.responseBody ?? "").includes("context deadline exceeded");
}

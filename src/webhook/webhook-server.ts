import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { ServingCertificates } from "../kube/serving-certificates.ts";
import type { TlsSettings } from "../kube/tls-settings.ts";
import { answerReview, maxReviewBytes, type ReviewContext } from "./admission-review.ts";

export interface WebhookServerOptions {
  /** Started already: there is one to serve. */
  readonly certificates: ServingCertificates;
  readonly tls: TlsSettings;
  /** As it is at the time of a request. */
  readonly context: () => ReviewContext;
  /** Told how long each review took. */
  readonly onAnswer: (path: string, status: number, seconds: number) => void;
}

/** The HTTPS server of the admission webhook; new connections get a renewed certificate, open ones go on. */
export function createWebhookServer({ certificates, tls, context, onAnswer }: WebhookServerOptions): Server {
  const credentials = () => {
    const { served } = certificates;
    return served === undefined ? {} : { key: served.serverKeyPem, cert: served.serverCertPem };
  };
  const server = createServer({ ...tls, ...credentials(), ALPNProtocols: ["http/1.1"] }, (request, response) => {
    const startedMs = performance.now();
    void readAtMost(request, maxReviewBytes).then((body) => {
      if (body === "broken") return;
      const path = (request.url ?? "/").split("?")[0] ?? "/";
      const contentType = request.headers["content-type"];
      const answer = answerReview({ path, contentType, body }, context());
      send(response, answer.status, answer.contentType, answer.body);
      onAnswer(path, answer.status, (performance.now() - startedMs) / 1000);
    });
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  // API servers keep their connections; they are told to open new ones before this end closes idle ones.
  server.keepAliveTimeout = 120_000;
  certificates.onChange(() => server.setSecureContext({ ...tls, ...credentials() }));
  return server;
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) }).end(body);
}

/** The body; undefined when it is larger. */
function readAtMost(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined | "broken"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on("error", () => resolve("broken"));
    request.on("end", () => resolve(size > maxBytes ? undefined : Buffer.concat(chunks)));
  });
}

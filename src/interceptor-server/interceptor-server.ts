import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { answerCoreRequest } from "../interceptors/core-server.ts";
import type { InterceptorEnvironment } from "../interceptors/interceptor.ts";
import { decodeGoUtf8 } from "../json/go-utf8.ts";
import type { ServingCertificates } from "../kube/serving-certificates.ts";
import type { TlsSettings } from "../kube/tls-settings.ts";

/** Events may be as large as a listener takes them, and escaping them may double that. */
const maxBodyBytes = 64 * 1024 * 1024;
/** For one answer, in milliseconds (spec: controller, section 7). */
const processingMs = 3_000;

export interface InterceptorServerOptions {
  /** Started already: there is one to serve. */
  readonly certificates: ServingCertificates;
  readonly tls: TlsSettings;
  readonly environment: InterceptorEnvironment;
  readonly log: (message: string) => void;
}

/** The HTTPS server of the core interceptors (spec: controller, section 7). */
export function createInterceptorServer(options: InterceptorServerOptions): Server {
  const { certificates, tls } = options;
  const credentials = () => {
    const { served } = certificates;
    return served === undefined ? {} : { key: served.serverKeyPem, cert: served.serverCertPem };
  };
  const server = createServer({ ...tls, ...credentials() }, (request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      options.log(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
      if (!response.headersSent) send(response, 500, plainText, "internal error\n");
    });
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 5_000;
  server.keepAliveTimeout = 60_000;
  certificates.onChange(() => server.setSecureContext({ ...tls, ...credentials() }));
  return server;
}

const plainText = "text/plain; charset=utf-8";

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { environment }: InterceptorServerOptions,
): Promise<void> {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  if (path === "/ready") {
    request.resume();
    send(response, 200, plainText, "");
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) {
      send(response, 413, plainText, `the body is larger than ${maxBodyBytes} bytes\n`);
      request.destroy();
      return;
    }
    chunks.push(chunk as Buffer);
  }
  const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), processingMs).unref());
  const answered = await Promise.race([
    answerCoreRequest(path, decodeGoUtf8(Buffer.concat(chunks)), environment),
    late,
  ]);
  if (answered === "late") send(response, 503, plainText, "context deadline exceeded\n");
  else send(response, answered.status, answered.contentType, answered.body);
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) }).end(body);
}

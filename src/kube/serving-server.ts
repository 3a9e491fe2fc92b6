import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { ServingCertificates } from "./serving-certificates.ts";
import type { TlsSettings } from "./tls-settings.ts";

/** A request with its whole body. */
export interface ServedRequest {
  /** Without query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Undefined when it is larger than the server takes. */
  readonly body: Uint8Array | undefined;
}

export interface ServedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface ServingServerOptions {
  /** Started already: there is one to serve. */
  readonly certificates: Pick<ServingCertificates, "served" | "onChange">;
  readonly tls: TlsSettings;
  readonly maxBodyBytes: number;
  readonly answer: (request: ServedRequest) => ServedAnswer | Promise<ServedAnswer>;
  readonly log: (message: string) => void;
}

/**
 * The HTTPS server of a component: new connections get the certificate that is served at the time, open ones go on. An
 * answer that throws is one of our bugs: it is logged and answered 500.
 */
export function createServingServer({ certificates, tls, maxBodyBytes, answer, log }: ServingServerOptions): Server {
  const context = () => {
    const { served } = certificates;
    return served === undefined ? tls : { ...tls, key: served.serverKeyPem, cert: served.serverCertPem };
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readAtMost(request, maxBodyBytes);
    if (body === "broken off") return;
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    send(response, await answer({ path, headers: request.headers, body }));
  };
  const server = createServer(context(), (request, response) => {
    handle(request, response).catch((error: unknown) => {
      log(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
      send(response, { status: 500, contentType: "text/plain; charset=utf-8", body: "internal error\n" });
    });
  });
  certificates.onChange(() => server.setSecureContext(context()));
  return server;
}

function send(response: ServerResponse, { status, contentType, body }: ServedAnswer): void {
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) }).end(body);
}

/** The body; undefined when it is larger, which is read to its end all the same: else nobody would read the answer. */
function readAtMost(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined | "broken off"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on("error", () => resolve("broken off"));
    request.on("end", () => resolve(size > maxBytes ? undefined : Buffer.concat(chunks)));
  });
}

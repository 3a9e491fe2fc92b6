import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { err, ok, type Result } from "../result.ts";

/** Answers requests: a listener, or a gateway to many. */
export interface RequestHandler {
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** Where a sink listens and what it puts up with; times in milliseconds (spec: event processing, section 1). */
export interface SinkServerOptions {
  readonly host?: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
  /** For a whole request, header and body. */
  readonly readTimeoutMs?: number;
  readonly idleTimeoutMs?: number;
  readonly maxConnections?: number;
}

export interface SinkServer {
  readonly host: string;
  readonly port: number;
  /** Takes no more requests; resolves when those under way are answered, or broken off after `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

/** Go's limit for a request's headers. */
const maxHeaderSize = 1024 * 1024;

/** The server of a sink, with its limits, before it has a port; connections may also be handed to it. */
export function createSinkServer(handler: RequestHandler, options: Omit<SinkServerOptions, "host" | "port">): Server {
  const readTimeoutMs = options.readTimeoutMs ?? 5_000;
  const settings = {
    maxHeaderSize,
    headersTimeout: readTimeoutMs,
    requestTimeout: readTimeoutMs,
    keepAliveTimeout: options.idleTimeoutMs ?? 120_000,
    connectionsCheckingInterval: 1_000,
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => handler.handle(request, response);
  const server: Server = options.tls
    ? createSecureServer({ ...settings, ...options.tls, minVersion: "TLSv1.2" }, onRequest)
    : createServer(settings, onRequest);
  server.maxConnections = options.maxConnections ?? 10_000;
  // Without this, a request that asks for 100-continue is answered before its path has been looked at.
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    response.writeContinue();
    onRequest(request, response);
  });
  return server;
}

/** Opens the port of a sink. The error is why it could not be opened, such as a port that is in use. */
export function startSinkServer(
  handler: RequestHandler,
  options: SinkServerOptions,
): Promise<Result<SinkServer, string>> {
  const server = createSinkServer(handler, options);
  return new Promise((resolve) => {
    server.once("error", (error: Error) => resolve(err(error.message)));
    server.listen(options.port, options.host ?? "0.0.0.0", () => {
      const { address, port } = server.address() as AddressInfo;
      resolve(ok({ host: address, port, close: (graceMs = 5_000) => closeServer(server, graceMs) }));
    });
  });
}

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

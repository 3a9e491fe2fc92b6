import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { encodeObject } from "../json/object-text.ts";
import type { JsonValue } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { type ApiServer, maxBodyBytes } from "./api-server.ts";
import type { PipelineRequest, PipelineResponse, RequestBody } from "./pipeline.ts";
import { wantedUpgrade } from "./pods/upgrade.ts";
import { requestTooLarge } from "./status.ts";
import { watchByWebSocket } from "./websocket-watch.ts";
import { statusAnswer } from "./wire/answer.ts";

export interface HttpsServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** PEM; without it plain HTTP is served. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A listening server. */
export interface RunningHttpsServer {
  readonly host: string;
  readonly port: number;
  /** Ends watches and connections. */
  close(): Promise<void>;
}

/** Serves an API server on a socket. The error is one sentence: the address is in use or not allowed. */
export async function startHttpsServer(
  server: ApiServer,
  options: HttpsServerOptions,
): Promise<Result<RunningHttpsServer, string>> {
  const closing = new AbortController();
  const onRequest = (message: IncomingMessage, response: ServerResponse): void => {
    void serve(server, message, response, closing.signal);
  };
  const limits = { keepAliveTimeout: 120_000, requestTimeout: 60_000 };
  const listener: Server = options.tls
    ? createTlsServer({ ...options.tls, ...limits, ALPNProtocols: ["http/1.1"] }, onRequest)
    : createHttpServer(limits, onRequest);
  listener.on("upgrade", (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    void upgrade(server, message, socket, head, closing.signal);
  });
  listener.on("clientError", (_error: Error, socket: Duplex) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  });
  try {
    listener.listen(options.port, options.host);
    await once(listener, "listening");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const where = `${options.host}:${options.port}`;
    if (code === "EADDRINUSE") return err(`${where} is in use by another program; choose another with --api-address`);
    if (code === "EACCES")
      return err(`${where} may not be listened on by this user; choose a port above 1023 with --api-address`);
    if (code === "EADDRNOTAVAIL")
      return err(`${options.host} is no address of this machine; choose another with --api-address`);
    return err(`cannot listen on ${where}: ${message}`);
  }
  const address = listener.address() as AddressInfo;
  return ok({
    host: options.host,
    port: address.port,
    close: async () => {
      closing.abort();
      const closed = once(listener, "close");
      listener.close();
      listener.closeAllConnections();
      await closed;
    },
  });
}

function pipelineRequest(message: IncomingMessage, body: RequestBody, signal: AbortSignal): PipelineRequest {
  const url = message.url ?? "/";
  const mark = url.indexOf("?");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const remoteAddress = message.socket.remoteAddress;
  return {
    method: message.method ?? "GET",
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
    headers,
    rawHeaders: message.rawHeaders,
    body,
    ...(remoteAddress !== undefined && { remoteAddress }),
    signal,
  };
}

/** Answers a request for an upgrade: the protocol takes the connection over, or a plain answer ends it. */
async function upgrade(
  server: ApiServer,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  closing: AbortSignal,
): Promise<void> {
  socket.on("error", () => socket.destroy());
  const gone = new AbortController();
  socket.once("close", () => gone.abort());
  const request = pipelineRequest(message, { kind: "none" }, AbortSignal.any([closing, gone.signal]));
  const answer = await server.handle(request);
  if (answer.kind === "upgrade") {
    answer.take(message, socket, head);
    return;
  }
  const wanted = wantedUpgrade(request);
  if (answer.kind === "watch" && wanted?.kind === "webSocket") {
    watchByWebSocket(message, socket, head, { protocols: wanted.protocols, frames: answer.frames });
    return;
  }
  const response = new ServerResponse(message);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket);
  response.once("finish", () => socket.end());
  await send(response, answer);
}

/** The whole body, or undefined when it is larger than allowed. */
async function readBody(message: IncomingMessage): Promise<RequestBody | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  if (length === 0) return { kind: "bytes", bytes: new Uint8Array() };
  return { kind: "bytes", bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) };
}

async function serve(
  server: ApiServer,
  message: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  const stop = (): void => gone.abort();
  // Aborting what is answered already would only cost time.
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  closing.addEventListener("abort", stop, { once: true });
  try {
    const bodyless = message.method === "GET" || message.method === "HEAD";
    const body: RequestBody | undefined = bodyless ? { kind: "none" } : await readBody(message);
    if (!body) {
      response.setHeader("connection", "close");
      await send(response, statusAnswer(requestTooLarge(maxBodyBytes), { format: "json", pretty: false }));
      message.destroy();
      return;
    }
    await send(response, await server.handle(pipelineRequest(message, body, gone.signal)));
  } catch {
    // The peer went away in the middle: nobody is left to tell.
    response.destroy();
  } finally {
    closing.removeEventListener("abort", stop);
  }
}

function writeHead(response: ServerResponse, answer: PipelineResponse, contentType: string): void {
  for (const text of answer.warnings ?? []) response.appendHeader("warning", `299 - ${quoteWarning(text)}`);
  response.writeHead(answer.status, {
    ...(contentType !== "" && { "content-type": contentType }),
    ...answer.headers,
  });
}

function quoteWarning(text: string): string {
  // Control characters would end the header.
  const line = text.replaceAll(/[^\x20-\x7e\x80-\u{10ffff}]/gu, " ").toWellFormed();
  // Other scripts as RFC 2047 has them, which kubectl reads: Node refuses them in headers.
  const word = /^[\x20-\x7e]*$/.test(line) ? line : `=?utf-8?B?${Buffer.from(line).toString("base64")}?=`;
  return JSON.stringify(word);
}

async function send(response: ServerResponse, answer: PipelineResponse): Promise<void> {
  switch (answer.kind) {
    case "json": {
      const text = answer.text ?? answer.lazyText?.() ?? `${encodeObject(answer.body as JsonValue)}\n`;
      response.setHeader("content-length", Buffer.byteLength(text));
      writeHead(response, answer, answer.contentType ?? "application/json");
      response.end(text);
      return;
    }
    case "text":
      if (answer.status !== 304) response.setHeader("content-length", Buffer.byteLength(answer.body));
      writeHead(response, answer, answer.contentType);
      response.end(answer.body);
      return;
    case "bytes":
      writeHead(response, answer, answer.contentType);
      response.flushHeaders();
      for await (const chunk of answer.stream) {
        if (response.destroyed) return;
        if (!response.write(chunk)) await drained(response);
      }
      response.end();
      return;
    case "watch":
      writeHead(response, answer, "application/json");
      response.flushHeaders();
      for await (const batch of answer.frames) {
        if (response.destroyed) return;
        const bytes = batch.map((frame) => frame.bytes());
        if (!response.write(bytes.length === 1 ? bytes[0]! : Buffer.concat(bytes))) await drained(response);
      }
      response.end();
      return;
    case "upgrade":
      // Only a connection that asked for an upgrade can be taken over.
      response.writeHead(400, { "content-length": 0 });
      response.end();
      return;
    default:
      answer satisfies never;
  }
}

/** Resolves when more may be written, or the peer is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.once("drain", done);
    response.once("close", done);
  });
}

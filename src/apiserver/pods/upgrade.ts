import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { PipelineRequest } from "../pipeline.ts";

/** To what a request wants its connection upgraded. */
export type Upgrade =
  | { readonly kind: "webSocket"; readonly protocols: readonly string[] }
  | { readonly kind: "spdy"; readonly protocols: readonly string[] };

/** The upgrade that a request asks for, if any. */
export function wantedUpgrade(request: PipelineRequest): Upgrade | undefined {
  const { headers } = request;
  if (!(headers["connection"] ?? "").toLowerCase().includes("upgrade")) return undefined;
  switch ((headers["upgrade"] ?? "").toLowerCase()) {
    case "websocket":
      return { kind: "webSocket", protocols: listed(headers["sec-websocket-protocol"]) };
    case "spdy/3.1":
      return { kind: "spdy", protocols: listed(headers["x-stream-protocol-version"]) };
    default:
      return undefined;
  }
}

function listed(header: string | undefined): readonly string[] {
  return (header ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** Frames larger than this end the connection. */
const maxPayload = 16 * 1024 * 1024;

/** Completes a WebSocket handshake with that sub-protocol (none when empty). */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string,
  onOpen: (webSocket: WebSocket) => void,
): void {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload,
    handleProtocols: () => (protocol === "" ? false : protocol),
  });
  server.handleUpgrade(request, socket, head, (webSocket) => {
    // Errors end the connection; `close` follows.
    webSocket.on("error", () => undefined);
    onOpen(webSocket);
  });
}

/** Completes the upgrade to SPDY; the stream protocol is told when there is one. */
export function acceptSpdy(socket: Duplex, head: Buffer, protocol: string): void {
  const lines = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: SPDY/3.1"];
  if (protocol !== "") lines.push(`X-Stream-Protocol-Version: ${protocol}`);
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
}

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { isTokenProtocol } from "./auth/bearer-token.ts";
import type { WatchFrame } from "./pipeline.ts";
import { acceptWebSocket } from "./pods/upgrade.ts";

/** A watch over a WebSocket, as clients in browsers and some libraries ask for it: each event is one text message. */
export function watchByWebSocket(
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  watch: { readonly protocols: readonly string[]; readonly frames: AsyncIterable<readonly WatchFrame[]> },
): void {
  const protocol = watch.protocols.find((candidate) => !isTokenProtocol(candidate)) ?? "";
  acceptWebSocket(message, socket, head, protocol, (webSocket) => void sendAll(webSocket, watch.frames));
}

async function sendAll(webSocket: WebSocket, frames: AsyncIterable<readonly WatchFrame[]>): Promise<void> {
  for await (const batch of frames) {
    for (const frame of batch) {
      // One after the other, so that a slow client slows the watch down instead of filling the memory.
      const sent = await send(webSocket, frame.bytes());
      if (!sent) return;
    }
  }
  webSocket.close();
}

/** Whether the client was still there. */
function send(webSocket: WebSocket, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    webSocket.send(bytes, { binary: false }, (error) => resolve(error === undefined || error === null));
  });
}

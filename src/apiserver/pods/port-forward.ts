import type { Duplex } from "node:stream";
import { createWebSocketStream, type WebSocket } from "ws";
import type { Result } from "../../result.ts";
import { SpdySession, type SpdyStream } from "./spdy/spdy-session.ts";

/** Connects to a port of the pod. */
export type Dial = (port: number) => Promise<Result<Duplex, string>>;

/** The sub-protocol in which a WebSocket carries a SPDY connection. */
export const tunnelProtocol = "SPDY/3.1+portforward.k8s.io";
/** The stream protocol of port-forward over SPDY. */
export const portForwardProtocol = "portforward.k8s.io";
/** Sub-protocols of the older way over WebSockets: two channels for each port named in the query. */
export const channelProtocols = ["v4.channel.k8s.io"];

/** How long a client may take to open the second stream of a pair, in milliseconds. */
const pairTimeoutMs = 30_000;

interface Pair {
  data?: SpdyStream;
  error?: SpdyStream;
  readonly timer: NodeJS.Timeout;
}

/** Port-forward over SPDY: each connection is a pair of streams, one for data and one for the error. */
export async function forwardOverSpdy(connection: Duplex, pod: string, dial: Dial): Promise<void> {
  const pairs = new Map<string, Pair>();
  const session = new SpdySession(connection, (stream) => {
    const type = stream.headers.get("streamtype");
    const port = Number(stream.headers.get("port"));
    if ((type !== "data" && type !== "error") || !isPort(port)) {
      stream.destroy();
      return;
    }
    // Old clients number no requests: their error stream comes first, its data stream two numbers later.
    const key = stream.headers.get("requestid") ?? String(type === "error" ? stream.id : stream.id - 2);
    const pair = pairs.get(key) ?? { timer: setTimeout(() => drop(pairs, key), pairTimeoutMs) };
    pairs.set(key, pair);
    pair[type] = stream;
    if (pair.data === undefined || pair.error === undefined) return;
    clearTimeout(pair.timer);
    pairs.delete(key);
    void forwardPair(pair.data, pair.error, port, pod, dial);
  });
  await session.run();
  for (const key of [...pairs.keys()]) drop(pairs, key);
}

function drop(pairs: Map<string, Pair>, key: string): void {
  const pair = pairs.get(key);
  pairs.delete(key);
  clearTimeout(pair?.timer);
  pair?.data?.destroy();
  pair?.error?.destroy();
}

async function forwardPair(data: SpdyStream, error: SpdyStream, port: number, pod: string, dial: Dial): Promise<void> {
  error.resume();
  const dialled = await dial(port);
  if (!dialled.ok) {
    error.end(forwardFailure(port, pod, dialled.error));
    data.resume();
    data.end();
    return;
  }
  await join(data, dialled.value);
  error.end();
}

function forwardFailure(port: number, pod: string, why: string): string {
  return `error forwarding port ${port} to pod ${pod}: ${why}`;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}

/** Copies both ways until both sides have ended or one has broken. */
function join(near: Duplex, far: Duplex): Promise<void> {
  return new Promise((resolve) => {
    let open = 2;
    const over = (): void => {
      open--;
      if (open > 0) return;
      near.destroy();
      far.destroy();
      resolve();
    };
    const copy = (from: Duplex, to: Duplex): void => {
      from.pipe(to);
      from.once("close", () => {
        if (!from.readableEnded) to.destroy();
        over();
      });
      from.on("error", () => to.destroy());
    };
    copy(near, far);
    copy(far, near);
  });
}

/** Port-forward through a WebSocket whose messages are the bytes of a SPDY connection. */
export function forwardOverTunnel(webSocket: WebSocket, pod: string, dial: Dial): Promise<void> {
  const connection = createWebSocketStream(webSocket);
  connection.on("error", () => undefined);
  return forwardOverSpdy(connection, pod, dial);
}

/**
 * Port-forward over WebSocket channels: data and error of the first port are channels 0 and 1, of the second 2 and 3.
 * Each begins with the port's number, little-endian.
 */
export async function forwardOverChannels(
  webSocket: WebSocket,
  ports: readonly number[],
  pod: string,
  dial: Dial,
): Promise<void> {
  const send = (channel: number, chunk: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      if (webSocket.readyState !== webSocket.OPEN) resolve();
      else webSocket.send(Buffer.concat([Buffer.from([channel]), chunk]), () => resolve());
    });
  const targets: (Duplex | undefined)[] = [];
  const early: { readonly index: number; readonly chunk: Buffer }[] = [];
  webSocket.on("message", (message) => {
    const bytes = Buffer.isBuffer(message) ? message : Buffer.alloc(0);
    const channel = bytes[0] ?? 0;
    if (channel % 2 === 1 || bytes.length < 2) return;
    const index = channel / 2;
    const chunk = Buffer.from(bytes.subarray(1));
    const target = targets[index];
    if (index in targets) {
      if (target === undefined || target.destroyed || target.write(chunk)) return;
      webSocket.pause();
      target.once("drain", () => webSocket.resume());
      target.once("close", () => webSocket.resume());
    } else early.push({ index, chunk });
  });
  webSocket.on("close", () => {
    for (const target of targets) target?.destroy();
  });
  await Promise.all(
    ports.map(async (port, index) => {
      const number = Buffer.alloc(2);
      number.writeUInt16LE(port);
      await send(index * 2, number);
      await send(index * 2 + 1, number);
      const dialled = await dial(port);
      if (!dialled.ok) {
        targets[index] = undefined;
        await send(index * 2 + 1, Buffer.from(forwardFailure(port, pod, dialled.error)));
        return;
      }
      const target = dialled.value;
      targets[index] = target;
      for (const { chunk } of early.filter((item) => item.index === index)) target.write(chunk);
      if (webSocket.readyState !== webSocket.OPEN) target.destroy();
      try {
        for await (const chunk of target) await send(index * 2, chunk as Buffer);
      } catch {
        // The pod's side broke off: the connection ends below.
      }
    }),
  );
  webSocket.close(1000);
}

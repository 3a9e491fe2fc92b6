import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { ByteChannel } from "./byte-channel.ts";
import { type ExecOutcome, outcomeText } from "./exec-outcome.ts";
import type { ExecIo } from "./pod-backends.ts";
import { SpdySession, type SpdyStream } from "./spdy/spdy-session.ts";

/** Which streams the client wants. */
export interface WantedStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Runs the command with its streams; stops when the signal says that the client has gone. */
export type RemoteCommand = (io: ExecIo, signal: AbortSignal) => Promise<ExecOutcome>;

/** Sub-protocols of WebSockets, best first. */
export const webSocketProtocols = ["v5.channel.k8s.io", "v4.channel.k8s.io", "channel.k8s.io"];
/** Stream protocols of SPDY, best first; version 5 is for WebSockets only. */
export const spdyProtocols = ["v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"];

const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;

/** More input than this that the command has not read yet stops the client. */
const maxWaitingBytes = 1024 * 1024;

function isStructured(protocol: string): boolean {
  return protocol.startsWith("v4.") || protocol.startsWith("v5.");
}

/** A remote command over a WebSocket: each message begins with the number of its channel. */
export async function runOverWebSocket(
  webSocket: WebSocket,
  protocol: string,
  wanted: WantedStreams,
  run: RemoteCommand,
): Promise<void> {
  const gone = new AbortController();
  const stdin = new ByteChannel(() => webSocket.resume());
  webSocket.on("message", (data) => {
    const bytes = Buffer.isBuffer(data)
      ? data
      : Buffer.concat([data].flat().map((part) => Buffer.from(part as ArrayBuffer)));
    const [number, closed] = bytes;
    if (number === channel.stdin) {
      stdin.push(bytes.subarray(1));
      if (stdin.waitingBytes > maxWaitingBytes) webSocket.pause();
    } else if (number === channel.close && closed === channel.stdin) stdin.end();
  });
  webSocket.on("close", () => {
    stdin.end();
    gone.abort();
  });
  const send = (number: number, chunk: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      if (webSocket.readyState !== webSocket.OPEN) resolve();
      else webSocket.send(Buffer.concat([Buffer.from([number]), chunk]), () => resolve());
    });
  // An empty message tells that the command begins.
  await send(wanted.stdout ? channel.stdout : wanted.stderr ? channel.stderr : channel.error, new Uint8Array());
  const outcome = await run(
    {
      ...(wanted.stdin ? { stdin } : {}),
      stdout: (chunk) => (wanted.stdout ? send(channel.stdout, chunk) : undefined),
      // A terminal has one output.
      stderr: (chunk) =>
        wanted.tty ? send(channel.stdout, chunk) : wanted.stderr ? send(channel.stderr, chunk) : undefined,
    },
    gone.signal,
  );
  const text = outcomeText(outcome, isStructured(protocol));
  if (text !== "") await send(channel.error, Buffer.from(text));
  webSocket.close(1000);
}

/** How long a client may take to open its streams, in milliseconds. */
const streamsTimeoutMs = 30_000;

/** A remote command over SPDY: the client opens one stream for each of its channels. */
export async function runOverSpdy(
  socket: Duplex,
  protocol: string,
  wanted: WantedStreams,
  run: RemoteCommand,
): Promise<void> {
  const expected = new Set([
    "error",
    ...(wanted.stdin ? ["stdin"] : []),
    ...(wanted.stdout ? ["stdout"] : []),
    ...(wanted.stderr && !wanted.tty ? ["stderr"] : []),
  ]);
  const gone = new AbortController();
  const streams = new Map<string, SpdyStream>();
  let complete: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    complete = resolve;
  });
  const session = new SpdySession(socket, (stream) => {
    const kind = stream.headers.get("streamtype") ?? "";
    streams.set(kind, stream);
    // Nobody reads window sizes.
    if (kind === "resize") stream.resume();
    expected.delete(kind);
    if (expected.size === 0) complete();
  });
  const timeout = setTimeout(() => socket.destroy(), streamsTimeoutMs);
  const ended = session.run().then(() => gone.abort());
  await Promise.race([opened, ended]);
  clearTimeout(timeout);
  if (gone.signal.aborted) return;
  const writer = (name: string): ((chunk: Uint8Array) => Promise<void>) => {
    const stream = streams.get(name);
    return (chunk) =>
      new Promise((resolve) => {
        if (stream === undefined || stream.destroyed) resolve();
        else stream.write(chunk, () => resolve());
      });
  };
  const stdin = streams.get("stdin");
  const outcome = await run(
    {
      ...(stdin === undefined ? {} : { stdin: quietly(stdin) }),
      stdout: writer("stdout"),
      stderr: writer(wanted.tty ? "stdout" : "stderr"),
    },
    gone.signal,
  );
  const text = outcomeText(outcome, isStructured(protocol));
  if (text !== "") await writer("error")(Buffer.from(text));
  const ends = ["stdout", "stderr", "error"].map(
    (name) =>
      new Promise<void>((resolve) => {
        const stream = streams.get(name);
        if (stream === undefined || stream.destroyed) resolve();
        else stream.end(() => resolve());
      }),
  );
  await Promise.all(ends);
  session.close();
}

/** A client that breaks off has simply no more to say. */
async function* quietly(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch {
    // The connection is gone; the abort signal tells that to the command.
  }
}

import { Duplex } from "node:stream";
import { HeaderBlockReader, HeaderBlockWriter, maxBlockBytes } from "./header-block.ts";

/** Control frames by type (SPDY draft 3, section 2.6). */
const frameType = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7, headers: 8 } as const;
const flagFin = 1;
const version = 3;
const statusCancel = 5;
/** Data is sent in frames of at most this many bytes, so that streams take turns. */
const maxDataBytes = 32 * 1024;
/** A stream whose reader is slow holds up the connection only beyond this. */
const streamBufferBytes = 1024 * 1024;

/**
 * The server's end of a SPDY/3.1 connection, as far as Kubernetes' clients use it: they open streams, both sides send
 * data, either closes. Flow control windows are not used there.
 */
export class SpdySession {
  readonly #socket: Duplex;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #reader = new HeaderBlockReader();
  readonly #writer = new HeaderBlockWriter();
  /** Header blocks leave in the order in which they were compressed. */
  #replies: Promise<void> = Promise.resolve();

  constructor(socket: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#socket = socket;
    this.#onStream = onStream;
  }

  /** Serves the connection until it ends; never fails: a broken connection ends it. */
  async run(): Promise<void> {
    try {
      await this.#readFrames();
    } catch {
      // A client that breaks off or speaks nonsense is not worth a word.
    }
    for (const stream of this.#streams.values()) stream.destroy();
    this.#streams.clear();
    this.#socket.destroy();
  }

  /** Sends what is pending, then ends the connection. */
  close(): void {
    void this.#replies.then(() => this.#socket.end());
  }

  /** Sends a data frame; resolves when the connection takes more. */
  sendData(id: number, chunk: Uint8Array, fin: boolean): Promise<void> {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id, 0);
    head.writeUInt32BE(chunk.length, 4);
    head.writeUInt8(fin ? flagFin : 0, 4);
    return this.#replies.then(() => this.#send(Buffer.concat([head, chunk])));
  }

  sendReset(id: number): void {
    const payload = Buffer.alloc(8);
    payload.writeUInt32BE(id, 0);
    payload.writeUInt32BE(statusCancel, 4);
    void this.#replies.then(() => this.#send(controlFrame(frameType.rstStream, 0, payload)));
  }

  forget(id: number): void {
    this.#streams.delete(id);
  }

  #send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed || this.#socket.writableEnded) resolve();
      else this.#socket.write(bytes, () => resolve());
    });
  }

  async #readFrames(): Promise<void> {
    let pending: Buffer = Buffer.alloc(0);
    for await (const chunk of this.#socket) {
      pending = pending.length === 0 ? (chunk as Buffer) : Buffer.concat([pending, chunk as Buffer]);
      for (;;) {
        const used = await this.#takeFrame(pending);
        if (used === 0) break;
        pending = pending.subarray(used);
      }
    }
  }

  /** Handles the frame at the start of the bytes, as soon as it is complete; answers its length. */
  async #takeFrame(bytes: Buffer): Promise<number> {
    if (bytes.length < 8) return 0;
    const length = bytes.readUInt32BE(4) & 0xffffff;
    const flags = bytes.readUInt8(4);
    const isControl = (bytes.readUInt8(0) & 0x80) !== 0;
    if (isControl && length > maxBlockBytes) throw new Error("control frame too long");
    if (bytes.length < 8 + length) return 0;
    const payload = bytes.subarray(8, 8 + length);
    if (isControl) await this.#control(bytes.readUInt16BE(2), flags, payload);
    else await this.#data(bytes.readUInt32BE(0), flags, payload);
    return 8 + length;
  }

  async #control(type: number, flags: number, payload: Buffer): Promise<void> {
    switch (type) {
      case frameType.synStream: {
        const id = payload.readUInt32BE(0) & 0x7fffffff;
        const headers = await this.#reader.read(payload.subarray(10));
        const stream = new SpdyStream(this, id, headers);
        this.#streams.set(id, stream);
        this.#reply(id);
        if ((flags & flagFin) !== 0) stream.receive(null);
        this.#onStream(stream);
        return;
      }
      case frameType.headers:
        // Nothing in it matters, but the compressed stream must be followed.
        await this.#reader.read(payload.subarray(4));
        return;
      case frameType.rstStream:
        this.#streams.get(payload.readUInt32BE(0) & 0x7fffffff)?.cut();
        return;
      case frameType.ping:
        // Odd numbers are the client's own: they are sent back.
        if (payload.readUInt32BE(0) % 2 === 1) await this.#send(controlFrame(frameType.ping, 0, payload));
        return;
      default:
        return;
    }
  }

  async #data(id: number, flags: number, payload: Buffer): Promise<void> {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    // The bytes lie in a buffer that is used up frame by frame: the reader gets its own.
    if (payload.length > 0) await stream.receive(Buffer.from(payload));
    if ((flags & flagFin) !== 0) await stream.receive(null);
  }

  #reply(id: number): void {
    this.#replies = this.#replies.then(async () => {
      const block = await this.#writer.write(new Map());
      const head = Buffer.alloc(4);
      head.writeUInt32BE(id);
      await this.#send(controlFrame(frameType.synReply, 0, Buffer.concat([head, block])));
    });
  }
}

function controlFrame(type: number, flags: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x8000 | version, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE(payload.length, 4);
  head.writeUInt8(flags, 4);
  return Buffer.concat([head, payload]);
}

/** One stream that the client opened. */
export class SpdyStream extends Duplex {
  readonly id: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly #session: SpdySession;
  #resume: (() => void) | undefined;
  #wasCut = false;

  constructor(session: SpdySession, id: number, headers: ReadonlyMap<string, string>) {
    super({ readableHighWaterMark: streamBufferBytes, autoDestroy: true });
    this.#session = session;
    this.id = id;
    this.headers = headers;
    // Whoever uses the stream sees its end; a reset must not bring the process down.
    this.on("error", () => undefined);
  }

  /** Takes data from the client, null at its end; resolves when there is room for more. */
  receive(chunk: Buffer | null): Promise<void> {
    if (this.destroyed || this.readableEnded || this.push(chunk) || chunk === null) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  /** The client has given the stream up. */
  cut(): void {
    this.#wasCut = true;
    this.destroy();
  }

  override _read(): void {
    this.#resume?.();
    this.#resume = undefined;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    void this.#writePieces(chunk).then(() => done());
  }

  async #writePieces(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length; at += maxDataBytes)
      await this.#session.sendData(this.id, chunk.subarray(at, at + maxDataBytes), false);
  }

  override _final(done: (error?: Error | null) => void): void {
    void this.#session.sendData(this.id, Buffer.alloc(0), true).then(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#resume?.();
    this.#session.forget(this.id);
    const over = this.readableEnded && this.writableFinished;
    if (!over && !this.#wasCut) this.#session.sendReset(this.id);
    done(error);
  }
}

import { deepEqual, equal } from "node:assert/strict";
import { type Duplex, duplexPair } from "node:stream";
import { test } from "node:test";
import { assert, asyncProperty, uint8Array } from "fast-check";
import { HeaderBlockReader, HeaderBlockWriter } from "./header-block.ts";
import { SpdySession, type SpdyStream } from "./spdy-session.ts";

/** A client that writes frames by hand and collects what comes back. */
class Client {
  readonly received: { type: number; id: number; flags: number; payload: Buffer }[] = [];
  readonly #socket: Duplex;
  readonly #writer = new HeaderBlockWriter();
  #wake: () => void = () => undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
    // The test ends the connection as it likes.
    this.#read().catch(() => this.#wake());
  }

  async #read(): Promise<void> {
    let pending: Buffer = Buffer.alloc(0);
    for await (const chunk of this.#socket) {
      pending = Buffer.concat([pending, chunk as Buffer]);
      while (pending.length >= 8 && pending.length >= 8 + (pending.readUInt32BE(4) & 0xffffff)) {
        const end = 8 + (pending.readUInt32BE(4) & 0xffffff);
        const control = (pending[0] ?? 0) >= 0x80;
        const payload = pending.subarray(8, end);
        this.received.push({
          type: control ? pending.readUInt16BE(2) : 0,
          id: control ? payload.readUInt32BE(0) : pending.readUInt32BE(0),
          flags: pending[4] ?? 0,
          payload,
        });
        pending = pending.subarray(end);
        this.#wake();
      }
    }
    this.#wake();
  }

  async until(done: () => boolean): Promise<void> {
    while (!done())
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }

  async open(id: number, headers: Readonly<Record<string, string>>): Promise<void> {
    const head = Buffer.alloc(10);
    head.writeUInt32BE(id, 0);
    const block = await this.#writer.write(new Map(Object.entries(headers)));
    this.control(1, 0, Buffer.concat([head, block]));
  }

  control(type: number, flags: number, payload: Buffer): void {
    const head = Buffer.from([0x80, 3, 0, type, flags, 0, 0, 0]);
    head.writeUIntBE(payload.length, 5, 3);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  data(id: number, text: string, fin = false): void {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id, 0);
    head.writeUIntBE(text.length, 5, 3);
    head[4] = fin ? 1 : 0;
    this.#socket.write(Buffer.concat([head, Buffer.from(text)]));
  }
}

function connect(onStream: (stream: SpdyStream) => void): { client: Client; ended: Promise<void>; socket: Duplex } {
  const [near, far] = duplexPair();
  const session = new SpdySession(far, onStream);
  return { client: new Client(near), ended: session.run(), socket: near };
}

test("header blocks of one direction are one compressed stream", async () => {
  const writer = new HeaderBlockWriter();
  const reader = new HeaderBlockReader();
  for (const headers of [{ streamtype: "error", port: "80" }, { streamtype: "data", port: "80" }, {}]) {
    const map = new Map(Object.entries(headers));
    deepEqual(await reader.read(await writer.write(map)), map);
  }
});

test("streams are accepted, carry data both ways and end by themselves", async () => {
  const { client, socket, ended } = connect((stream) => {
    equal(stream.headers.get("streamtype"), "data");
    stream.pipe(stream);
  });
  await client.open(1, { streamType: "data" });
  await client.open(3, { streamType: "data" });
  client.data(1, "one ");
  client.data(3, "three", true);
  client.data(1, "more", true);
  const text = (id: number): string =>
    client.received
      .filter((frame) => frame.type === 0 && frame.id === id)
      .map((frame) => frame.payload.toString())
      .join("");
  const fins = (): number => client.received.filter((frame) => frame.type === 0 && frame.flags === 1).length;
  await client.until(() => fins() === 2);
  deepEqual([text(1), text(3)], ["one more", "three"]);
  deepEqual(
    client.received.filter((frame) => frame.type === 2).map((frame) => frame.id),
    [1, 3],
  );
  socket.destroy();
  await ended;
});

test("pings are answered, resets end a stream, nonsense ends the connection", async () => {
  const closed: number[] = [];
  const { client, ended } = connect((stream) => stream.on("close", () => closed.push(stream.id)));
  client.control(6, 0, Buffer.from([0, 0, 0, 1]));
  await client.open(5, { streamtype: "stdin" });
  client.control(3, 0, Buffer.from([0, 0, 0, 5, 0, 0, 0, 5]));
  await client.until(() => client.received.some((frame) => frame.type === 6));
  client.control(1, 0, Buffer.from([0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 1, 2, 3]));
  await ended;
  deepEqual(closed, [5]);
});

test("whatever bytes come, the connection ends and nothing else does", async () => {
  const session = asyncProperty(uint8Array({ maxLength: 200 }), async (bytes) => {
    const { socket, ended } = connect((stream) => stream.resume());
    // A frame that claims to open a stream, then anything.
    socket.write(Buffer.from([0x80, 3, 0, 1, 0, 0, 0, 40]));
    socket.end(bytes);
    await ended;
  });
  await assert(session, { numRuns: 200 });
});

import { constants, createDeflate, createInflate, type Deflate, type Inflate } from "node:zlib";

/** Names of the compression dictionary of SPDY/3 (draft 3, section 2.6.10.1), each preceded by its length. */
const dictionaryNames = (
  "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow " +
  "authorization cache-control connection content-base content-encoding content-language content-length " +
  "content-location content-md5 content-range content-type date etag expect expires from host if-match " +
  "if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma " +
  "proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade " +
  "user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie " +
  "keep-alive origin"
)
  .split(" ")
  .map((name) => name.replace("_", " "));

/** Its second part: values and pieces of values, one after the other. */
const dictionaryText =
  "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505" +
  "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden" +
  "404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable" +
  "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT" +
  "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript," +
  "publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

const dictionary = Buffer.concat([
  ...dictionaryNames.map((name) => lengthPrefixed(Buffer.from(name))),
  Buffer.from(dictionaryText),
]);

/** A compressed block is at most this long: a few headers, whatever they hold. */
export const maxBlockBytes = 16 * 1024;
const maxPairs = 256;

/** Header blocks of one direction of a SPDY connection: all of them are one compressed stream. */
export class HeaderBlockReader {
  readonly #inflate: Inflate = createInflate({ dictionary, finishFlush: constants.Z_SYNC_FLUSH });

  constructor() {
    // A broken stream is told by the read that meets it; its event alone must not end the process.
    this.#inflate.on("error", () => undefined);
  }

  /** The headers in lower case; throws on what is no header block. */
  async read(block: Uint8Array): Promise<ReadonlyMap<string, string>> {
    const bytes = await passThrough(this.#inflate, block);
    let at = 0;
    const word = (): number => {
      at += 4;
      return bytes.readUInt32BE(at - 4);
    };
    const text = (): string => {
      const length = word();
      if (length > bytes.length - at) throw new Error("a header is longer than its block");
      at += length;
      return bytes.toString("utf8", at - length, at);
    };
    const count = word();
    if (count > maxPairs) throw new Error("too many headers");
    const headers = new Map<string, string>();
    for (let i = 0; i < count; i++) {
      const name = text().toLowerCase();
      headers.set(name, text());
    }
    return headers;
  }
}

/** The other direction. */
export class HeaderBlockWriter {
  readonly #deflate: Deflate = createDeflate({ dictionary });

  async write(headers: ReadonlyMap<string, string>): Promise<Buffer> {
    const pairs = [...headers].flatMap((pair) => pair.map((text) => lengthPrefixed(Buffer.from(text))));
    const count = Buffer.alloc(4);
    count.writeUInt32BE(headers.size);
    const written = await passThrough(this.#deflate, Buffer.concat([count, ...pairs]));
    const flushed = await new Promise<Buffer>((resolve) =>
      this.#deflate.flush(constants.Z_SYNC_FLUSH, () =>
        resolve((this.#deflate.read() as Buffer | null) ?? Buffer.alloc(0)),
      ),
    );
    return Buffer.concat([written, flushed]);
  }
}

function lengthPrefixed(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** What comes out when this goes in. */
function passThrough(codec: Inflate | Deflate, input: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    codec.write(input, (error) => {
      if (error) reject(error);
      else resolve((codec.read() as Buffer | null) ?? Buffer.alloc(0));
    });
  });
}

import type { IncomingMessage } from "node:http";
import { err, ok, type Result } from "../result.ts";

/** Why a body could not be read. */
export type BodyError =
  | { readonly kind: "tooLarge" }
  /** The sender broke off, or what it sent is no HTTP. */
  | { readonly kind: "broken"; readonly message: string };

/** Reads a request's body; counts bytes as they come and keeps none beyond the limit. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Result<Buffer, BodyError>> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > maxBytes) {
    request.resume();
    return Promise.resolve(err({ kind: "tooLarge" }));
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        // The rest is thrown away as it comes, so that the sender gets to read the answer.
        request.removeAllListeners("data");
        request.resume();
        resolve(err({ kind: "tooLarge" }));
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(ok(compact(chunks, size))));
    request.on("error", (error) => resolve(err({ kind: "broken", message: error.message })));
    request.on("aborted", () => resolve(err({ kind: "broken", message: "unexpected EOF" })));
  });
}

/** A buffer of its own: where chunks are windows into larger read buffers, those would live as long as the event. */
function compact(chunks: readonly Buffer[], size: number): Buffer {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined && only.buffer.byteLength === size) return only;
  const body = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(body, at);
  return body;
}

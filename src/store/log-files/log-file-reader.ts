import { type FileHandle, open } from "node:fs/promises";
import type { LogReadOptions } from "../log-store.ts";
import type { LogFileWriter } from "./log-file-writer.ts";
import { RecordDecoder, timeText } from "./log-record.ts";
import { tailOffset } from "./tail-offset.ts";

const blockLength = 64 * 1024;

/**
 * Reads a log from its file, and on from there as `writer` goes on. A slow reader holds one block, not the backlog.
 */
export async function* readLogFile(
  path: string,
  writer: LogFileWriter | undefined,
  options: LogReadOptions,
): AsyncGenerator<Uint8Array> {
  const { signal } = options;
  if (signal?.aborted) return;
  try {
    await writer?.opened;
  } catch {
    return; // The file could not be made: there is nothing to read.
  }
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return;
  const aborted = abortion(signal);
  try {
    let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
    const decoder = new RecordDecoder({
      since: options.sinceMs === undefined ? "" : timeText(options.sinceMs),
      timestamps: options.timestamps ?? false,
    });
    for await (const block of blocks(file, writer, options, aborted.promise)) {
      const text = decoder.decode(block);
      if (text.length === 0) continue;
      if (text.length >= left) {
        yield text.subarray(0, left);
        return;
      }
      left -= text.length;
      yield text;
      if (signal?.aborted) return;
    }
  } finally {
    aborted.forget();
    await file.close();
  }
}

async function* blocks(
  file: FileHandle,
  writer: LogFileWriter | undefined,
  options: LogReadOptions,
  aborted: Promise<void>,
): AsyncGenerator<Buffer> {
  let offset = 0;
  if (options.tailLines !== undefined) {
    offset = await tailOffset(file, (await file.stat()).size, options.tailLines);
  }
  for (;;) {
    // Taken before looking, so that a write in between is not missed.
    const changed = writer?.changed;
    const isEnded = writer?.isEnded ?? true;
    const recent = writer?.recentFrom(offset);
    if (recent !== undefined) {
      offset += recent.length;
      yield recent;
      continue;
    }
    const block = Buffer.allocUnsafe(blockLength);
    const { bytesRead } = await file.read(block, 0, blockLength, offset);
    if (bytesRead > 0) {
      offset += bytesRead;
      yield block.subarray(0, bytesRead);
      continue;
    }
    if (!options.follow || isEnded || changed === undefined) return;
    await Promise.race([changed, aborted]);
    if (options.signal?.aborted) return;
  }
}

/** A promise for a signal's abort, and a way to let go of the signal. */
function abortion(signal: AbortSignal | undefined): { readonly promise: Promise<void>; forget(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const listener = (): void => resolve();
  signal?.addEventListener("abort", listener, { once: true });
  return { promise, forget: () => signal?.removeEventListener("abort", listener) };
}

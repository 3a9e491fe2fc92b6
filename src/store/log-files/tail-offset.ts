import type { FileHandle } from "node:fs/promises";
import { finishesLine, headerLength } from "./log-record.ts";

const blockLength = 64 * 1024;

/**
 * Where in a log file of `size` bytes its last `lines` lines begin. Reads backwards, so that the tail of a large log
 * costs no more than that of a small one.
 */
export async function tailOffset(file: FileHandle, size: number, lines: number): Promise<number> {
  if (lines <= 0) return size;
  let remaining = lines;
  // Start of the record behind the one being looked at, once known to begin a line that is wanted.
  let lineStart = size;
  let end = size;
  // The first bytes behind the block: a record's header may be cut by the block's end.
  let behind = Buffer.alloc(0);
  let isLast = true;
  while (end > 0) {
    const start = Math.max(0, end - blockLength);
    const block = Buffer.allocUnsafe(end - start);
    await file.read(block, 0, block.length, start);
    const window = Buffer.concat([block, behind]);
    for (let at = block.length; ; ) {
      // A record starts behind the newline that ends the one before it, or at the very beginning.
      const before = at === 0 ? -1 : block.lastIndexOf(0x0a, at - 1);
      if (before === -1 && start > 0) break;
      const recordStart = before + 1;
      const absolute = start + recordStart;
      if (absolute < size) {
        // The record ends a line, or is the unfinished last one: a line more. Pieces in front belong to it.
        if (isLast || finishesLine(window, recordStart)) {
          if (remaining === 0) return lineStart;
          remaining--;
        }
        isLast = false;
        lineStart = absolute;
      }
      if (before === -1) break;
      at = before;
    }
    behind = Buffer.from(window.subarray(0, headerLength));
    end = start;
  }
  return lineStart === size ? 0 : lineStart;
}

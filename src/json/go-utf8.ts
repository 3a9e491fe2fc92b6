import { isUtf8 } from "node:buffer";

/**
 * Text of UTF-8 bytes, each byte that belongs to no valid sequence becoming one U+FFFD, as Go's decoders have it.
 * (TextDecoder differs: it makes one U+FFFD of a truncated sequence.) A byte order mark is kept.
 */
export function decodeGoUtf8(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString("utf8");
  let invalid = 0;
  for (let at = 0; at < buffer.length; ) {
    const size = sequenceLength(buffer, at);
    if (size === 0) invalid++;
    at += size || 1;
  }
  const repaired = Buffer.allocUnsafe(buffer.length + invalid * (replacement.length - 1));
  let to = 0;
  for (let at = 0; at < buffer.length; ) {
    const size = sequenceLength(buffer, at);
    to += size === 0 ? replacement.copy(repaired, to) : buffer.copy(repaired, to, at, at + size);
    at += size || 1;
  }
  return repaired.toString("utf8");
}

const replacement = Buffer.from("\ufffd");

/** Bytes of the valid sequence that starts at the offset, 0 when there is none (RFC 3629, section 4). */
export function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const second = bytes[at + 1] ?? 0;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  if (first < 0xe0) return 2;
  if (!isContinuation(bytes[at + 2])) return 0;
  if (first < 0xf0) return 3;
  return isContinuation(bytes[at + 3]) ? 4 : 0;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte <= 0xbf;
}

/** Orders strings as their UTF-8 bytes, which is by code point: JavaScript's own order differs above U+D7FF. */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all that one UTF-16 unit can hold. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

import { isUtf8 } from "node:buffer";
import { sequenceLength } from "./go-utf8.ts";

/** The first of the units that stand for a byte which is no UTF-8: U+DC80..U+DCFF, halves of no pair. */
const byteUnits = 0xdc00;

/** Decodes UTF-8; a byte that is part of no character becomes U+DC80..U+DCFF, so that nothing is lost. */
export function utf8Text(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString("utf8");
  const units = new Uint16Array(bytes.length);
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    const size = sequenceLength(bytes, at);
    const first = bytes[at] as number;
    if (size === 0) units[count++] = byteUnits + first;
    else {
      let code = size === 1 ? first : first & (0x7f >> size);
      for (let i = 1; i < size; i++) code = (code << 6) | ((bytes[at + i] as number) & 0x3f);
      if (code > 0xffff) {
        units[count++] = 0xd800 + ((code - 0x10000) >> 10);
        code = 0xdc00 + (code & 0x3ff);
      }
      units[count++] = code;
    }
    at += size || 1;
  }
  return Buffer.from(units.buffer, 0, count * 2).toString("utf16le");
}

/** The bytes of a text, with those that were no characters as they came. */
export function utf8Bytes(text: string): Uint8Array {
  if (isValidText(text)) return new TextEncoder().encode(text);
  const bytes = Buffer.allocUnsafe(text.length * 3);
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) as number;
    if (code >= 0xdc80 && code <= 0xdcff) bytes[count++] = code - byteUnits;
    else if (code < 0x80) bytes[count++] = code;
    else {
      count += bytes.write(String.fromCodePoint(code), count, "utf8");
      if (code > 0xffff) at++;
    }
  }
  return Uint8Array.from(bytes.subarray(0, count));
}

/** Whether the text holds no bytes that are not UTF-8. */
export function isValidText(text: string): boolean {
  return text.isWellFormed();
}

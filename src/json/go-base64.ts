import { err, ok, type Result } from "../result.ts";

/**
 * Decodes standard base64 as Go does: line breaks are skipped anywhere, bits beyond the last byte may be anything.
 * `padding: false` is for text that must not have any. The error names the byte at which Go stops.
 */
export function decodeGoBase64(text: string, options: { readonly padding?: boolean } = {}): Result<Buffer, string> {
  const illegal = findIllegal(Buffer.from(text, "utf8"), options.padding ?? true);
  if (illegal !== undefined) return err(`illegal base64 data at input byte ${illegal}`);
  return ok(Buffer.from(text, "base64"));
}

function isDigit(byte: number): boolean {
  return (
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2b ||
    byte === 0x2f
  );
}

function isLineBreak(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d;
}

const equals = 0x3d;

function findIllegal(bytes: Uint8Array, hasPadding: boolean): number | undefined {
  let digits = 0;
  for (const [at, byte] of bytes.entries()) {
    if (isLineBreak(byte)) continue;
    if (isDigit(byte)) digits = (digits + 1) % 4;
    else return byte === equals && hasPadding && digits >= 2 ? wrongPadding(bytes, at, digits) : at;
  }
  const isComplete = digits === 0 || (!hasPadding && digits > 1);
  return isComplete ? undefined : bytes.length - digits;
}

/** Padding must be complete, and the last thing there is. */
function wrongPadding(bytes: Uint8Array, first: number, digits: number): number | undefined {
  let next = first + 1;
  const skipLineBreaks = (): void => {
    while (isLineBreak(bytes[next])) next++;
  };
  skipLineBreaks();
  if (digits === 2) {
    if (next === bytes.length) return bytes.length;
    if (bytes[next] !== equals) return next - 1;
    next++;
    skipLineBreaks();
  }
  return next < bytes.length ? next : undefined;
}

const digit = /^[A-Za-z0-9+/]$/;

/**
 * Where Go's standard base64 decoder stops: the offset in bytes that its error names; undefined when it reads all.
 * Line breaks are skipped anywhere; bits beyond the last byte may be anything.
 */
export function findIllegalBase64(text: string): number | undefined {
  const bytes = Buffer.from(text, "utf8");
  const charAt = (index: number) => String.fromCharCode(bytes[index] ?? 0);
  const isBreak = (index: number) => index < bytes.length && (charAt(index) === "\n" || charAt(index) === "\r");
  let digits = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (isBreak(at)) continue;
    const char = charAt(at);
    if (digit.test(char)) {
      digits = (digits + 1) % 4;
      continue;
    }
    if (char !== "=" || digits < 2) return at;
    // Padding must be complete and the last thing there is.
    let next = at + 1;
    while (isBreak(next)) next++;
    if (digits === 2) {
      if (next === bytes.length) return bytes.length;
      if (charAt(next) !== "=") return next - 1;
      next++;
      while (isBreak(next)) next++;
    }
    return next < bytes.length ? next : undefined;
  }
  return digits === 0 ? undefined : bytes.length - digits;
}

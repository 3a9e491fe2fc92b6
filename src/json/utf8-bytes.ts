/** Decodes UTF-8; a byte that is part of no character becomes U+DC80..U+DCFF, so that nothing is lost. */
export function utf8Text(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return lossless(bytes);
  }
}

function lossless(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let i = 0;
  while (i < bytes.length) {
    const first = bytes[i] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    try {
      text += decoder.decode(bytes.subarray(i, i + length));
      i += length;
    } catch {
      text += String.fromCharCode(0xdc00 + first);
      i++;
    }
  }
  return text;
}

/** The bytes of a text, with those that were no characters as they came. */
export function utf8Bytes(text: string): Uint8Array {
  if (isValidText(text)) return new TextEncoder().encode(text);
  const parts = [...text].map((char) => {
    const code = char.charCodeAt(0);
    return char.length === 1 && code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - 0xdc00) : Buffer.from(char);
  });
  return Uint8Array.from(Buffer.concat(parts));
}

/** Whether the text holds no bytes that are not UTF-8. */
export function isValidText(text: string): boolean {
  return text.isWellFormed();
}

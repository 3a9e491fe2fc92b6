const simpleEscapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  '"': '"',
  "'": "'",
  "\\": "\\",
  "?": "?",
  "`": "`",
};

/** The text between the quotes, with line ends made `\n`, and whether backslashes stand for themselves. */
function content(literal: string): { readonly text: string; readonly raw: boolean } {
  const prefix = /^[bB]?([rR]?)/.exec(literal);
  const quoted = literal.slice(prefix?.[0].length ?? 0);
  const quoteLength = quoted.length >= 6 && (quoted.startsWith("'''") || quoted.startsWith('"""')) ? 3 : 1;
  const text = quoted.slice(quoteLength, quoted.length - quoteLength).replace(/\r\n?/g, "\n");
  return { text, raw: prefix?.[1] !== "" };
}

/**
 * Walks the pieces of a literal: plain text, code points and (for `\x` and octal escapes) byte values. False when an
 * escape stands for no character, or `\u` is used in bytes.
 */
function walk(
  text: string,
  forBytes: boolean,
  emit: { readonly text: (text: string) => void; readonly number: (value: number) => void },
): boolean {
  const escapeSequence = /\\(?:[xX]([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g;
  let plainFrom = 0;
  for (const match of text.matchAll(escapeSequence)) {
    emit.text(text.slice(plainFrom, match.index));
    plainFrom = match.index + match[0].length;
    const [, hex, octal, short, long, simple] = match;
    if (simple !== undefined) {
      const char = Object.hasOwn(simpleEscapes, simple) ? simpleEscapes[simple] : undefined;
      if (char === undefined) return false;
      emit.text(char);
      continue;
    }
    const unicode = short ?? long;
    if (unicode !== undefined && forBytes) return false;
    const value =
      unicode === undefined
        ? Number.parseInt(hex ?? octal ?? "0", hex === undefined ? 8 : 16)
        : Number.parseInt(unicode, 16);
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return false;
    emit.number(value);
  }
  emit.text(text.slice(plainFrom));
  return true;
}

/** The value of a string literal token, or undefined when it has an escape that stands for no character. */
export function unquoteString(literal: string): string | undefined {
  const { text, raw } = content(literal);
  if (raw) return text;
  const parts: string[] = [];
  const good = walk(text, false, {
    text: (piece) => parts.push(piece),
    number: (value) => parts.push(String.fromCodePoint(value)),
  });
  return good ? parts.join("") : undefined;
}

/** The value of a bytes literal token, or undefined when it has an escape that bytes do not know. */
export function unquoteBytes(literal: string): Uint8Array | undefined {
  const { text, raw } = content(literal);
  if (raw) return new TextEncoder().encode(text);
  const bytes: number[] = [];
  const good = walk(text, true, {
    text: (piece) => {
      for (const byte of new TextEncoder().encode(piece)) bytes.push(byte);
    },
    number: (value) => bytes.push(value),
  });
  return good ? Uint8Array.from(bytes) : undefined;
}

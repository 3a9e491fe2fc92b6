import { decodeGoUtf8 } from "../json/go-utf8.ts";

const named: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92 };

const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * The text of a quoted literal of a path: Go's string escapes, in double or single quotes; only the quote that
 * encloses may be escaped. Undefined when an escape is none of Go's.
 */
export function unquoteLiteral(literal: string): string | undefined {
  const quote = literal[0] as string;
  const inner = literal.slice(1, -1);
  if (!inner.includes("\\") && !inner.includes(quote)) return inner;
  // Escapes may name single bytes, so the text is put together in UTF-8.
  const bytes: number[] = [];
  for (let at = 0; at < inner.length; ) {
    if (inner[at] !== "\\") {
      if (inner[at] === quote) return undefined;
      const char = String.fromCodePoint(inner.codePointAt(at) as number);
      bytes.push(...Buffer.from(char));
      at += char.length;
      continue;
    }
    const escaped = readEscape(inner, at + 1, quote);
    if (!escaped) return undefined;
    bytes.push(...escaped.bytes);
    at = escaped.end;
  }
  return decodeGoUtf8(Uint8Array.from(bytes));
}

interface Escape {
  readonly bytes: Iterable<number>;
  readonly end: number;
}

/** The escape whose letter stands at the offset. */
function readEscape(text: string, at: number, quote: string): Escape | undefined {
  const letter = text[at] ?? "";
  const simple = named[letter];
  if (simple !== undefined) return { bytes: [simple], end: at + 1 };
  if (letter === quote) return { bytes: Buffer.from(quote), end: at + 1 };
  const octal = /^[0-7]{3}/.exec(text.slice(at, at + 3))?.[0];
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8);
    return byte <= 255 ? { bytes: [byte], end: at + 3 } : undefined;
  }
  const length = hexDigits[letter];
  if (length === undefined) return undefined;
  const digits = text.slice(at + 1, at + 1 + length);
  if (digits.length !== length || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
  const code = Number.parseInt(digits, 16);
  const end = at + 1 + length;
  if (letter === "x") return { bytes: [code], end };
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return { bytes: Buffer.from(String.fromCodePoint(code)), end };
}

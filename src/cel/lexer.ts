import type { SourceError } from "./source.ts";

export type TokenKind =
  | "punctuation"
  | "ident"
  | "escapedIdent"
  | "int"
  | "uint"
  | "double"
  | "string"
  | "bytes"
  | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// One regular expression per token kind, tried at one place. None of them nests a repetition, so each is linear.
const patterns: readonly (readonly [TokenKind | "skip", RegExp])[] = [
  ["skip", /[\t \r\n\f]+/y],
  ["skip", /\/\/[^\n]*/y],
  ["double", /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/y],
  ["uint", /0x[0-9a-fA-F]+[uU]|\d+[uU]/y],
  ["int", /0x[0-9a-fA-F]+|\d+/y],
  ["escapedIdent", /`[A-Za-z0-9_.\-/ ]+`/y],
  ["punctuation", /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/y],
];

const identifier = /[A-Za-z_][A-Za-z0-9_]*/y;
const stringPrefix = /([bB])?([rR])?('''|"""|'|")/y;
const escapeSequence = /\\(?:[abfnrtv"'\\?`]|[xX][0-9a-fA-F]{2}|[0-3][0-7]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y;

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

/** End of the string literal whose opening quote ends at `from`, or undefined when it is not well formed. */
function endOfString(source: string, from: number, quote: string, raw: boolean): number | undefined {
  let i = from;
  while (i < source.length) {
    if (source.startsWith(quote, i)) return i + quote.length;
    const char = source[i];
    if (quote.length === 1 && (char === "\n" || char === "\r")) return undefined;
    if (char === "\\" && !raw) {
      const sequence = matchAt(escapeSequence, source, i);
      if (sequence === undefined) return undefined;
      i += sequence.length;
    } else i++;
  }
  return undefined;
}

/** A string or bytes literal at that place. Both spellings of the quote are tried, since `''` may be all there is. */
function stringAt(source: string, at: number): Token | undefined {
  stringPrefix.lastIndex = at;
  const match = stringPrefix.exec(source);
  if (match === null) return undefined;
  const [prefix, bytes, raw, quote = "'"] = match;
  const kind = bytes === undefined ? "string" : "bytes";
  const quotes = quote.length === 3 ? [quote, quote.slice(0, 1)] : [quote];
  for (const q of quotes) {
    const bodyStart = at + prefix.length - (quote.length - q.length);
    const end = endOfString(source, bodyStart, q, raw !== undefined);
    if (end !== undefined) return { kind, text: source.slice(at, end), start: at, end };
  }
  return undefined;
}

/** The token at a place; undefined where the grammar knows none; `skip` for white space and comments. */
function tokenAt(source: string, at: number): Token | "skip" | undefined {
  const text = stringAt(source, at);
  if (text !== undefined) return text;
  const name = matchAt(identifier, source, at);
  if (name !== undefined) {
    const kind = name === "in" || name === "true" || name === "false" || name === "null" ? "punctuation" : "ident";
    return { kind, text: name, start: at, end: at + name.length };
  }
  for (const [kind, pattern] of patterns) {
    const found = matchAt(pattern, source, at);
    if (found === undefined) continue;
    const end = at + found.length;
    return kind === "skip" ? "skip" : { kind, text: found, start: at, end };
  }
  return undefined;
}

/**
 * The tokens of an expression, closed by an `end` token. Reading goes no further than the first place that is no
 * token: whatever follows it is reported after it.
 */
export function tokenize(source: string): { readonly tokens: readonly Token[]; readonly error?: SourceError } {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const token = tokenAt(source, at);
    if (token === undefined) {
      const rest = String.fromCodePoint(source.codePointAt(at) ?? 0);
      const message = `Syntax error: token recognition error at: '${rest}'`;
      tokens.push({ kind: "end", text: "<EOF>", start: source.length, end: source.length });
      return { tokens, error: { at, message } };
    }
    if (token === "skip") {
      // The patterns for white space and comments are the first two.
      const found = matchAt(patterns[0]![1], source, at) ?? matchAt(patterns[1]![1], source, at) ?? " ";
      at += found.length;
    } else {
      tokens.push(token);
      at = token.end;
    }
  }
  tokens.push({ kind: "end", text: "<EOF>", start: source.length, end: source.length });
  return { tokens };
}

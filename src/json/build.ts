/** Makes values of some type T out of JSON text; offsets are UTF-16 units, the end exclusive. */
export interface JsonBuilder<T> {
  /** `null`, `true` or `false`. */
  word(value: null | boolean, start: number, end: number): T;
  number(literal: string, start: number, end: number): T;
  string(value: string, start: number, end: number): T;
  array(items: T[], start: number, end: number): T;
  /** Members in order, repeated keys included. */
  object(keys: string[], values: T[], start: number, end: number): T;
}

interface OpenContainer<T> {
  readonly start: number;
  /** Undefined in an array. */
  readonly keys: string[] | undefined;
  readonly values: T[];
}

const numberLiteral = /[-+0-9.eE]+/y;

/**
 * Reads one JSON value out of text that `findSyntaxError` has accepted: what it makes of other text is undefined.
 * Nesting costs no call stack. Lone surrogates written as escapes become U+FFFD.
 */
export function buildJson<T>(text: string, builder: JsonBuilder<T>): T {
  const open: OpenContainer<T>[] = [];
  let at = 0;
  for (;;) {
    at = skipSeparators(text, at);
    const innermost = open[open.length - 1];
    const start = at;
    let value: T;
    switch (text.charCodeAt(at)) {
      case 0x7b:
        open.push({ start, keys: [], values: [] });
        at++;
        continue;
      case 0x5b:
        open.push({ start, keys: undefined, values: [] });
        at++;
        continue;
      case 0x7d:
      case 0x5d: {
        const { start: from, keys, values } = open.pop() as OpenContainer<T>;
        at++;
        value = keys ? builder.object(keys, values, from, at) : builder.array(values, from, at);
        break;
      }
      case 0x22: {
        at = endOfString(text, at);
        const string = unquoteJson(text.slice(start, at));
        if (innermost?.keys && innermost.keys.length === innermost.values.length) {
          innermost.keys.push(string);
          continue;
        }
        value = builder.string(string, start, at);
        break;
      }
      case 0x74:
        at += 4;
        value = builder.word(true, start, at);
        break;
      case 0x66:
        at += 5;
        value = builder.word(false, start, at);
        break;
      case 0x6e:
        at += 4;
        value = builder.word(null, start, at);
        break;
      default: {
        numberLiteral.lastIndex = at;
        const literal = numberLiteral.exec(text)?.[0];
        if (literal === undefined) throw new Error(`not JSON at offset ${at}: the syntax was not checked`);
        at += literal.length;
        value = builder.number(literal, start, at);
      }
    }
    const parent = open[open.length - 1];
    if (!parent) return value;
    parent.values.push(value);
  }
}

function skipSeparators(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09 && unit !== 0x2c && unit !== 0x3a) return at;
    at++;
  }
}

/** Offset behind the closing quote of the string that opens at the offset. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) return at + 1;
    if (Number.isNaN(unit)) throw new Error("unterminated JSON string: the syntax was not checked");
    at += unit === 0x5c ? 2 : 1;
  }
}

function unquoteJson(literal: string): string {
  if (!literal.includes("\\")) return literal.slice(1, -1);
  return (JSON.parse(literal) as string).toWellFormed();
}

/** Deepest nesting of arrays and objects that Go decodes. */
export const maxNesting = 10_000;

/**
 * The message of Go's encoding/json for the first syntax error, or undefined when the bytes are one JSON value.
 * The offending character is shown as one byte (spec: event processing, preamble).
 */
export function findSyntaxError(bytes: Uint8Array): string | undefined {
  return locateSyntaxError(bytes)?.message;
}

/** {@link findSyntaxError}, with the offset of the byte that is wrong. */
export function locateSyntaxError(bytes: Uint8Array): { readonly at: number; readonly message: string } | undefined {
  const scan = new SyntaxScan();
  for (let at = 0; at < bytes.length; at++) {
    const problem = scan.take(bytes[at] as number);
    if (problem !== undefined) return { at, message: invalidCharacter(bytes[at] as number, problem) };
  }
  const message = scan.end();
  return message === undefined ? undefined : { at: bytes.length, message };
}

function invalidCharacter(byte: number, context: string): string {
  return `invalid character ${quoteByte(byte)} ${context}`;
}

const shortEscapes: Readonly<Record<number, string>> = {
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  39: "\\'",
  92: "\\\\",
};

/** A byte as Go quotes the Latin-1 character: `'x'`, `'\''`, `'\x00'`, `'\u0080'`. */
function quoteByte(byte: number): string {
  const short = shortEscapes[byte];
  if (short !== undefined) return `'${short}'`;
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, "0")}'`;
  if ((byte >= 0x80 && byte <= 0xa0) || byte === 0xad) return `'\\u00${byte.toString(16)}'`;
  return `'${String.fromCharCode(byte)}'`;
}

/** What may come next; the numeric and literal states are the places where Go's message depends on the spot. */
type Expecting =
  | "value"
  | "value-or-end"
  | "key"
  | "key-or-end"
  | "string"
  | "escape"
  | "hex"
  | "minus"
  | "zero"
  | "integer"
  | "point"
  | "fraction"
  | "exponent"
  | "exponent-sign"
  | "exponent-digits"
  | "literal"
  | "after-value";

const enclosing = { key: 0, member: 1, element: 2 } as const;

class SyntaxScan {
  #expecting: Expecting = "value";
  /** What encloses the spot: one of `enclosing` per open bracket. */
  readonly #open: number[] = [];
  #word = "";
  #wordAt = 0;
  #hexLeft = 0;

  /** Takes one byte; answers why it may not stand here. */
  take(byte: number): string | undefined {
    switch (this.#expecting) {
      case "value":
        return isSpace(byte) ? undefined : this.#beginValue(byte);
      case "value-or-end":
        if (isSpace(byte)) return undefined;
        return byte === 0x5d ? this.#close() : this.#beginValue(byte);
      case "key-or-end":
        if (isSpace(byte)) return undefined;
        return byte === 0x7d ? this.#close() : this.#beginKey(byte);
      case "key":
        return isSpace(byte) ? undefined : this.#beginKey(byte);
      case "string":
        return this.#inString(byte);
      case "escape":
        return this.#inEscape(byte);
      case "hex":
        if (!isHex(byte)) return "in \\u hexadecimal character escape";
        this.#hexLeft--;
        return this.#hexLeft === 0 ? this.#goto("string") : undefined;
      case "literal":
        return this.#inLiteral(byte);
      case "after-value":
        return this.#afterValue(byte);
      default:
        return this.#inNumber(byte);
    }
  }

  /** The error at the end of input, if any: Go tries a space there. */
  end(): string | undefined {
    if (this.#expecting !== "after-value" || this.#open.length > 0) {
      const problem = this.take(0x20);
      if (problem !== undefined) return invalidCharacter(0x20, problem);
    }
    return this.#expecting === "after-value" && this.#open.length === 0 ? undefined : "unexpected end of JSON input";
  }

  #goto(expecting: Expecting): undefined {
    this.#expecting = expecting;
    return undefined;
  }

  #beginValue(byte: number): string | undefined {
    switch (byte) {
      case 0x7b:
        return this.#push(enclosing.key, "key-or-end");
      case 0x5b:
        return this.#push(enclosing.element, "value-or-end");
      case 0x22:
        return this.#goto("string");
      case 0x2d:
        return this.#goto("minus");
      case 0x30:
        return this.#goto("zero");
      case 0x74:
        return this.#beginLiteral("true");
      case 0x66:
        return this.#beginLiteral("false");
      case 0x6e:
        return this.#beginLiteral("null");
      default:
        return isDigit(byte) ? this.#goto("integer") : "looking for beginning of value";
    }
  }

  #beginKey(byte: number): string | undefined {
    return byte === 0x22 ? this.#goto("string") : "looking for beginning of object key string";
  }

  #beginLiteral(word: string): undefined {
    this.#word = word;
    this.#wordAt = 1;
    return this.#goto("literal");
  }

  #push(what: number, expecting: Expecting): string | undefined {
    this.#open.push(what);
    return this.#open.length > maxNesting ? "exceeded max depth" : this.#goto(expecting);
  }

  #close(): undefined {
    this.#open.pop();
    return this.#goto("after-value");
  }

  #inString(byte: number): string | undefined {
    if (byte === 0x22) return this.#goto("after-value");
    if (byte === 0x5c) return this.#goto("escape");
    return byte < 0x20 ? "in string literal" : undefined;
  }

  #inEscape(byte: number): string | undefined {
    if (byte === 0x75) {
      this.#hexLeft = 4;
      return this.#goto("hex");
    }
    return '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? this.#goto("string") : "in string escape code";
  }

  #inLiteral(byte: number): string | undefined {
    const wanted = this.#word[this.#wordAt] as string;
    if (byte !== wanted.charCodeAt(0)) return `in literal ${this.#word} (expecting '${wanted}')`;
    this.#wordAt++;
    return this.#wordAt === this.#word.length ? this.#goto("after-value") : undefined;
  }

  #inNumber(byte: number): string | undefined {
    const digit = isDigit(byte);
    switch (this.#expecting) {
      case "minus":
        if (!digit) return "in numeric literal";
        return this.#goto(byte === 0x30 ? "zero" : "integer");
      case "point":
        return digit ? this.#goto("fraction") : "after decimal point in numeric literal";
      case "exponent":
        if (byte === 0x2b || byte === 0x2d) return this.#goto("exponent-sign");
        return digit ? this.#goto("exponent-digits") : "in exponent of numeric literal";
      case "exponent-sign":
        return digit ? this.#goto("exponent-digits") : "in exponent of numeric literal";
      default:
        break;
    }
    const whole = this.#expecting === "zero" || this.#expecting === "integer";
    if (digit && this.#expecting !== "zero") return undefined;
    if (byte === 0x2e && whole) return this.#goto("point");
    if ((byte === 0x65 || byte === 0x45) && this.#expecting !== "exponent-digits") return this.#goto("exponent");
    this.#expecting = "after-value";
    return this.#afterValue(byte);
  }

  #afterValue(byte: number): string | undefined {
    if (isSpace(byte)) return undefined;
    const last = this.#open.length - 1;
    switch (this.#open[last]) {
      case enclosing.key:
        if (byte !== 0x3a) return "after object key";
        this.#open[last] = enclosing.member;
        return this.#goto("value");
      case enclosing.member:
        if (byte === 0x7d) return this.#close();
        if (byte !== 0x2c) return "after object key:value pair";
        this.#open[last] = enclosing.key;
        return this.#goto("key");
      case enclosing.element:
        if (byte === 0x5d) return this.#close();
        return byte === 0x2c ? this.#goto("value") : "after array element";
      default:
        return "after top-level value";
    }
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isHex(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

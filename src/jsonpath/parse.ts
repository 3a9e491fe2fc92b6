import { err, ok, type Result } from "../result.ts";
import { unquoteLiteral } from "./literal.ts";

/** One step of a path: maps the list of current values to the next list. */
export type PathNode =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "wildcard" }
  | { readonly kind: "recursive" }
  | ArrayNode
  | { readonly kind: "union"; readonly branches: readonly Path[] }
  | FilterNode
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  /** Any other word; `range` and `end` mean something when the path runs, the others are an error then. */
  | { readonly kind: "identifier"; readonly name: string };

/** `[start:end:step]`; what was left out is undefined. */
export interface ArrayNode {
  readonly kind: "array";
  readonly start: bigint | undefined;
  readonly end: bigint | undefined;
  readonly step: bigint | undefined;
  /** `[n]`: the end is start + 1. */
  readonly isSingle: boolean;
}

/** `[?(left op right)]`; without operator the right is undefined and the left need only exist. */
export interface FilterNode {
  readonly kind: "filter";
  readonly left: Path;
  readonly operator: string;
  readonly right: Path | undefined;
}

/** The steps, in order. */
export type Path = readonly PathNode[];

/**
 * Parses what stands between the braces of a Kubernetes JSONPath, which holds no braces itself (spec: event
 * processing, section 4). Errors are the texts that users of Tekton know.
 */
export function parsePath(inner: string): Result<Path, string> {
  return new PathParser(`${inner}}`).parse();
}

/** Reads position by position; text ends with the closing brace. */
class PathParser {
  readonly #text: string;
  readonly #nodes: PathNode[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Result<Path, string> {
    for (;;) {
      if (this.#lookingAt("}")) return ok(this.#nodes);
      const error = this.#step();
      if (error !== undefined) return err(error);
    }
  }

  #lookingAt(prefix: string): boolean {
    return this.#text.startsWith(prefix, this.#at);
  }

  /** The code point at the position, the empty string at the end. */
  #peek(): string {
    const code = this.#text.codePointAt(this.#at);
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  /** Reads one node, or skips a character that makes none; answers an error. */
  #step(): string | undefined {
    if (this.#lookingAt("[?(")) return this.#filter();
    if (this.#lookingAt("..")) return this.#recursive();
    const char = this.#peek();
    switch (char) {
      case "":
      case "\r":
      case "\n":
        return "unclosed action";
      case " ":
      case "@":
      case "$":
        this.#at++;
        return undefined;
      case "[":
        return this.#array();
      case '"':
      case "'":
        return this.#quote(char);
      case ".":
        this.#at++;
        return this.#field();
      case "+":
      case "-":
        return this.#number();
      default:
        if (isDigit(char)) return this.#number();
        if (isWordStart(char)) return this.#identifier();
        return `unrecognized character in action: ${describe(char)}`;
    }
  }

  #field(): undefined {
    const from = this.#at;
    for (;;) {
      if (this.#lookingAt("\\")) {
        this.#at++;
        this.#at += this.#peek().length;
      } else if (this.#isAtTerminator()) break;
      else this.#at += this.#peek().length;
    }
    const name = this.#text.slice(from, this.#at);
    this.#nodes.push(name === "*" ? { kind: "wildcard" } : { kind: "field", name: name.replaceAll("\\", "") });
    return undefined;
  }

  #isAtTerminator(): boolean {
    const char = this.#text[this.#at];
    return char === undefined || " \t\r\n.,[]$@{}".includes(char);
  }

  #recursive(): string | undefined {
    if (this.#nodes.at(-1)?.kind === "recursive") return "invalid multiple recursive descent";
    this.#at += 2;
    this.#nodes.push({ kind: "recursive" });
    return isWordStart(this.#peek()) ? this.#field() : undefined;
  }

  #identifier(): undefined {
    const from = this.#at;
    while (!this.#isAtTerminator()) this.#at += this.#peek().length;
    const name = this.#text.slice(from, this.#at);
    if (name === "true" || name === "false") this.#nodes.push({ kind: "bool", value: name === "true" });
    else this.#nodes.push({ kind: "identifier", name });
    return undefined;
  }

  #number(): string | undefined {
    const from = this.#at;
    if (this.#lookingAt("+") || this.#lookingAt("-")) this.#at++;
    while (this.#lookingAt(".") || isDigit(this.#peek())) this.#at += this.#peek().length;
    const literal = this.#text.slice(from, this.#at);
    if (/^[-+]?[0-9]+$/.test(literal)) {
      const value = BigInt(literal.replace("+", ""));
      if (BigInt.asIntN(64, value) === value) {
        this.#nodes.push({ kind: "integer", value });
        return undefined;
      }
    }
    const value = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/.test(literal) ? Number(literal) : Number.NaN;
    if (!Number.isFinite(value)) return `cannot parse number ${literal}`;
    this.#nodes.push({ kind: "float", value });
    return undefined;
  }

  #quote(quote: string): string | undefined {
    const from = this.#at;
    let at = from + 1;
    while (this.#text[at] !== quote || this.#text[at - 1] === "\\") {
      if (at >= this.#text.length || this.#text[at] === "\n") return "unterminated quoted string";
      at++;
    }
    this.#at = at + 1;
    const literal = this.#text.slice(from, this.#at);
    const text = unquoteLiteral(literal);
    if (text === undefined) return `unquote string ${literal} error invalid syntax`;
    this.#nodes.push({ kind: "text", text });
    return undefined;
  }

  #array(): string | undefined {
    const close = this.#text.indexOf("]", this.#at);
    const newline = this.#text.indexOf("\n", this.#at);
    if (close < 0 || (newline >= 0 && newline < close)) return "unterminated array";
    const text = this.#text.slice(this.#at + 1, close);
    this.#at = close + 1;
    return this.#subscript(text === "*" ? ":" : text);
  }

  /** What stands between brackets. */
  #subscript(text: string): string | undefined {
    const pieces = text.split(",");
    if (pieces.length > 1) {
      const branches: Path[] = [];
      for (const piece of pieces) {
        const branch = parsePath(`[${piece.replace(/^ +| +$/g, "")}]`);
        if (!branch.ok) return branch.error;
        branches.push(branch.value);
      }
      this.#nodes.push({ kind: "union", branches });
      return undefined;
    }
    const key = /^'([^']*)'$/.exec(text)?.[1];
    if (key !== undefined) {
      const inner = parsePath(`.${key}`);
      if (!inner.ok) return inner.error;
      this.#nodes.push(...inner.value);
      return undefined;
    }
    return this.#slice(text);
  }

  #slice(text: string): string | undefined {
    const found = /^(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?$/.exec(text);
    if (!found) return `invalid array index ${text}`;
    const [, start = "", end, step] = found;
    const numbers: (bigint | undefined)[] = [];
    for (const literal of [start, end?.slice(1) ?? "", step?.slice(1) ?? ""]) {
      const number = literal === "" ? undefined : int64(literal);
      if (literal !== "" && number === undefined) return `array index ${literal} is not a number`;
      numbers.push(number);
    }
    this.#nodes.push({
      kind: "array",
      start: numbers[0],
      end: numbers[1],
      step: numbers[2],
      isSingle: end === undefined,
    });
    return undefined;
  }

  #filter(): string | undefined {
    const from = this.#at + "[?(".length;
    let at = from;
    let quote = "";
    let isClosed = false;
    for (; ; at++) {
      const char = this.#text[at];
      if (char === undefined || char === "\n") return "unterminated filter";
      if (char === '"' || char === "'") {
        if (quote === "") quote = char;
        else if (char === quote && this.#text[at - 1] !== "\\") isClosed = true;
      } else if (char === ")" && (quote === "" || isClosed)) break;
    }
    if (this.#text[at + 1] !== "]") return "unclosed array expect ]";
    this.#at = at + 2;
    const { left, operator, right } = splitComparison(this.#text.slice(from, at));
    const leftPath = parsePath(left);
    if (!leftPath.ok) return leftPath.error;
    const rightPath = right === undefined ? undefined : parsePath(right);
    if (rightPath && !rightPath.ok) return rightPath.error;
    this.#nodes.push({ kind: "filter", left: leftPath.value, operator, right: rightPath?.value });
    return undefined;
  }
}

interface Comparison {
  readonly left: string;
  readonly operator: string;
  readonly right: string | undefined;
}

/**
 * Splits at the first run of operator characters that has something before it; when nothing follows the run, its last
 * character is what follows.
 */
function splitComparison(text: string): Comparison {
  const existence = { left: text, operator: "", right: undefined };
  const start = text.search(/[!<>=]/);
  if (start <= 0) return existence;
  let end = start;
  while (end < text.length && "!<>=".includes(text[end] as string)) end++;
  if (end === text.length) end--;
  if (end === start) return existence;
  return { left: text.slice(0, start), operator: text.slice(start, end), right: text.slice(end) };
}

/** A decimal within int64. */
function int64(literal: string): bigint | undefined {
  if (!/^-?[0-9]+$/.test(literal)) return undefined;
  const value = BigInt(literal);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function isDigit(char: string): boolean {
  return /^\p{Nd}$/u.test(char);
}

function isWordStart(char: string): boolean {
  return /^[\p{L}\p{Nd}_]$/u.test(char);
}

/** A character as Go's `%#U` prints it: `U+002C ','`, without the quoted part when it does not print. */
function describe(char: string): string {
  const code = `U+${(char.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0")}`;
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char) ? `${code} '${char}'` : code;
}

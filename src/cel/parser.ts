import { childrenOf, type Expr } from "./ast.ts";
import { type Token, type TokenKind, tokenize } from "./lexer.ts";
import { expandMacro, expandOptionalMacro } from "./macros.ts";
import type { SourceError } from "./source.ts";
import { unquoteBytes, unquoteString } from "./string-literal.ts";
import { CelUint, maxInt, maxUint, minInt } from "./values.ts";

/** The deepest nesting of one grammar rule, as the incumbent limits it. */
const maxRecursion = 250;
/** The longest expression, in code points. */
const maxCodePoints = 100_000;

const reserved = new Set(
  "as break const continue else false for function if import in let loop package namespace null return true var void while".split(
    " ",
  ),
);

type Rule = "expr" | "relation" | "calc" | "member";

/** Ends the parse at a place from which the rest cannot be made out. */
class Abort {
  readonly error: SourceError;
  constructor(error: SourceError) {
    this.error = error;
  }
}

const precedence: Readonly<Record<string, number>> = { "+": 1, "-": 1, "*": 2, "/": 2, "%": 2 };
const relations = new Set(["<", "<=", ">=", ">", "==", "!=", "in"]);
const expectedOperand =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

class Parser {
  readonly errors: SourceError[] = [];
  readonly #tokens: readonly Token[];
  readonly #depth: Record<Rule, number> = { expr: 0, relation: 0, calc: 0, member: 0 };
  readonly #hasOptionals: boolean;
  #next = 0;

  constructor(tokens: readonly Token[], hasOptionals: boolean) {
    this.#tokens = tokens;
    this.#hasOptionals = hasOptionals;
  }

  parse(): Expr {
    const expr = this.#expr();
    if (this.#token.kind !== "end") {
      this.errors.push(this.#syntaxError(`extraneous input '${this.#token.text}' expecting <EOF>`));
    }
    return expr;
  }

  get #token(): Token {
    return this.#tokens[this.#next] ?? this.#tokens[this.#tokens.length - 1]!;
  }

  #peek(offset: number): Token {
    return this.#tokens[this.#next + offset] ?? this.#tokens[this.#tokens.length - 1]!;
  }

  get #lastEnd(): number {
    return this.#tokens[this.#next - 1]?.end ?? 0;
  }

  #is(text: string): boolean {
    return this.#token.kind === "punctuation" && this.#token.text === text;
  }

  #take(): Token {
    const token = this.#token;
    if (token.kind !== "end") this.#next++;
    return token;
  }

  #accept(text: string): Token | undefined {
    return this.#is(text) ? this.#take() : undefined;
  }

  #syntaxError(message: string): SourceError {
    return { at: this.#token.start, message: `Syntax error: ${message}` };
  }

  /** A closing token. At the end of the source it is taken as given, so that the macro around it is still judged. */
  #close(text: string): void {
    if (this.#accept(text)) return;
    const error = this.#syntaxError(`missing '${text}' at '${this.#token.text}'`);
    if (this.#token.kind !== "end") throw new Abort(error);
    this.errors.push(error);
  }

  #expect(text: string): Token {
    const token = this.#accept(text);
    if (token === undefined) {
      throw new Abort(this.#syntaxError(`mismatched input '${this.#token.text}' expecting '${text}'`));
    }
    return token;
  }

  #invalid(at: number, message: string): Expr {
    this.errors.push({ at, message });
    return { kind: "invalid", at, start: at, end: this.#lastEnd };
  }

  #enter(rule: Rule): void {
    if (++this.#depth[rule] > maxRecursion) {
      throw new Abort({ at: undefined, message: `expression recursion limit exceeded: ${maxRecursion}` });
    }
  }

  #expr(): Expr {
    this.#enter("expr");
    let result = this.#or();
    const question = this.#accept("?");
    if (question) {
      const then = this.#or();
      this.#expect(":");
      const otherwise = this.#expr();
      result = this.#call("_?_:_", question.start, result.start, [result, then, otherwise]);
    }
    this.#depth.expr--;
    return result;
  }

  #call(name: string, at: number, start: number, args: readonly Expr[]): Expr {
    return { kind: "call", name, args, at, start, end: this.#lastEnd };
  }

  #or(): Expr {
    return this.#chain("||", "_||_", () => this.#and());
  }

  #and(): Expr {
    return this.#chain("&&", "_&&_", () => this.#relation());
  }

  #chain(operator: string, name: string, operand: () => Expr): Expr {
    const first = operand();
    if (!this.#is(operator)) return first;
    const at = this.#token.start;
    const operands = [first];
    while (this.#accept(operator)) operands.push(operand());
    return this.#call(name, at, first.start, operands);
  }

  #relation(): Expr {
    const depth = this.#depth.relation;
    this.#enter("relation");
    let left = this.#calc(1);
    while (this.#token.kind === "punctuation" && relations.has(this.#token.text)) {
      this.#enter("relation");
      const operator = this.#take();
      this.#enter("relation");
      const right = this.#calc(1);
      this.#depth.relation--;
      const name = operator.text === "in" ? "@in" : `_${operator.text}_`;
      left = this.#call(name, operator.start, left.start, [left, right]);
    }
    this.#depth.relation = depth;
    return left;
  }

  /** Sums and products, by precedence climbing: `calc(1)` takes sums, `calc(2)` products, 3 a single operand. */
  #calc(lowest: number): Expr {
    const depth = this.#depth.calc;
    this.#enter("calc");
    let left = this.#unary();
    for (;;) {
      const level = this.#token.kind === "punctuation" ? precedence[this.#token.text] : undefined;
      if (level === undefined || level < lowest) break;
      this.#enter("calc");
      const operator = this.#take();
      const right = this.#calc(level + 1);
      left = this.#call(`_${operator.text}_`, operator.start, left.start, [left, right]);
    }
    this.#depth.calc = depth;
    return left;
  }

  #unary(): Expr {
    const first = this.#token;
    if (first.kind === "punctuation" && (first.text === "!" || first.text === "-")) {
      const isNumber = this.#peek(1).kind === "int" || this.#peek(1).kind === "double";
      if (first.text === "!" || !isNumber) {
        let count = 0;
        while (this.#accept(first.text)) count++;
        const operand = this.#member();
        // An even number of signs is none; odd is one.
        if (count % 2 === 0) return { ...operand, start: first.start };
        return this.#call(first.text === "!" ? "!_" : "-_", first.start, first.start, [operand]);
      }
    }
    return this.#member();
  }

  #member(): Expr {
    const depth = this.#depth.member;
    this.#enter("member");
    let operand = this.#primary();
    for (;;) {
      const token = this.#token;
      if (token.kind !== "punctuation" || (token.text !== "." && token.text !== "[")) break;
      this.#enter("member");
      this.#take();
      operand = token.text === "." ? this.#selectOrCall(operand, token) : this.#index(operand, token);
    }
    this.#depth.member = depth;
    return operand;
  }

  #selectOrCall(operand: Expr, dot: Token): Expr {
    const optional = this.#accept("?");
    const name = this.#token;
    if (name.kind !== "ident" && name.kind !== "escapedIdent") {
      throw new Abort(this.#syntaxError(`no viable alternative at input '.${name.kind === "end" ? "" : name.text}'`));
    }
    this.#take();
    if (name.kind === "ident" && optional === undefined && this.#is("(")) {
      const open = this.#take();
      const args = this.#arguments();
      return this.#expand(name.text, open, operand, args, operand.start);
    }
    if (optional && !this.#hasOptionals) return this.#invalid(dot.start, "unsupported syntax '.?'");
    const field = name.kind === "escapedIdent" ? name.text.slice(1, -1) : name.text;
    const span = { at: dot.start, start: operand.start, end: name.end };
    return { kind: "select", operand, field, testOnly: false, ...(optional && { optional: true }), ...span };
  }

  #index(operand: Expr, open: Token): Expr {
    const optional = this.#accept("?");
    const index = this.#expr();
    this.#close("]");
    if (optional && !this.#hasOptionals) return this.#invalid(open.start, "unsupported syntax '[?'");
    return this.#call(optional ? "_[?_]" : "_[_]", open.start, operand.start, [operand, index]);
  }

  /** The arguments up to and with the closing parenthesis; a trailing comma is not allowed here. */
  #arguments(): readonly Expr[] {
    const args: Expr[] = [];
    if (this.#accept(")")) return args;
    do args.push(this.#expr());
    while (this.#accept(","));
    this.#close(")");
    return args;
  }

  #expand(name: string, open: Token, target: Expr | undefined, args: readonly Expr[], start: number): Expr {
    const span = { at: open.start, start, end: this.#lastEnd };
    const expanded =
      expandMacro(name, target, args, span) ??
      (this.#hasOptionals ? expandOptionalMacro(name, target, args, span) : undefined);
    if (expanded === undefined) return { kind: "call", name, args, ...span, ...(target && { target }) };
    if ("message" in expanded) return this.#invalid(expanded.at ?? open.start, expanded.message);
    return expanded;
  }

  #primary(): Expr {
    const token = this.#token;
    const start = token.start;
    switch (token.kind) {
      case "punctuation":
        return this.#punctuated(token);
      case "ident":
        return this.#named(start, "");
      case "int":
      case "double":
      case "uint":
      case "string":
      case "bytes":
        this.#take();
        return this.#literal(token.kind, token.text, start);
      case "escapedIdent":
      case "end":
        throw new Abort(this.#syntaxError(`mismatched input '${token.text}' expecting ${expectedOperand}`));
      default:
        return token.kind satisfies never;
    }
  }

  #punctuated(token: Token): Expr {
    const start = token.start;
    switch (token.text) {
      case "(": {
        this.#take();
        const inner = this.#expr();
        this.#close(")");
        return inner;
      }
      case "[":
        this.#take();
        return this.#list(start);
      case "{":
        this.#take();
        return this.#map(start);
      case ".":
        this.#take();
        if (this.#token.kind !== "ident") {
          throw new Abort(this.#syntaxError(`mismatched input '${this.#token.text}' expecting IDENTIFIER`));
        }
        return this.#named(start, ".");
      case "-": {
        this.#take();
        const number = this.#token;
        if (number.kind !== "int" && number.kind !== "double") {
          throw new Abort(this.#syntaxError("no viable alternative at input '-'"));
        }
        this.#take();
        return this.#literal(number.kind, `-${number.text}`, start);
      }
      case "true":
      case "false":
      case "null": {
        this.#take();
        const value = token.text === "null" ? null : token.text === "true";
        return { kind: "literal", value, at: start, start, end: token.end };
      }
      default:
        throw new Abort(this.#syntaxError(`mismatched input '${token.text}' expecting ${expectedOperand}`));
    }
  }

  /** An identifier, a global call or a message, from the name on; `dot` is the leading dot that was read. */
  #named(start: number, dot: string): Expr {
    const name = this.#take();
    if (this.#isMessage()) return this.#message(start, `${dot}${name.text}`);
    if (reserved.has(name.text)) {
      const open = this.#accept("(");
      if (open) this.#arguments();
      return this.#invalid(start, `reserved identifier: ${name.text}`);
    }
    const open = this.#accept("(");
    if (open) return this.#expand(dot + name.text, open, undefined, this.#arguments(), start);
    return { kind: "ident", name: dot + name.text, at: name.start, start, end: name.end };
  }

  /** Whether what follows a first name is `.b.c{`: a message to construct. */
  #isMessage(): boolean {
    let offset = 0;
    while (this.#peek(offset).text === "." && this.#peek(offset + 1).kind === "ident") offset += 2;
    return this.#peek(offset).kind === "punctuation" && this.#peek(offset).text === "{";
  }

  #message(start: number, first: string): Expr {
    let name = first;
    while (this.#accept(".")) name += `.${this.#take().text}`;
    const open = this.#expect("{");
    const fields: { name: string; value: Expr; at: number; optional?: true }[] = [];
    while (!this.#is("}")) {
      if (fields.length > 0) {
        if (!this.#accept(",")) break;
        if (this.#is("}")) break;
      } else if (this.#accept(",")) break;
      const optional = this.#optionalMark();
      const field = this.#take();
      if (field.kind !== "ident" && field.kind !== "escapedIdent") {
        this.#next--;
        throw new Abort(this.#syntaxError(`mismatched input '${field.text}' expecting IDENTIFIER`));
      }
      const colon = this.#expect(":");
      const value = this.#expr();
      const fieldName = field.kind === "escapedIdent" ? field.text.slice(1, -1) : field.text;
      fields.push({ name: fieldName, value, at: colon.start, ...(optional && { optional: true }) });
    }
    this.#close("}");
    return { kind: "message", name, fields, at: open.start, start, end: this.#lastEnd };
  }

  /** The `?` before an entry; reported where optional values are unknown. */
  #optionalMark(): boolean {
    const mark = this.#accept("?");
    if (mark && !this.#hasOptionals) this.errors.push({ at: mark.start, message: "unsupported syntax '?'" });
    return mark !== undefined;
  }

  #list(start: number): Expr {
    const elements: Expr[] = [];
    const optionals = new Set<number>();
    while (!this.#is("]")) {
      if (elements.length > 0) {
        if (!this.#accept(",")) break;
        if (this.#is("]")) break;
      } else if (this.#accept(",")) break;
      if (this.#optionalMark()) optionals.add(elements.length);
      elements.push(this.#expr());
    }
    this.#close("]");
    return { kind: "list", elements, ...(optionals.size > 0 && { optionals }), at: start, start, end: this.#lastEnd };
  }

  #map(start: number): Expr {
    const entries: { key: Expr; value: Expr; optional?: true }[] = [];
    while (!this.#is("}")) {
      if (entries.length > 0) {
        if (!this.#accept(",")) break;
        if (this.#is("}")) break;
      } else if (this.#accept(",")) break;
      const optional = this.#optionalMark();
      const key = this.#expr();
      this.#expect(":");
      entries.push({ key, value: this.#expr(), ...(optional && { optional: true }) });
    }
    this.#close("}");
    return { kind: "map", entries, at: start, start, end: this.#lastEnd };
  }

  #literal(
    kind: Exclude<TokenKind, "punctuation" | "ident" | "escapedIdent" | "end">,
    text: string,
    start: number,
  ): Expr {
    const span = { at: start, start, end: this.#lastEnd };
    switch (kind) {
      case "int": {
        const value = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
        if (value > maxInt || value < minInt) return this.#invalid(start, "invalid int literal");
        return { kind: "literal", value, ...span };
      }
      case "uint": {
        const value = BigInt(text.slice(0, -1));
        if (value > maxUint) return this.#invalid(start, "invalid uint literal");
        return { kind: "literal", value: new CelUint(value), ...span };
      }
      case "double": {
        const value = Number(text);
        if (!Number.isFinite(value)) return this.#invalid(start, "invalid double literal");
        return { kind: "literal", value, ...span };
      }
      case "string":
      case "bytes": {
        const value = kind === "string" ? unquoteString(text) : unquoteBytes(text);
        if (value === undefined) return this.#invalid(start, "unable to unescape string");
        return { kind: "literal", value, ...span };
      }
      default:
        return kind satisfies never;
    }
  }
}

/**
 * Parses an expression and expands its macros. All problems up to the first one that hides the rest are returned;
 * positions are those of the incumbent, the wording after `Syntax error:` is ours (spec: event processing, section 8).
 */
export function parseExpression(
  source: string,
  options: { readonly hasOptionals?: boolean } = {},
): { readonly ok: true; readonly value: Expr } | { readonly ok: false; readonly error: readonly SourceError[] } {
  const codePoints = source.length > maxCodePoints ? [...source].length : source.length;
  if (codePoints > maxCodePoints) {
    const message = `expression code point size exceeds limit: size: ${codePoints}, limit ${maxCodePoints}`;
    return { ok: false, error: [{ at: undefined, message }] };
  }
  const { tokens, error } = tokenize(source);
  const parser = new Parser(tokens, options.hasOptionals === true);
  if (error) parser.errors.push(error);
  try {
    const expr = parser.parse();
    if (nestsDeeper(expr, maxRecursion)) parser.errors.push({ at: undefined, message: "max recursion depth exceeded" });
    if (parser.errors.length === 0) return { ok: true, value: expr };
  } catch (abort) {
    if (!(abort instanceof Abort)) throw abort;
    parser.errors.push(abort.error);
  }
  return { ok: false, error: firstSyntaxErrorAndOthers(parser.errors) };
}

/** Whether some node has more than that many nodes above it. Walks without the call stack, which it protects. */
function nestsDeeper(root: Expr, limit: number): boolean {
  const todo: { readonly expr: Expr; readonly depth: number }[] = [{ expr: root, depth: 1 }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (next.depth > limit) return true;
    for (const child of childrenOf(next.expr)) todo.push({ expr: child, depth: next.depth + 1 });
  }
  return false;
}

/** Syntax errors after the first are consequences of it and would only confuse. */
function firstSyntaxErrorAndOthers(errors: readonly SourceError[]): readonly SourceError[] {
  const isSyntax = (error: SourceError): boolean => error.message.startsWith("Syntax error");
  const syntax = errors.filter(isSyntax).sort((a, b) => (a.at ?? -1) - (b.at ?? -1));
  return [...errors.filter((error) => !isSyntax(error)), ...syntax.slice(0, 1)];
}

import type { CelValue } from "./values.ts";

/** Where a node lies in the source text, in UTF-16 units. */
export interface Span {
  /** The position that errors about this node name: an operator, a parenthesis, or the first character. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

/** A parsed expression. Macros are expanded already: `has` is a select, `all` and friends are comprehensions. */
export type Expr =
  | LiteralExpr
  | IdentExpr
  | SelectExpr
  | CallExpr
  | ListExpr
  | MapExpr
  | MessageExpr
  | ComprehensionExpr
  | InvalidExpr;

interface LiteralExpr extends Span {
  readonly kind: "literal";
  readonly value: CelValue;
}

interface IdentExpr extends Span {
  readonly kind: "ident";
  /** A leading dot is kept: `.body` looks in the root container. */
  readonly name: string;
}

export interface SelectExpr extends Span {
  readonly kind: "select";
  readonly operand: Expr;
  readonly field: string;
  /** Whether only the presence is asked for: `has(operand.field)`. */
  readonly testOnly: boolean;
  /** `operand.?field`: an optional value, empty where there is no such field. */
  readonly optional?: true;
}

/** A function call. `&&` and `||` chains are one call with all operands. */
export interface CallExpr extends Span {
  readonly kind: "call";
  readonly name: string;
  readonly target?: Expr;
  readonly args: readonly Expr[];
}

interface ListExpr extends Span {
  readonly kind: "list";
  readonly elements: readonly Expr[];
  /** Positions of elements written `?e`: optional values that are left out when they are empty. */
  readonly optionals?: ReadonlySet<number>;
}

interface MapExpr extends Span {
  readonly kind: "map";
  readonly entries: readonly { readonly key: Expr; readonly value: Expr; readonly optional?: true }[];
}

export interface MessageExpr extends Span {
  readonly kind: "message";
  readonly name: string;
  readonly fields: readonly {
    readonly name: string;
    readonly value: Expr;
    readonly at: number;
    readonly optional?: true;
  }[];
}

/** A loop written by a macro. */
export interface ComprehensionExpr extends Span {
  readonly kind: "comprehension";
  readonly macro: "all" | "exists" | "exists_one" | "map" | "filter" | "optMap" | "optFlatMap";
  readonly range: Expr;
  readonly variable: string;
  /** What decides about an element; a two-argument `map` has none. */
  readonly predicate?: Expr;
  /** What `map` makes of an element. */
  readonly transform?: Expr;
}

/** Stands where an error was reported, so that the rest is still looked at. */
interface InvalidExpr extends Span {
  readonly kind: "invalid";
}

/** The dotted name that the expression spells (`a.b.c`), or undefined when it is anything else. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === "ident") return expr.name;
  if (expr.kind !== "select" || expr.testOnly || expr.optional) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}

/** The expressions that an expression is made of. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "literal":
    case "ident":
    case "invalid":
      return [];
    case "select":
      return [expr.operand];
    case "call":
      // The keys of sortBy hold the list too.
      return expr.target && expr.name !== "@sortByAssociatedKeys" ? [expr.target, ...expr.args] : expr.args;
    case "list":
      return expr.elements;
    case "map":
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case "message":
      return expr.fields.map(({ value }) => value);
    case "comprehension":
      return [expr.range, expr.predicate, expr.transform].filter((child) => child !== undefined);
    default:
      return expr satisfies never;
  }
}

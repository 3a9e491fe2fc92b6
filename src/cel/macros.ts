import { err, ok, type Result } from "../result.ts";
import type { Expr, Span } from "./ast.ts";
import type { SourceError } from "./source.ts";

/** Where the loops that macros stand for keep what they have so far; no loop variable may be called so. */
const accumulator = "__result__";

/** The name of a macro's loop variable, or why the argument cannot be one. */
function variableName(macro: string, expr: Expr): Result<string, string> {
  if (expr.kind !== "ident" || expr.name.startsWith(".")) {
    const makesList = macro === "map" || macro === "filter";
    return err(makesList ? "argument is not an identifier" : "argument must be a simple name");
  }
  return expr.name === accumulator ? err("iteration variable overwrites accumulator variable") : ok(expr.name);
}

/** `e.all(x, p)`, `e.exists(x, p)`, `e.exists_one(x, p)`, `e.filter(x, p)`, `e.map(x, t)`, `e.map(x, p, t)`. */
function comprehension(name: string, range: Expr, args: readonly Expr[], span: Span): Expr | SourceError | undefined {
  const [variableExpr, second, third] = args;
  if (variableExpr === undefined || second === undefined) return undefined;
  const isThree = name === "map" && args.length === 3;
  if (args.length !== 2 && !isThree) return undefined;
  switch (name) {
    case "all":
    case "exists":
    case "exists_one":
    case "filter":
    case "map": {
      const variable = variableName(name, variableExpr);
      if (!variable.ok) return { at: variableExpr.at, message: variable.error };
      const base = { kind: "comprehension", macro: name, range, variable: variable.value, ...span } as const;
      if (name !== "map") return { ...base, predicate: second };
      return third === undefined ? { ...base, transform: second } : { ...base, predicate: second, transform: third };
    }
    default:
      return undefined;
  }
}

/** `o.optMap(x, t)` and `o.optFlatMap(x, t)`: what becomes of the value of an optional, if there is one. */
export function expandOptionalMacro(
  name: string,
  target: Expr | undefined,
  args: readonly Expr[],
  span: Span,
): Expr | SourceError | undefined {
  const [variableExpr, transform] = args;
  if ((name !== "optMap" && name !== "optFlatMap") || !target || !variableExpr || !transform || args.length !== 2)
    return undefined;
  const variable = variableName(name, variableExpr);
  if (!variable.ok) return { at: variableExpr.at, message: variable.error };
  return { kind: "comprehension", macro: name, range: target, variable: variable.value, transform, ...span };
}

/** `has(e.f)`. */
function has(args: readonly Expr[], span: Span): Expr | SourceError | undefined {
  const [argument] = args;
  if (argument === undefined || args.length !== 1) return undefined;
  if (argument.kind === "select" && !argument.testOnly && !argument.optional) {
    return { ...argument, testOnly: true, ...span };
  }
  return { at: argument.at, message: "invalid argument to has() macro" };
}

/** `l.sortBy(x, key)`: the list ordered by what `key` gives for each element. */
function sortBy(target: Expr, args: readonly Expr[], span: Span): Expr | SourceError | undefined {
  if (args.length !== 2) return undefined;
  if (target.kind === "literal" || target.kind === "map" || target.kind === "message") {
    const message = "sortBy can only be applied to a list, identifier, comprehension, call or select expression";
    return { at: target.at, message };
  }
  const keys = comprehension("map", target, args, span);
  if (keys === undefined || "message" in keys) return keys;
  return { kind: "call", name: "@sortByAssociatedKeys", target, args: [keys], ...span };
}

function mayBeNumber(expr: Expr): boolean {
  switch (expr.kind) {
    case "literal":
      return typeof expr.value === "bigint" || typeof expr.value === "number" || isUint(expr.value);
    case "list":
    case "map":
    case "message":
      return false;
    default:
      return true;
  }
}

function isUint(value: unknown): boolean {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "uint";
}

/** `math.greatest(...)` and `math.least(...)`: as many arguments as wanted, or one list. */
function extreme(name: string, target: Expr, args: readonly Expr[], span: Span): Expr | SourceError | undefined {
  if (target.kind !== "ident" || target.name !== "math") return undefined;
  const call = name === "greatest" ? "math.@max" : "math.@min";
  const [first] = args;
  if (first === undefined) return { at: target.at, message: `math.${name}() requires at least one argument` };
  if (args.length === 1) {
    const good =
      first.kind === "list" ? first.elements.length > 0 && first.elements.every(mayBeNumber) : mayBeNumber(first);
    if (!good) return { at: first.at, message: `math.${name}() invalid single argument value` };
    return { kind: "call", name: call, args, ...span };
  }
  const bad = args.find((arg) => !mayBeNumber(arg));
  if (bad) return { at: bad.at, message: `math.${name}() simple literal arguments must be numeric` };
  const list: Expr = { kind: "list", elements: args, ...span };
  return { kind: "call", name: call, args: args.length === 2 ? args : [list], ...span };
}

/**
 * What a call means when its name is a macro: the expression it stands for, or why it is misused. Undefined when it is
 * an ordinary call; a macro's name with another number of arguments is one (spec: event processing, section 8).
 */
export function expandMacro(
  name: string,
  target: Expr | undefined,
  args: readonly Expr[],
  span: Span,
): Expr | SourceError | undefined {
  if (target === undefined) return name === "has" ? has(args, span) : undefined;
  if (name === "sortBy") return sortBy(target, args, span);
  if (name === "greatest" || name === "least") return extreme(name, target, args, span);
  return comprehension(name, target, args, span);
}

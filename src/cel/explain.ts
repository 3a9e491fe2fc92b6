import type { Expr } from "./ast.ts";
import type { Activation } from "./evaluation.ts";
import type { CelProgram } from "./program.ts";
import type { Outcome } from "./values.ts";

/** A part of an expression with what it came to. */
export interface ExplainedPart {
  /** As it stands in the source. */
  readonly source: string;
  readonly outcome: Outcome;
}

/** More parts than this tell nobody anything. */
const maxParts = 40;
/** What looking at one part may cost. */
const partCostLimit = 100_000;

/** The parts that a person would ask about, outermost first. */
function interestingParts(expr: Expr, parts: Expr[]): void {
  if (parts.length >= maxParts) return;
  switch (expr.kind) {
    case "literal":
    case "ident":
    case "invalid":
      return;
    case "select":
      parts.push(expr);
      interestingInside(expr.operand, parts);
      return;
    case "call":
      // What is compared with a secret may be one.
      if (expr.name === "compareSecret") {
        parts.push(expr);
        return;
      }
      if (expr.name !== "_&&_" && expr.name !== "_||_" && expr.name !== "!_") parts.push(expr);
      if (expr.target) interestingParts(expr.target, parts);
      for (const arg of expr.args) interestingParts(arg, parts);
      return;
    case "list":
      for (const element of expr.elements) interestingParts(element, parts);
      return;
    case "map":
      for (const { value } of expr.entries) interestingParts(value, parts);
      return;
    case "message":
      return;
    case "comprehension":
      // The rest is about one element at a time.
      parts.push(expr);
      interestingParts(expr.range, parts);
      return;
    default:
      expr satisfies never;
  }
}

/** Of a chain of selectors only the whole is shown; calls and indexes within it are looked at again. */
function interestingInside(operand: Expr, parts: Expr[]): void {
  if (operand.kind === "select") interestingInside(operand.operand, parts);
  else interestingParts(operand, parts);
}

/** Parts of a program by themselves, made once. */
const partsOf = new WeakMap<CelProgram, readonly CelProgram[]>();

function partPrograms(program: CelProgram): readonly CelProgram[] {
  const known = partsOf.get(program);
  if (known) return known;
  const exprs: Expr[] = [];
  interestingParts(program.expr, exprs);
  const seen = new Set<string>([program.source.trim()]);
  const programs = exprs.flatMap((expr) => {
    const source = program.source.slice(expr.start, expr.end);
    const part = seen.has(source) ? undefined : program.part(expr);
    seen.add(source);
    return part?.ok ? [part.value] : [];
  });
  partsOf.set(program, programs);
  return programs;
}

/**
 * What the parts of an expression come to: for `a && b || c` each of the three, and the selectors and calls in them.
 * Shows why a filter said yes or no. Names without a value (`no such key`) are shown with their failure.
 */
export function explain(program: CelProgram, activation: Activation): readonly ExplainedPart[] {
  return partPrograms(program).map((part) => ({
    source: part.source,
    outcome: part.evaluate(activation, { costLimit: partCostLimit }),
  }));
}

import { err, ok, type Result } from "../result.ts";
import type { Expr } from "./ast.ts";
import { type CheckedExpr, checkExpression, type Environment } from "./checker.ts";
import { triggersEnvironment } from "./environments.ts";
import { type Activation, BudgetExceeded, Evaluation, type EvaluationLimits } from "./evaluation.ts";
import { checkFormats } from "./format-check.ts";
import { parseExpression } from "./parser.ts";
import { planProgram, type Step } from "./planner.ts";
import { renderErrors } from "./source.ts";
import { dynType, type Type } from "./types.ts";
import { CelFailure, type Outcome } from "./values.ts";

/** Why an expression cannot be used; the message is the incumbent's text (spec: event processing, section 8). */
export interface CelError {
  /** `parse` for the grammar, `check` for names and types, `program` for constants that cannot be converted. */
  readonly stage: "parse" | "check" | "program";
  readonly message: string;
}

/** What one evaluation may cost unless it is told otherwise: about half a second of work at the worst. */
const defaultCostLimit = 5_000_000;

export interface EvaluateOptions {
  /** About one unit for each call, step of a loop, or hundred characters. */
  readonly costLimit?: number;
  /** The time it may take, for what costs cannot foresee; none unless given. */
  readonly time?: EvaluationLimits["time"];
}

/** A compiled expression. */
export class CelProgram {
  readonly source: string;
  readonly #step: Step;
  readonly #checked: CheckedExpr;
  readonly #environment: Environment;

  constructor(source: string, checked: CheckedExpr, environment: Environment, step: Step) {
    this.source = source;
    this.#checked = checked;
    this.#environment = environment;
    this.#step = step;
  }

  /** The expression's value, or the failure that came instead. Never throws for what an event can cause. */
  evaluate(activation: Activation, options: EvaluateOptions = {}): Outcome {
    return runStep(
      this.#step,
      new Evaluation(activation, {
        cost: options.costLimit ?? defaultCostLimit,
        ...(options.time && { time: options.time }),
      }),
    );
  }

  /** The syntax tree, for those who explain a result. */
  get expr(): Expr {
    return this.#checked.expr;
  }

  /** The static type of what the expression comes to. */
  get type(): Type {
    return this.#checked.types.get(this.#checked.expr) ?? dynType;
  }

  /** Makes a part of the expression, which refers to no loop variable, executable by itself. */
  part(expr: Expr): Result<CelProgram, string> {
    const planned = planProgram({ ...this.#checked, expr }, this.#environment);
    if (!planned.ok) return planned;
    const checked = { ...this.#checked, expr };
    return ok(new CelProgram(this.source.slice(expr.start, expr.end), checked, this.#environment, planned.value));
  }
}

function runStep(step: Step, evaluation: Evaluation): Outcome {
  try {
    return step(evaluation);
  } catch (error) {
    if (error instanceof BudgetExceeded) return new CelFailure(error.message);
    // Values nest no deeper than what made them, but comparing or printing very deep ones may still be too much.
    if (error instanceof RangeError) return new CelFailure("a value is too large or nested too deeply");
    throw error;
  }
}

/**
 * Compiles an expression: parse, check, make a program. The environment is that of the CEL interceptor unless another
 * is given.
 */
export function compileCel(
  source: string,
  environment: Environment = triggersEnvironment,
): Result<CelProgram, CelError> {
  const parsed = parseExpression(source, environment);
  if (!parsed.ok) return err({ stage: "parse", message: renderErrors(source, parsed.error) });
  const checked = checkExpression(parsed.value, environment);
  if (!checked.ok) return err({ stage: "check", message: renderErrors(source, checked.error) });
  const formats = checkFormats(checked.value);
  if (formats.length > 0) return err({ stage: "check", message: renderErrors(source, formats) });
  const planned = planProgram(checked.value, environment);
  if (!planned.ok) return err({ stage: "program", message: planned.error });
  return ok(new CelProgram(source, checked.value, environment, planned.value));
}

/** Compiled expressions by source text, oldest use first. Failures are kept too. */
export class ProgramCache {
  readonly #compiled = new Map<string, Result<CelProgram, CelError>>();
  readonly #capacity: number;
  readonly #environment: Environment;

  constructor(capacity: number, environment: Environment = triggersEnvironment) {
    this.#capacity = capacity;
    this.#environment = environment;
  }

  get(source: string): Result<CelProgram, CelError> {
    const found = this.#compiled.get(source) ?? compileCel(source, this.#environment);
    this.#compiled.delete(source);
    this.#compiled.set(source, found);
    const oldest = this.#compiled.keys().next();
    if (this.#compiled.size > this.#capacity && !oldest.done) this.#compiled.delete(oldest.value);
    return found;
  }
}

import type { CallExpr, Expr } from "./ast.ts";
import type { CheckedExpr } from "./checker.ts";
import { type Clause, clauseError, parseFormat } from "./functions/format.ts";
import type { SourceError } from "./source.ts";
import type { Type } from "./types.ts";
import { CelFailure } from "./values.ts";

const runtimeNames: Readonly<Partial<Record<Type["kind"], string>>> = {
  null: "null_type",
  timestamp: "google.protobuf.Timestamp",
  duration: "google.protobuf.Duration",
};

/** What is wrong with a call of `format` whose format string and list of arguments are literals. */
function checkCall(call: CallExpr, template: string, args: readonly Expr[], checked: CheckedExpr): SourceError[] {
  let used = 0;
  for (const part of parseFormat(template)) {
    if (typeof part === "string") continue;
    if (part instanceof CelFailure && part.message === "unexpected end of string") {
      return [{ at: call.at, message: part.message }];
    }
    const argument = args[used];
    if (argument === undefined) return [{ at: call.at, message: `index ${used} out of range` }];
    if (part instanceof CelFailure) return [{ at: call.at, message: part.message }];
    const message = typeError(part, checked.types.get(argument));
    if (message !== undefined) return [{ at: argument.at, message }];
    used++;
  }
  if (args.length <= used) return [];
  const message = `too many arguments supplied to string.format (expected ${used}, got ${args.length})`;
  return [{ at: call.at, message }];
}

function typeError(clause: Clause, type: Type | undefined): string | undefined {
  if (type === undefined || type.kind === "dyn" || type.kind === "any" || type.kind === "param") return undefined;
  return clauseError(clause, runtimeNames[type.kind] ?? type.kind);
}

/** Checks the `format` calls of a checked expression, as far as they can be known without running it. */
export function checkFormats(checked: CheckedExpr): readonly SourceError[] {
  const errors: SourceError[] = [];
  for (const [expr, reference] of checked.references) {
    if (expr.kind !== "call" || reference.kind !== "function" || reference.name !== "format") continue;
    const [list] = expr.args;
    const { target } = expr;
    if (target?.kind !== "literal" || typeof target.value !== "string" || list?.kind !== "list") continue;
    errors.push(...checkCall(expr, target.value, list.elements, checked));
  }
  return errors;
}

import type { Environment } from "../../../cel/checker.ts";
import { compileCel } from "../../../cel/program.ts";
import type { JsonObject } from "../../../json/value.ts";
import { duplicate, type FieldProblem, invalid, required } from "../field-problem.ts";
import { type Fields, text } from "../fields.ts";
import { qualifiedNameProblems } from "../names.ts";

/** What an expression has to come to, as the type checker names it. */
export type ResultType = "bool" | "string" | "any";

/** Whether the expression in a field compiles and comes to what is wanted; an empty one is missing. */
export function expressionProblems(
  entry: JsonObject,
  field: string,
  at: string,
  wanted: ResultType,
  environment: Environment,
): readonly FieldProblem[] {
  const expression = text(entry, field);
  if (expression.trim() === "") return [required(`${at}.${field}`, `${field} is not specified`)];
  const compiled = compileCel(expression, environment);
  if (!compiled.ok) return [invalid(`${at}.${field}`, expression, `compilation failed: ${compiled.error.message}`)];
  if (wanted === "any" || compiled.value.type.kind === wanted) return [];
  return [invalid(`${at}.${field}`, expression, `must evaluate to ${wanted}`)];
}

/** Conditions that decide whether a policy or webhook is asked: each has a name of its own. */
export function conditionProblems(
  conditions: readonly Fields[],
  at: string,
  environment: Environment,
): readonly FieldProblem[] {
  const names = new Set<string>();
  return conditions.flatMap((condition, index) => {
    const place = `${at}[${index}]`;
    const name = text(condition, "name");
    const problems = [...expressionProblems(condition, "expression", place, "bool", environment)];
    if (name === "") problems.push(required(`${place}.name`));
    else for (const detail of qualifiedNameProblems(name)) problems.push(invalid(`${place}.name`, name, detail));
    if (names.has(name)) problems.push(duplicate(`${place}.name`, name));
    names.add(name);
    return problems;
  });
}

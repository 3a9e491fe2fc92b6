import { plainEnvironment } from "../../cel/environments.ts";
import { ProgramCache } from "../../cel/program.ts";
import { CelFailure } from "../../cel/values.ts";
import { err, ok, type Result } from "../../result.ts";

/** Expressions are texts after substitution, so that few come twice. */
const programs = new ProgramCache(256, plainEnvironment);

/**
 * Why a when expression's CEL does not compile; undefined when it does. CEL variables do not exist there. A constant
 * that cannot be converted, such as `int('$(params.n)')`, may be another text by the time of the run.
 */
export function whenCelProblem(source: string): string | undefined {
  const program = programs.get(source);
  return program.ok || program.error.stage === "program" ? undefined : program.error.message;
}

/** Evaluates a when expression's CEL, which must be a boolean (spec: pipelines, section 9). */
export function evaluateBooleanCel(source: string): Result<boolean, string> {
  const program = programs.get(source);
  if (!program.ok) return err(program.error.message);
  const value = program.value.evaluate({ variables: {} });
  if (value instanceof CelFailure) return err(value.message);
  if (typeof value === "boolean") return ok(value);
  return err(`The CEL expression ${source} could not be evaluated to a boolean`);
}

import { celEnv, parse, plan } from "@bufbuild/cel";
import { err, ok, type Result } from "../../result.ts";

const environment = celEnv();

/** Why a when expression's CEL does not compile; undefined when it does. Variables do not exist there. */
export function celSyntaxError(source: string): string | undefined {
  try {
    plan(environment, parse(source));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Evaluates a when expression's CEL, which must be a boolean (spec: pipelines, section 9). */
export function evaluateBooleanCel(source: string): Result<boolean, string> {
  try {
    const value: unknown = plan(environment, parse(source))({});
    if (typeof value === "boolean") return ok(value);
    if (value instanceof Error) return err(value.message);
    return err(`the CEL expression ${source} could not be evaluated to a boolean`);
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}

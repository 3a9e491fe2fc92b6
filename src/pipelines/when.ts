import type { WhenExpression } from "../api/pipelines/task.ts";
import { evaluateBooleanCel } from "../api/pipelines/when-cel.ts";
import { err, ok, type Result } from "../result.ts";

/** Whether all expressions hold; an error is a CEL expression that does not evaluate to a boolean. */
export function allHold(when: readonly WhenExpression[]): Result<boolean, string> {
  let holds = true;
  for (const expression of when) {
    if (expression.cel !== undefined && expression.cel !== "") {
      const value = evaluateBooleanCel(expression.cel);
      if (!value.ok) return err(value.error);
      holds &&= value.value;
    } else {
      const contained = (expression.values ?? []).includes(expression.input ?? "");
      holds &&= expression.operator === "notin" ? !contained : contained;
    }
  }
  return ok(holds);
}

import { quoteGo } from "../../json/go-print.ts";
import { type FieldErrors, fieldError, invalidValue, missingField, under } from "../field-error.ts";
import type { PipelinesConfiguration } from "./configuration.ts";
import type { WhenExpression } from "./task.ts";
import { whenCelProblem } from "./when-cel.ts";

/** When expressions of steps and pipeline tasks; paths relative to what holds `when`. */
export function validateWhen(when: readonly WhenExpression[], configuration: PipelinesConfiguration): FieldErrors {
  return when.flatMap((expression, index) => under("when", validateExpression(expression, configuration), index));
}

function validateExpression(expression: WhenExpression, configuration: PipelinesConfiguration): FieldErrors {
  const { cel, input, operator, values } = expression;
  if (cel !== undefined && cel !== "") {
    if (!configuration.enableCelInWhen) {
      return fieldError(
        `feature flag enable-cel-in-whenexpression should be set to true to use CEL: ${cel} in WhenExpression`,
        "",
      );
    }
    if ((input ?? "") !== "" || (operator ?? "") !== "" || (values ?? []).length > 0) {
      const all = [input ?? "", operator ?? "", `[${(values ?? []).join(" ")}]`, cel].join(" ");
      return fieldError(`cel and input+operator+values cannot be set in one WhenExpression: &{${all}}`);
    }
    // Variables stand inside quotes, so that the text compiles before they are filled in as well.
    const problem = whenCelProblem(cel);
    return problem === undefined ? [] : fieldError(`invalid cel expression: ${cel} with err: ${problem}`, "");
  }
  if ((input ?? "") === "" && (operator ?? "") === "" && (values ?? []).length === 0) return missingField("");
  if (operator !== "in" && operator !== "notin") {
    const text = `operator ${quoteGo(operator ?? "")} is not recognized. valid operators: in,notin`;
    return invalidValue(text, "");
  }
  return values === undefined || values.length === 0 ? invalidValue("expecting non-empty values field", "") : [];
}

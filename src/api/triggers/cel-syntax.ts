import { parseExpression } from "../../cel/parser.ts";
import { renderErrors } from "../../cel/source.ts";

/** What is wrong with the syntax of a CEL expression, as cel-go prints it; undefined when it parses. */
export function celSyntaxError(expression: string): string | undefined {
  const parsed = parseExpression(expression);
  return parsed.ok ? undefined : renderErrors(expression, parsed.error);
}

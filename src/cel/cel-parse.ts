import { parseExpression } from "./parser.ts";
import { renderErrors } from "./source.ts";

/**
 * Parses an expression without looking at names and types: unknown functions pass. Returns what is wrong, or undefined
 * (spec: resources, section 6).
 */
export function parseCel(source: string): string | undefined {
  const parsed = parseExpression(source);
  return parsed.ok ? undefined : renderErrors(source, parsed.error);
}

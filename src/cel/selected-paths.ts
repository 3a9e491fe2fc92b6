import { type Expr, qualifiedName } from "./ast.ts";
import { parseExpression } from "./parser.ts";

/**
 * The fields that an expression cannot do without, as dotted names: `body.ref`, `body.repository.full_name`. What is
 * only asked for with `has()` is left out; so is all of an expression that does not parse.
 */
export function selectedPaths(source: string): readonly string[] {
  const parsed = parseExpression(source);
  if (!parsed.ok) return [];
  const paths = new Set<string>();
  collect(parsed.value, paths);
  return [...paths];
}

function collect(expr: Expr, paths: Set<string>): void {
  switch (expr.kind) {
    case "select": {
      const path = expr.testOnly ? undefined : qualifiedName(expr);
      if (path !== undefined) paths.add(path);
      else if (!expr.testOnly) collect(expr.operand, paths);
      return;
    }
    case "call":
      if (expr.target) collect(expr.target, paths);
      for (const arg of expr.args) collect(arg, paths);
      return;
    case "list":
      for (const element of expr.elements) collect(element, paths);
      return;
    case "map":
      for (const { key, value } of expr.entries) {
        collect(key, paths);
        collect(value, paths);
      }
      return;
    case "message":
      for (const { value } of expr.fields) collect(value, paths);
      return;
    case "comprehension":
      // Inside of it names stand for the elements, which may be of several shapes.
      collect(expr.range, paths);
      return;
    case "literal":
    case "ident":
    case "invalid":
      return;
    default:
      expr satisfies never;
  }
}

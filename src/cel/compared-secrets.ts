import { childrenOf, type Expr } from "./ast.ts";
import { parseExpression } from "./parser.ts";

/** One value of a Secret in the trigger's namespace. */
interface SecretValue {
  readonly name: string;
  readonly key: string;
}

/**
 * The secrets that an expression compares with, as far as it names them by literals; none of an expression that does
 * not parse.
 */
export function comparedSecrets(source: string): readonly SecretValue[] {
  const parsed = parseExpression(source);
  if (!parsed.ok) return [];
  const found: SecretValue[] = [];
  const todo: Expr[] = [parsed.value];
  for (let expr = todo.pop(); expr !== undefined; expr = todo.pop()) {
    if (expr.kind === "call" && expr.name === "compareSecret") {
      const [key, name] = expr.args.map(textOf);
      if (key !== undefined && name !== undefined) found.push({ name, key });
    }
    todo.push(...childrenOf(expr));
  }
  return found;
}

function textOf(expr: Expr): string | undefined {
  return expr.kind === "literal" && typeof expr.value === "string" ? expr.value : undefined;
}

import { canonicalHeaderName } from "../json/go-header-name.ts";
import type { Result } from "../result.ts";
import { compileRelaxedPath, type RelaxedPath } from "./relaxed.ts";

/** A param value with `$(…)` expressions, compiled. Literal text stands between the expressions and around them. */
export interface Substitution {
  /** One more than there are expressions. */
  readonly literals: readonly string[];
  readonly expressions: readonly Expression[];
}

/** One `$(…)` of a param value. */
interface Expression {
  /** As written, `$(` and `)` included. */
  readonly text: string;
  /** Why it cannot be evaluated, or what to evaluate. */
  readonly path: Result<RelaxedPath, string>;
}

/** Compiles a param value; a malformed expression is found only when it is evaluated, where a default may replace it. */
export function compileSubstitution(value: string): Substitution {
  const [before = "", ...pieces] = value.split("$(");
  const literals: string[] = [];
  const expressions: Expression[] = [];
  let literal = before;
  for (const piece of pieces) {
    const end = closingParenthesis(piece);
    if (end < 0) {
      literal += `$(${piece}`;
      continue;
    }
    const inner = piece.slice(0, end);
    literals.push(literal);
    expressions.push({ text: `$(${inner})`, path: compileRelaxedPath(canonicalHeaderPath(inner)) });
    literal = piece.slice(end + 1);
  }
  literals.push(literal);
  return { literals, expressions };
}

/** Offset of the first parenthesis that closes what is not open; -1 when there is none. */
function closingParenthesis(piece: string): number {
  let depth = 0;
  for (let at = 0; at < piece.length; at++) {
    if (piece[at] === "(") depth++;
    else if (piece[at] === ")" && --depth < 0) return at;
  }
  return -1;
}

const headerPrefix = "header.";

/** Header names in paths are written in any case: `header.x-event` reads `X-Event`, as Go stores it. */
function canonicalHeaderPath(path: string): string {
  if (!path.startsWith(headerPrefix)) return path;
  return headerPrefix + canonicalHeaderName(path.slice(headerPrefix.length));
}

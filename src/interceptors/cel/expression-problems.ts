import { isJsonArray, type JsonValue, member } from "../../json/value.ts";
import { compile } from "./cel-interceptor.ts";
import { meantName } from "./meant-name.ts";

/** An expression of a use of the cel interceptor. */
interface CelExpression {
  /** What it is: `its filter`, `its overlay branch`. */
  readonly what: string;
  /** Where it is, from the params on: `filter`, `overlays[0].expression`. */
  readonly path: string;
  readonly source: string;
}

/** The expressions in the params of a use of the cel interceptor. */
export function expressionsOf(params: JsonValue): readonly CelExpression[] {
  const filter = member(params, "filter");
  const overlays = member(params, "overlays");
  return [
    ...(typeof filter === "string" && filter !== "" ? [{ what: "its filter", path: "filter", source: filter }] : []),
    ...(isJsonArray(overlays) ? overlays : []).flatMap((overlay, index) => {
      const [key, source] = [member(overlay, "key"), member(overlay, "expression")];
      const path = `overlays[${index}].expression`;
      return typeof source === "string" ? [{ what: `its overlay ${String(key)}`, path, source }] : [];
    }),
  ];
}

/** The first of what keeps an expression from being compiled, without the source that compilers repeat. */
export function expressionProblem(source: string): string | undefined {
  const compiled = compile(source);
  if (compiled.ok) return undefined;
  const [, line, column, what] = /ERROR: <input>:(-?\d+):(\d+): (.*)/.exec(compiled.error) ?? [];
  if (what === undefined) return compiled.error.replace(/^expression ".*" failed to create a Program: /s, "");
  const meant = meantName(/^undeclared reference to '([^']*)'/.exec(what)?.[1] ?? "");
  const problem = meant === undefined ? what : `${what}; there is ${meant}`;
  return Number(line) < 1 ? problem : `line ${line}, column ${column}: ${problem}`;
}

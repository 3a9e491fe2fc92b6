import { compile } from "../interceptors/cel/cel-interceptor.ts";
import { isJsonArray, type JsonValue, member } from "../json/value.ts";
import type { Finding } from "./finding.ts";
import { interceptorsOf, type ListenerFacts, nameOfTrigger } from "./listener-facts.ts";

/** CEL expressions that no event can pass: those that do not parse, or whose names and types do not fit. */
export function checkExpressions(facts: ListenerFacts): readonly Finding[] {
  return facts.triggers.flatMap((trigger) =>
    interceptorsOf(trigger, facts.selection).flatMap((use) =>
      use.kind === "ref" && use.name === "cel"
        ? expressionsOf(use.params).flatMap(({ what, source }): Finding[] => {
            const compiled = compile(source);
            if (compiled.ok) return [];
            return [
              {
                level: "error",
                check: "expressions",
                message: `trigger ${nameOfTrigger(trigger)}: ${what} is no valid CEL: ${firstProblem(compiled.error)}`,
                hint: source.replaceAll(/\s+/g, " "),
                at: { trigger: trigger.identity.path, object: { kind: "ClusterInterceptor", name: "cel" } },
              },
            ];
          })
        : [],
    ),
  );
}

/** The expressions of a use of the cel interceptor, each with what it is. */
export function expressionsOf(params: JsonValue): readonly { readonly what: string; readonly source: string }[] {
  const filter = member(params, "filter");
  const overlays = member(params, "overlays");
  return [
    ...(typeof filter === "string" && filter !== "" ? [{ what: "its filter", source: filter }] : []),
    ...(isJsonArray(overlays) ? overlays : []).flatMap((overlay) => {
      const [key, expression] = [member(overlay, "key"), member(overlay, "expression")];
      return typeof expression === "string" ? [{ what: `its overlay ${String(key)}`, source: expression }] : [];
    }),
  ];
}

/** Of what a compiler says the first problem, without the source that it repeats. */
function firstProblem(error: string): string {
  const [, line, column, what] = /ERROR: <input>:(-?\d+):(\d+): (.*)/.exec(error) ?? [];
  if (what === undefined) return error.replace(/^expression ".*" failed to create a Program: /s, "");
  return Number(line) < 1 ? what : `line ${line}, column ${column}: ${what}`;
}

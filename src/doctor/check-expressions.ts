import { expressionProblem, expressionsOf } from "../interceptors/cel/expression-problems.ts";
import type { Finding } from "./finding.ts";
import { interceptorsOf, type ListenerFacts, nameOfTrigger } from "./listener-facts.ts";

/** CEL expressions that no event can pass: those that do not parse, or whose names and types do not fit. */
export function checkExpressions(facts: ListenerFacts): readonly Finding[] {
  return facts.triggers.flatMap((trigger) =>
    interceptorsOf(trigger, facts.selection).flatMap((use) =>
      use.kind === "ref" && use.name === "cel"
        ? expressionsOf(use.params).flatMap(({ what, source }): Finding[] => {
            const problem = expressionProblem(source);
            if (problem === undefined) return [];
            return [
              {
                level: "error",
                check: "expressions",
                message: `trigger ${nameOfTrigger(trigger)}: ${what} is no valid CEL: ${problem}`,
                hint: source.replaceAll(/\s+/g, " "),
                at: { trigger: trigger.identity.path, object: { kind: "ClusterInterceptor", name: "cel" } },
              },
            ];
          })
        : [],
    ),
  );
}

import { unknownParams } from "../interceptors/unknown-params.ts";
import type { Finding } from "./finding.ts";
import { interceptorsOf, type ListenerFacts, nameOfTrigger } from "./listener-facts.ts";

/** Params of interceptors that they do not know, and so go on without: a misspelt filter lets every event pass. */
export function checkInterceptorParams(facts: ListenerFacts): readonly Finding[] {
  return facts.triggers.flatMap((trigger) =>
    interceptorsOf(trigger, facts.selection).flatMap((use) => {
      if (use.kind !== "ref" || use.refKind === "NamespacedInterceptor") return [];
      return unknownParams(use.name, use.params).map(
        ({ path, known }): Finding => ({
          level: "error",
          check: "params",
          message: `trigger ${nameOfTrigger(trigger)}: the ${use.name} interceptor knows no param ${path}, and goes on without it`,
          hint: `known there: ${known.join(", ")}`,
          at: { trigger: trigger.identity.path, object: { kind: "ClusterInterceptor", name: use.name } },
        }),
      );
    }),
  );
}

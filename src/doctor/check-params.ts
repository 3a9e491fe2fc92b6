import { resolveReferences } from "../triggers/bindings.ts";
import type { Finding } from "./finding.ts";
import { type ListenerFacts, nameOfTrigger } from "./listener-facts.ts";

/** Params of templates that nothing gives a value: `$(tt.params.x)` then stays in the objects as it is. */
export function checkParams({ triggers, resources }: ListenerFacts): readonly Finding[] {
  return triggers.flatMap((trigger) => {
    const { identity, spec } = trigger;
    const { namespace } = identity;
    const references = resolveReferences(
      { bindings: spec.bindings, ...(spec.template ? { template: spec.template } : {}) },
      {
        triggerBinding: (name) => resources.triggerBinding(namespace, name),
        clusterTriggerBinding: (name) => resources.clusterTriggerBinding(name),
        triggerTemplate: (name) => resources.triggerTemplate(namespace, name),
      },
    );
    // What is missing is told by another check.
    if (!references.ok) return [];
    const { params, template } = references.value;
    const given = params.map(({ name }) => name);
    const text = (template.spec.resourcetemplates ?? []).map((raw) => raw?.text ?? "").join("\n");
    return (template.spec.params ?? []).flatMap((param): Finding[] => {
      const { name = "", default: otherwise } = param ?? {};
      if (given.includes(name) || otherwise !== undefined || !text.includes(`$(tt.params.${name})`)) return [];
      const bound = given.length === 0 ? "its bindings give none" : `its bindings give ${given.join(", ")}`;
      return [
        {
          level: "warning",
          check: "params",
          message: `trigger ${nameOfTrigger(trigger)}: param ${name} of its template has neither a binding nor a default: $(tt.params.${name}) stays in its objects as it is`,
          hint: bound,
          at: { trigger: identity.path },
        },
      ];
    });
  });
}

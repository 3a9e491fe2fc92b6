import { isJsonArray, type JsonValue, member } from "../json/value.ts";
import { compileSubstitution } from "../jsonpath/substitution.ts";
import { resolveReferences } from "../triggers/bindings.ts";
import { misspeltParams } from "../triggers/misspelt-params.ts";
import type { Finding } from "./finding.ts";
import { type ListenerFacts, nameOfTrigger } from "./listener-facts.ts";

/**
 * Params of templates that nothing gives a value: `$(tt.params.x)` then stays in the objects as it is. So does what only
 * looks like an expression.
 */
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
    const who = `trigger ${nameOfTrigger(trigger)}`;
    const at = { trigger: identity.path };
    const warn = (message: string, hint: string): Finding => ({ level: "warning", check: "params", message, hint, at });
    const unclosed = params
      .filter(({ value }) => compileSubstitution(value).literals.some((literal) => literal.includes("$(")))
      .map(({ name, value }) =>
        warn(`${who}: the value of param ${name}, ${value}, stays as it is`, "its $( has no closing parenthesis"),
      );
    const foreign = (template.spec.resourcetemplates ?? [])
      .flatMap((raw) => foreignParams(raw?.json))
      .map((name) =>
        warn(
          `${who}: $(params.${name}) in the params of its template's run stays as it is`,
          `write $(tt.params.${name})`,
        ),
      );
    const misspelt = (template.spec.resourcetemplates ?? [])
      .flatMap((raw) => misspeltParams(raw?.json))
      .map((text) => warn(`${who}: ${text} in its template stays as it is`, "write $(tt.params.NAME)"));
    const given = params.map(({ name }) => name);
    const text = (template.spec.resourcetemplates ?? []).map((raw) => raw?.text ?? "").join("\n");
    const unset = (template.spec.params ?? []).flatMap((param): readonly Finding[] => {
      const { name = "", default: otherwise } = param ?? {};
      if (given.includes(name) || otherwise !== undefined || !text.includes(`$(tt.params.${name})`)) return [];
      return [
        warn(
          `${who}: param ${name} of its template has neither a binding nor a default: $(tt.params.${name}) stays in its objects as it is`,
          given.length === 0 ? "its bindings give none" : `its bindings give ${given.join(", ")}`,
        ),
      ];
    });
    return [...unset, ...unclosed, ...foreign, ...misspelt];
  });
}

/** Params that the values of a run's own params name as a Pipeline's would: nothing puts them in. */
function foreignParams(object: JsonValue | undefined): readonly string[] {
  const params = member(member(object, "spec"), "params");
  const names = (isJsonArray(params) ? params : []).flatMap((param) => {
    const value = member(param, "value");
    return [...(typeof value === "string" ? value : "").matchAll(/\$\(params\.([\w-]+)\)/g)].map(
      ([, name = ""]) => name,
    );
  });
  return [...new Set(names)];
}

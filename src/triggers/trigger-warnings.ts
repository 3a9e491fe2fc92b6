import { expressionProblem, expressionsOf } from "../interceptors/cel/expression-problems.ts";
import { unknownParams } from "../interceptors/unknown-params.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import { compileSubstitution } from "../jsonpath/substitution.ts";
import { misspeltParams } from "./misspelt-params.ts";

/** Something in an object of Tekton Triggers that is accepted, as Tekton accepts it, and yet cannot be meant. */
export interface TriggerWarning {
  readonly about: "param" | "expression" | "binding" | "template";
  /** The field, from the object's root: `spec.triggers[0].interceptors[0].params[0]`. */
  readonly path: string;
  readonly message: string;
}

/** The warnings about an EventListener, a Trigger, a binding or a TriggerTemplate as it is written. */
export function triggerWarnings(object: JsonValue): readonly TriggerWarning[] {
  const spec = member(object, "spec");
  const kind = member(object, "kind");
  if (kind === "TriggerBinding" || kind === "ClusterTriggerBinding") return bindingWarnings(spec, "spec", "params");
  if (kind === "TriggerTemplate") return templateWarnings(spec, "spec");
  const triggers = [
    { trigger: spec, path: "spec" },
    ...itemsOf(spec, "triggers").map(({ item, index }) => ({ trigger: item, path: `spec.triggers[${index}]` })),
  ];
  return [
    ...interceptorUsesIn(object).flatMap(useWarnings),
    ...triggers.flatMap(({ trigger, path }) => [
      ...bindingWarnings(trigger, path, "bindings"),
      ...templateWarnings(member(member(trigger, "template"), "spec"), `${path}.template.spec`),
    ]),
  ];
}

/** The uses of interceptors in an EventListener or a Trigger, each with its field's path. */
export function interceptorUsesIn(object: JsonValue): readonly { readonly path: string; readonly use: JsonObject }[] {
  const spec = member(object, "spec");
  const holders = [
    { holder: spec, path: "spec" },
    ...["triggers", "triggerGroups"].flatMap((field) =>
      itemsOf(spec, field).map(({ item, index }) => ({ holder: item, path: `spec.${field}[${index}]` })),
    ),
  ];
  return holders.flatMap(({ holder, path }) =>
    itemsOf(holder, "interceptors").flatMap(({ item, index }) =>
      isJsonObject(item) ? [{ path: `${path}.interceptors[${index}]`, use: item }] : [],
    ),
  );
}

function useWarnings({ path, use }: { readonly path: string; readonly use: JsonObject }): readonly TriggerWarning[] {
  const reference = member(use, "ref");
  const interceptor = member(reference, "name");
  if (typeof interceptor !== "string" || member(reference, "kind") === "NamespacedInterceptor") return [];
  return itemsOf(use, "params").flatMap(({ item, index }) => {
    const [name, value] = [member(item, "name"), member(item, "value")];
    if (typeof name !== "string" || value === undefined) return [];
    const params = { [name]: value };
    const at = `${path}.params[${index}]`;
    const unknown = unknownParams(interceptor, params).map((param) => ({
      about: "param" as const,
      path: at,
      message: `the ${interceptor} interceptor knows no param ${param.path}, and goes on without it; known there: ${param.known.join(", ")}`,
    }));
    const expressions = interceptor === "cel" ? expressionsOf(params) : [];
    const broken = expressions.flatMap((expression) => {
      const problem = expressionProblem(expression.source);
      if (problem === undefined) return [];
      const field = `${at}.value${expression.path.slice(name.length)}`;
      return [{ about: "expression" as const, path: field, message: `no event can pass: no valid CEL: ${problem}` }];
    });
    return [...unknown, ...broken];
  });
}

function bindingWarnings(holder: JsonValue | undefined, path: string, field: string): readonly TriggerWarning[] {
  return itemsOf(holder, field).flatMap(({ item, index }) => {
    const value = member(item, "value");
    if (typeof value !== "string") return [];
    const isUnclosed = compileSubstitution(value).literals.some((literal) => literal.includes("$("));
    const message = `${value} stays as it is: its $( has no closing parenthesis`;
    return isUnclosed ? [{ about: "binding" as const, path: `${path}.${field}[${index}].value`, message }] : [];
  });
}

function templateWarnings(spec: JsonValue | undefined, path: string): readonly TriggerWarning[] {
  return itemsOf(spec, "resourcetemplates").flatMap(({ item, index }) =>
    misspeltParams(item).map((text) => ({
      about: "template" as const,
      path: `${path}.resourcetemplates[${index}]`,
      message: `${text} stays as it is: params of a template are $(tt.params.NAME)`,
    })),
  );
}

function itemsOf(
  holder: JsonValue | undefined,
  field: string,
): readonly { readonly item: JsonValue; readonly index: number }[] {
  const list = member(holder, field);
  return (isJsonArray(list) ? list : []).map((item, index) => ({ item, index }));
}

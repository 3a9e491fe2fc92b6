import { child, type Fields, items, strings, text } from "../../api/core/fields.ts";
import type { K8sObject } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import type { AdmissionAttributes } from "../pipeline.ts";
import { ruleOf, type WebhookRule } from "../webhooks/webhook-configuration.ts";
import { matchWebhook, type RequestMatcher, ruleMatches } from "../webhooks/webhook-matching.ts";

/** A rule that may be about objects of some names only. */
interface NamedRule extends WebhookRule {
  readonly names: readonly string[];
}

/** Which requests a policy or a binding is about (`matchConstraints`, `matchResources`). */
export interface RequestConstraints extends RequestMatcher {
  readonly rules: readonly NamedRule[];
  readonly excluded: readonly NamedRule[];
}

/** An expression with a name. */
export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

export interface Validation {
  readonly expression: string;
  readonly message: string;
  readonly messageExpression: string;
  readonly reason: string;
}

/** What changes an object: a configuration to apply, or operations of a JSON patch. */
export interface Mutation {
  readonly kind: "ApplyConfiguration" | "JSONPatch";
  readonly expression: string;
}

/** A ValidatingAdmissionPolicy, which has validations, or a MutatingAdmissionPolicy, which has mutations. */
export interface AdmissionPolicy {
  readonly name: string;
  readonly failurePolicy: "Fail" | "Ignore";
  readonly constraints: RequestConstraints;
  readonly conditions: readonly NamedExpression[];
  readonly variables: readonly NamedExpression[];
  readonly validations: readonly Validation[];
  readonly mutations: readonly Mutation[];
  /** Whether it wants to see again what others changed after it. */
  readonly reinvoke: boolean;
  /** The kind of its params; undefined for a policy without. */
  readonly paramKind: { readonly apiVersion: string; readonly kind: string } | undefined;
}

/** What puts a policy to work: where, with which params, and what a violation leads to. */
export interface PolicyBinding {
  readonly name: string;
  readonly policy: string;
  /** Undefined: wherever the policy itself applies. */
  readonly constraints: RequestConstraints | undefined;
  readonly paramRef: Fields | undefined;
  readonly actions: readonly string[];
}

/** The policies of one sort that are in force with their bindings, by name. */
export class AdmissionPolicies {
  readonly #policies = new Map<string, AdmissionPolicy>();
  readonly #bindings = new Map<string, PolicyBinding>();

  get isEmpty(): boolean {
    return this.#policies.size === 0 || this.#bindings.size === 0;
  }

  putPolicy(object: K8sObject): void {
    const { name = "" } = object.metadata;
    const spec = child(object as unknown as JsonObject, "spec");
    const paramKind = child(spec, "paramKind");
    this.#policies.set(name, {
      name,
      failurePolicy: text(spec, "failurePolicy") === "Ignore" ? "Ignore" : "Fail",
      constraints: constraintsOf(child(spec, "matchConstraints")),
      conditions: named(spec, "matchConditions"),
      variables: named(spec, "variables"),
      validations: items(spec, "validations").map((validation) => ({
        expression: text(validation, "expression"),
        message: text(validation, "message"),
        messageExpression: text(validation, "messageExpression"),
        reason: text(validation, "reason"),
      })),
      mutations: items(spec, "mutations").map((mutation) =>
        text(mutation, "patchType") === "JSONPatch"
          ? { kind: "JSONPatch", expression: text(child(mutation, "jsonPatch"), "expression") }
          : { kind: "ApplyConfiguration", expression: text(child(mutation, "applyConfiguration"), "expression") },
      ),
      reinvoke: text(spec, "reinvocationPolicy") === "IfNeeded",
      paramKind: paramKind && { apiVersion: text(paramKind, "apiVersion"), kind: text(paramKind, "kind") },
    });
  }

  putBinding(object: K8sObject): void {
    const { name = "" } = object.metadata;
    const spec = child(object as unknown as JsonObject, "spec");
    const resources = child(spec, "matchResources");
    this.#bindings.set(name, {
      name,
      policy: text(spec, "policyName"),
      constraints: resources && constraintsOf(resources),
      paramRef: child(spec, "paramRef"),
      actions: strings(spec, "validationActions"),
    });
  }

  removePolicy(name: string): void {
    this.#policies.delete(name);
  }

  removeBinding(name: string): void {
    this.#bindings.delete(name);
  }

  /** Each policy that is bound, with each of its bindings. */
  *bound(): Iterable<{ readonly policy: AdmissionPolicy; readonly binding: PolicyBinding }> {
    const byName = [...this.#bindings.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const policy of [...this.#policies.values()].sort((a, b) => (a.name < b.name ? -1 : 1)))
      for (const binding of byName) if (binding.policy === policy.name) yield { policy, binding };
  }
}

function named(spec: JsonObject | undefined, field: string): readonly NamedExpression[] {
  return items(spec, field).map((entry) => ({ name: text(entry, "name"), expression: text(entry, "expression") }));
}

function constraintsOf(match: JsonObject | undefined): RequestConstraints {
  const rules = (field: string): readonly NamedRule[] =>
    items(match, field).map((rule) => ({ ...ruleOf(rule), names: strings(rule, "resourceNames") }));
  return {
    rules: rules("resourceRules"),
    excluded: rules("excludeResourceRules"),
    matchPolicy: text(match, "matchPolicy") === "Exact" ? "Exact" : "Equivalent",
    namespaceSelector: child(match, "namespaceSelector") ?? {},
    objectSelector: child(match, "objectSelector") ?? {},
  };
}

/** Whether the constraints take the request in. Those of a binding may leave the rules out: then all are taken. */
export function constraintsMatch(
  constraints: RequestConstraints,
  attributes: AdmissionAttributes,
  namespaceLabels: (namespace: string) => Readonly<Record<string, string>> | undefined,
): boolean {
  const concerns = (rule: NamedRule): boolean => rule.names.length === 0 || rule.names.includes(attributes.name);
  if (constraints.excluded.some((rule) => concerns(rule) && ruleMatches(rule, attributes, attributes.version)))
    return false;
  const rules = constraints.rules.length === 0 ? [everything] : constraints.rules.filter(concerns);
  return matchWebhook({ ...constraints, rules }, attributes, namespaceLabels) !== undefined;
}

const everything: WebhookRule = {
  operations: ["*"],
  apiGroups: ["*"],
  apiVersions: ["*"],
  resources: ["*/*", "*"],
  scope: "*",
};

import { child, text } from "../../api/core/fields.ts";
import { matchesLabelSelector } from "../../api/label-selector.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import type { ProgramCache } from "../../cel/program.ts";
import { CelFailure } from "../../cel/values.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ImmediateAuthorizer } from "../expressions/authorizer-value.ts";
import type { AdmissionAttributes } from "../pipeline.ts";
import { forbiddenObject } from "../status.ts";
import {
  type AdmissionPolicies,
  type AdmissionPolicy,
  constraintsMatch,
  type PolicyBinding,
} from "./admission-policy.ts";
import { PolicyScope } from "./policy-expressions.ts";

/** What evaluating policies needs from the server around it. */
export interface PolicyParts {
  readonly policies: AdmissionPolicies;
  readonly authorizer: ImmediateAuthorizer;
  namespace(name: string): K8sObject | undefined;
  /** All objects of a kind in a namespace, or of a kind without; undefined when there is no such kind. */
  params(
    kind: { readonly apiVersion: string; readonly kind: string },
    namespace: string | undefined,
  ): readonly K8sObject[] | undefined;
}

/** Codes of the reasons that a validation may give; any other is a 422. */
const codes: Readonly<Record<string, number>> = { Unauthorized: 401, Forbidden: 403, RequestEntityTooLarge: 413 };

/** Whether both the policy and what binds it take the request in. */
export function appliesTo(
  parts: PolicyParts,
  policy: AdmissionPolicy,
  { constraints }: PolicyBinding,
  attributes: AdmissionAttributes,
): boolean {
  const labels = (name: string) => parts.namespace(name)?.metadata.labels;
  if (!constraintsMatch(policy.constraints, attributes, labels)) return false;
  return constraints === undefined || constraintsMatch(constraints, attributes, labels);
}

/** What the policy's expressions see, once for each object that it has as its params. */
export function scopesOf(
  parts: PolicyParts,
  programs: ProgramCache,
  policy: AdmissionPolicy,
  binding: PolicyBinding,
  attributes: AdmissionAttributes,
): Result<readonly PolicyScope[], string> {
  const params = paramsOf(parts, policy, binding, attributes);
  if (!params.ok) return params;
  const namespace = attributes.namespace === undefined ? undefined : parts.namespace(attributes.namespace);
  return ok(
    params.value.map((one) => {
      const scope = new PolicyScope(programs, attributes, { params: one, namespace, authorizer: parts.authorizer });
      scope.define(policy.variables);
      return scope;
    }),
  );
}

/** `undefined` for a policy without params. */
function paramsOf(
  parts: PolicyParts,
  { paramKind }: AdmissionPolicy,
  { paramRef }: PolicyBinding,
  attributes: AdmissionAttributes,
): Result<readonly (K8sObject | undefined)[], string> {
  if (paramKind === undefined || paramRef === undefined) return ok([undefined]);
  const wanted = text(paramRef, "namespace") || attributes.namespace;
  const all = parts.params(paramKind, wanted);
  if (all === undefined)
    return err(
      `failed to configure policy: failed to find resource referenced by paramKind: '${paramKind.apiVersion}, Kind=${paramKind.kind}'`,
    );
  const name = text(paramRef, "name");
  const selector = child(paramRef, "selector");
  const found = all.filter(({ metadata }) =>
    name !== "" ? metadata.name === name : selector !== undefined && matchesLabelSelector(selector, metadata.labels),
  );
  if (found.length > 0) return ok(found);
  if (text(paramRef, "parameterNotFoundAction") === "Allow") return ok([]);
  return err("failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction");
}

/** Whether all match conditions hold; one that does not counts for more than one that fails. */
export function conditionsHold({ conditions }: AdmissionPolicy, scope: PolicyScope): Result<boolean, string> {
  let failure: string | undefined;
  for (const { name, expression } of conditions) {
    const outcome = scope.evaluate(expression);
    if (outcome === false) return ok(false);
    if (outcome instanceof CelFailure) failure ??= `match condition '${name}' resulted in error: ${outcome.message}`;
  }
  return failure === undefined ? ok(true) : err(failure);
}

/** A refusal of a policy is worded as others are; its reason and code are those that the policy gives. */
export function denied({ definition, name }: AdmissionAttributes, message: string, reason: string): Status {
  const status = forbiddenObject({ group: definition.group, resource: definition.resource }, name, message);
  return {
    ...status,
    reason: reason === "" ? "Invalid" : reason,
    code: codes[reason] ?? 422,
    details: { ...status.details, causes: [{ message }] },
  };
}

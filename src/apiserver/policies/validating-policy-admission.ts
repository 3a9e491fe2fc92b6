import { child, text } from "../../api/core/fields.ts";
import { matchesLabelSelector } from "../../api/label-selector.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { CelFailure } from "../../cel/values.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../pipeline.ts";
import { forbiddenObject } from "../status.ts";
import { mayBeReviewed } from "../webhooks/webhook-matching.ts";
import {
  constraintsMatch,
  type PolicyBinding,
  type ValidatingPolicies,
  type ValidatingPolicy,
  type Validation,
} from "./admission-policy.ts";
import { PolicyScope } from "./policy-expressions.ts";

/** What evaluating policies needs from the server around it. */
export interface PolicyParts {
  readonly policies: ValidatingPolicies;
  namespace(name: string): K8sObject | undefined;
  /** All objects of a kind in a namespace, or of a kind without; undefined when there is no such kind. */
  params(
    kind: { readonly apiVersion: string; readonly kind: string },
    namespace: string | undefined,
  ): readonly K8sObject[] | undefined;
}

/** Why a request violates a policy. */
interface Violation {
  readonly message: string;
  readonly reason: string;
}

/** Codes of the reasons that a validation may give; any other is a 422. */
const codes: Readonly<Record<string, number>> = { Unauthorized: 401, Forbidden: 403, RequestEntityTooLarge: 413 };
/** A longer text is no message. */
const maxMessageLength = 5 * 1024;

/** Evaluates ValidatingAdmissionPolicies for what their bindings put them to work on. */
export class ValidatingPolicyAdmission implements AdmissionPlugin {
  readonly #parts: PolicyParts;

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return !this.#parts.policies.isEmpty && mayBeReviewed(attributes);
  }

  validate(attributes: AdmissionAttributes): Result<undefined, Status> {
    let denial: Status | undefined;
    for (const { policy, binding } of this.#parts.policies.bound()) {
      if (!this.#applies(policy, binding, attributes)) continue;
      for (const violation of this.#violations(policy, binding, attributes)) {
        const about = `ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}'`;
        if (binding.actions.includes("Warn")) attributes.warn(`Validation failed for ${about}: ${violation.message}`);
        if (binding.actions.includes("Deny"))
          denial ??= denied(attributes, `${about} denied request: ${violation.message}`, violation.reason);
      }
    }
    return denial === undefined ? ok(undefined) : err(denial);
  }

  #applies(policy: ValidatingPolicy, { constraints }: PolicyBinding, attributes: AdmissionAttributes): boolean {
    const labels = (name: string) => this.#parts.namespace(name)?.metadata.labels;
    if (!constraintsMatch(policy.constraints, attributes, labels)) return false;
    return constraints === undefined || constraintsMatch(constraints, attributes, labels);
  }

  *#violations(policy: ValidatingPolicy, binding: PolicyBinding, attributes: AdmissionAttributes): Iterable<Violation> {
    const params = this.#paramsOf(policy, binding, attributes);
    if (!params.ok) {
      if (policy.failurePolicy === "Fail") yield { message: params.error, reason: "" };
      return;
    }
    const { namespace } = attributes;
    for (const one of params.value) {
      const scope = new PolicyScope(
        attributes,
        one,
        namespace === undefined ? undefined : this.#parts.namespace(namespace),
      );
      scope.define(policy.variables);
      const holds = conditionsHold(policy, scope);
      if (!holds.ok && policy.failurePolicy === "Fail") yield { message: holds.error, reason: "" };
      if (!holds.ok || !holds.value) continue;
      for (const validation of policy.validations) {
        const violation = violationOf(validation, scope, policy.failurePolicy);
        if (violation !== undefined) yield violation;
      }
    }
  }

  /** The objects that a policy is evaluated with, one after the other; `undefined` for a policy without params. */
  #paramsOf(
    { paramKind }: ValidatingPolicy,
    { paramRef }: PolicyBinding,
    attributes: AdmissionAttributes,
  ): Result<readonly (K8sObject | undefined)[], string> {
    if (paramKind === undefined || paramRef === undefined) return ok([undefined]);
    const wanted = text(paramRef, "namespace") || attributes.namespace;
    const all = this.#parts.params(paramKind, wanted);
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
}

function conditionsHold({ conditions }: ValidatingPolicy, scope: PolicyScope): Result<boolean, string> {
  let failure: string | undefined;
  for (const { name, expression } of conditions) {
    const outcome = scope.evaluate(expression);
    if (outcome === false) return ok(false);
    if (outcome instanceof CelFailure) failure ??= `match condition '${name}' resulted in error: ${outcome.message}`;
  }
  return failure === undefined ? ok(true) : err(failure);
}

function violationOf(
  { expression, message, messageExpression, reason }: Validation,
  scope: PolicyScope,
  failurePolicy: "Fail" | "Ignore",
): Violation | undefined {
  const outcome = scope.evaluate(expression);
  if (outcome === true) return undefined;
  if (outcome instanceof CelFailure) {
    if (failurePolicy === "Ignore") return undefined;
    return { message: `expression '${expression}' resulted in error: ${outcome.message}`, reason: "" };
  }
  const made = messageExpression === "" ? undefined : scope.evaluate(messageExpression);
  const isMessage = typeof made === "string" && made.trim() !== "" && !made.includes("\n");
  if (isMessage && made.length <= maxMessageLength) return { message: made, reason };
  return { message: message.trim() || `failed expression: ${expression.trim()}`, reason };
}

/** A refusal of a policy is worded as any other; its reason and code are those that the validation gives. */
function denied({ definition, name }: AdmissionAttributes, message: string, reason: string): Status {
  const status = forbiddenObject({ group: definition.group, resource: definition.resource }, name, message);
  return {
    ...status,
    reason: reason === "" ? "Invalid" : reason,
    code: codes[reason] ?? 422,
    details: { ...status.details, causes: [{ message }] },
  };
}

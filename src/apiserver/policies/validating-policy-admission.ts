import type { Status } from "../../api/object.ts";
import { CelFailure } from "../../cel/values.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../pipeline.ts";
import { mayBeReviewed } from "../webhooks/webhook-matching.ts";
import type { AdmissionPolicy, PolicyBinding, Validation } from "./admission-policy.ts";
import { appliesTo, conditionsHold, denied, type PolicyParts, scopesOf } from "./policy-application.ts";
import { type PolicyScope, validatingPrograms } from "./policy-expressions.ts";

/** Why a request violates a policy. */
interface Violation {
  readonly message: string;
  readonly reason: string;
}

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
      if (!appliesTo(this.#parts, policy, binding, attributes)) continue;
      for (const violation of this.#violations(policy, binding, attributes)) {
        const about = `ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}'`;
        if (binding.actions.includes("Warn")) attributes.warn(`Validation failed for ${about}: ${violation.message}`);
        if (binding.actions.includes("Deny"))
          denial ??= denied(attributes, `${about} denied request: ${violation.message}`, violation.reason);
      }
    }
    return denial === undefined ? ok(undefined) : err(denial);
  }

  *#violations(policy: AdmissionPolicy, binding: PolicyBinding, attributes: AdmissionAttributes): Iterable<Violation> {
    const scopes = scopesOf(this.#parts, validatingPrograms, policy, binding, attributes);
    if (!scopes.ok) {
      if (policy.failurePolicy === "Fail") yield { message: scopes.error, reason: "" };
      return;
    }
    for (const scope of scopes.value) {
      const holds = conditionsHold(policy, scope);
      if (!holds.ok && policy.failurePolicy === "Fail") yield { message: holds.error, reason: "" };
      if (!holds.ok || !holds.value) continue;
      for (const validation of policy.validations) {
        const violation = violationOf(validation, scope, policy.failurePolicy);
        if (violation !== undefined) yield violation;
      }
    }
  }
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

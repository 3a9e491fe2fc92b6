import { isDeepStrictEqual } from "node:util";
import type { K8sObject, Status } from "../../api/object.ts";
import { toJson } from "../../cel/to-json.ts";
import { CelFailure } from "../../cel/values.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../pipeline.ts";
import { apiVersionOf } from "../resource-definition.ts";
import { mergeApplied } from "../ssa/merge.ts";
import { objectShape } from "../ssa/object-shape.ts";
import { atomicPaths, typedProblems } from "../ssa/typed-problems.ts";
import { mayBeReviewed } from "../webhooks/webhook-matching.ts";
import type { AdmissionPolicy, Mutation, PolicyBinding } from "./admission-policy.ts";
import { appliesTo, conditionsHold, denied, type PolicyParts, scopesOf } from "./policy-application.ts";
import { mutatingPrograms, type PolicyScope } from "./policy-expressions.ts";

/** What mutating policies need beside what all policies do. */
export interface MutatingPolicyParts extends PolicyParts {
  /** Reads a changed object as a request's body is read: unknown fields dropped, defaults filled in. */
  decode(attributes: AdmissionAttributes, object: JsonObject, version: string): Result<K8sObject, Status>;
}

/**
 * Changes objects as MutatingAdmissionPolicies say, for what their bindings put them to work on: one after the other,
 * and once more those that want it (reinvocationPolicy IfNeeded) when a later one changed the object after them.
 */
export class MutatingPolicyAdmission implements AdmissionPlugin {
  readonly #parts: MutatingPolicyParts;

  constructor(parts: MutatingPolicyParts) {
    this.#parts = parts;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return !this.#parts.policies.isEmpty && attributes.object !== undefined && mayBeReviewed(attributes);
  }

  admit(asked: AdmissionAttributes): Result<K8sObject | undefined, Status> {
    let object = asked.object;
    const run = (policy: AdmissionPolicy, binding: PolicyBinding): Result<undefined, Status> => {
      const attributes = object === undefined ? asked : { ...asked, object };
      const changed = this.#mutate(policy, binding, attributes);
      if (changed.ok) {
        object = changed.value;
        return ok(undefined);
      }
      if (policy.failurePolicy === "Ignore") return ok(undefined);
      const about = `policy '${policy.name}' with binding '${binding.name}'`;
      return err(denied(asked, `${about} denied request: ${changed.error}`, ""));
    };
    const again: { readonly policy: AdmissionPolicy; readonly binding: PolicyBinding; readonly seen: unknown }[] = [];
    for (const { policy, binding } of this.#parts.policies.bound()) {
      const done = run(policy, binding);
      if (!done.ok) return done;
      if (policy.reinvoke) again.push({ policy, binding, seen: object });
    }
    const settled = object;
    for (const { policy, binding, seen } of again) {
      if (isDeepStrictEqual(seen, settled) && isDeepStrictEqual(seen, object)) continue;
      const done = run(policy, binding);
      if (!done.ok) return done;
    }
    return ok(object === asked.object ? undefined : object);
  }

  /** The object after all mutations of the policy. */
  #mutate(
    policy: AdmissionPolicy,
    binding: PolicyBinding,
    asked: AdmissionAttributes,
  ): Result<K8sObject | undefined, string> {
    if (!appliesTo(this.#parts, policy, binding, asked)) return ok(asked.object);
    let attributes = asked;
    // How many params there are does not depend on what the mutations do, what is seen of the object does.
    const count = scopesOf(this.#parts, mutatingPrograms, policy, binding, asked);
    if (!count.ok) return count;
    for (const index of count.value.keys()) {
      for (const [at, mutation] of policy.mutations.entries()) {
        const scopes = scopesOf(this.#parts, mutatingPrograms, policy, binding, attributes);
        const scope = scopes.ok ? scopes.value[index] : undefined;
        if (scope === undefined) break;
        if (at === 0) {
          const holds = conditionsHold(policy, scope);
          if (!holds.ok) return holds;
          if (!holds.value) break;
        }
        const changed = mutated(mutation, scope, attributes);
        if (!changed.ok) return changed;
        const decoded = this.#parts.decode(attributes, changed.value, attributes.version);
        if (!decoded.ok) return err(decoded.error.message ?? "the changed object cannot be read");
        attributes = { ...attributes, object: decoded.value };
      }
    }
    return ok(attributes.object);
  }
}

function mutated(
  { kind, expression }: Mutation,
  scope: PolicyScope,
  attributes: AdmissionAttributes,
): Result<JsonObject, string> {
  const object = attributes.object as unknown as JsonObject;
  const outcome = scope.evaluate(expression);
  if (outcome instanceof CelFailure) return err(`expression '${expression}' resulted in error: ${outcome.message}`);
  const value = toJson(outcome);
  if (!value.ok) return value;
  const changed = kind === "JSONPatch" ? patched(object, value.value) : applied(object, value.value, attributes);
  if (!changed.ok) return changed;
  return isJsonObject(changed.value) && isJsonObject(changed.value["metadata"])
    ? ok(changed.value)
    : err("the changed object is no Kubernetes object");
}

function patched(object: JsonObject, operations: JsonValue): Result<JsonValue, string> {
  if (!isJsonArray(operations) || !operations.every(isJsonObject))
    return err("type mismatch: JSONPatchType.expression should evaluate to array");
  const done = applyJsonPatch(object, operations);
  return done.ok ? done : err(`JSON Patch: ${done.error}`);
}

function applied(object: JsonObject, value: JsonValue, attributes: AdmissionAttributes): Result<JsonValue, string> {
  const { definition, version } = attributes;
  if (!isJsonObject(value)) return err("type mismatch: applyConfiguration.expression should evaluate to Object");
  const configuration = { ...value, apiVersion: apiVersionOf(definition.group, version), kind: definition.kind };
  const shape = objectShape(definition, version);
  const problems = typedProblems(shape, configuration);
  if (problems.length > 0) return err(`invalid ApplyConfiguration: ${problems.join(", ")}`);
  const atomic = atomicPaths(shape, configuration);
  if (atomic.length > 0)
    return err(`invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomic.join(", ")}`);
  return ok(mergeApplied(shape, object, configuration));
}

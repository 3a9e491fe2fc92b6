import { isDeepStrictEqual } from "node:util";
import type { K8sObject, Status } from "../../api/object.ts";
import { quoteGo } from "../../json/go-print.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../pipeline.ts";
import { failure } from "../status.ts";
import { forbidden } from "./forbidden.ts";
import { goStringList } from "./go-string-list.ts";
import { type PolicyRule, rulesOf } from "./policy-rule.ts";
import { privilegedGroup, type RbacAuthorizer } from "./rbac-authorizer.ts";
import { missingRole, type RbacPolicy, roleRefOf } from "./rbac-policy.ts";
import { describeRights, rightsNotCovered } from "./rule-cover.ts";

const rbacGroup = "rbac.authorization.k8s.io";

/** What one must hold to write an aggregation rule, which can gather any right. */
const everything: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"], resourceNames: [], nonResourceURLs: [] },
  { verbs: ["*"], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ["*"] },
];

/**
 * Nobody grants what they do not hold: writing a role needs its rights or the verb `escalate`, writing a binding the
 * rights of its role or the verb `bind` (spec: kube-api, section 8).
 */
export class EscalationCheck implements AdmissionPlugin {
  readonly #authorizer: RbacAuthorizer;
  readonly #policy: RbacPolicy;

  constructor(authorizer: RbacAuthorizer, policy: RbacPolicy) {
    this.#authorizer = authorizer;
    this.#policy = policy;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return (
      attributes.definition.group === rbacGroup &&
      (attributes.operation === "CREATE" || attributes.operation === "UPDATE") &&
      !attributes.user.groups.includes(privilegedGroup)
    );
  }

  admit(attributes: AdmissionAttributes): Result<K8sObject | undefined, Status> {
    const { object, definition } = attributes;
    if (object === undefined) return ok(undefined);
    const refused =
      definition.resource === "roles" || definition.resource === "clusterroles"
        ? this.#checkRole(attributes, object)
        : this.#checkBinding(attributes, object);
    return refused === undefined ? ok(undefined) : err(refused);
  }

  #checkRole(attributes: AdmissionAttributes, role: K8sObject): Status | undefined {
    const resource = attributes.definition.resource;
    // A create names no object in its path, so `escalate` limited to names never covers it.
    const name = attributes.operation === "CREATE" ? undefined : attributes.name;
    if (this.#may(attributes, "escalate", resource, name)) return undefined;
    const rules = rulesOf(role["rules"]);
    const old = attributes.oldObject;
    const aggregates = role["aggregationRule"] !== undefined && role["aggregationRule"] !== null;
    if (
      old !== undefined &&
      isDeepStrictEqual(rulesOf(old["rules"]), rules) &&
      isDeepStrictEqual(old["aggregationRule"], role["aggregationRule"])
    )
      return undefined;
    const about = { group: rbacGroup, resource };
    const escalation = this.#escalation(attributes, rules);
    if (escalation !== undefined) return forbidden(about, role.metadata.name, escalation);
    if (aggregates && this.#escalation(attributes, everything) !== undefined)
      return forbidden(about, role.metadata.name, "must have cluster-admin privileges to use the aggregationRule");
    return undefined;
  }

  #checkBinding(attributes: AdmissionAttributes, binding: K8sObject): Status | undefined {
    const old = attributes.oldObject;
    if (
      old !== undefined &&
      isDeepStrictEqual(old["roleRef"], binding["roleRef"]) &&
      isDeepStrictEqual(old["subjects"], binding["subjects"])
    )
      return undefined;
    const roleRef = roleRefOf(binding);
    const roles = roleRef.kind === "Role" ? "roles" : "clusterroles";
    if (this.#may(attributes, "bind", roles, roleRef.name)) return undefined;
    const rules = this.#policy.rulesOfRole(roleRef, attributes.namespace);
    if (rules === undefined) {
      const details = { name: roleRef.name, group: rbacGroup, kind: roles.slice(0, -1) };
      return failure(404, "NotFound", missingRole(roleRef), details);
    }
    const escalation = this.#escalation(attributes, rules);
    if (escalation === undefined) return undefined;
    return forbidden({ group: rbacGroup, resource: attributes.definition.resource }, binding.metadata.name, escalation);
  }

  #may(attributes: AdmissionAttributes, verb: string, resource: string, name: string | undefined): boolean {
    const { user, namespace } = attributes;
    return this.#authorizer.authorize({
      user,
      verb,
      path: "",
      resource: {
        group: rbacGroup,
        version: "*",
        resource,
        ...(namespace === undefined ? {} : { namespace }),
        ...(name === undefined ? {} : { name }),
      },
    }).allowed;
  }

  /** What is missing for granting these rules, as the refusal says it; undefined when nothing is. */
  #escalation({ user, namespace }: AdmissionAttributes, wanted: readonly PolicyRule[]): string | undefined {
    const held = this.#authorizer.rulesFor(user, namespace);
    const lacking = rightsNotCovered(held.rules, wanted);
    if (lacking.length === 0) return undefined;
    const unresolved = held.missing.length === 0 ? "" : `; resolution errors: [${held.missing.join(" ")}]`;
    return (
      `user ${quoteGo(user.username)} (groups=${goStringList(user.groups)}) is attempting to grant RBAC permissions ` +
      `not currently held:\n${describeRights(lacking)}${unresolved}`
    );
  }
}

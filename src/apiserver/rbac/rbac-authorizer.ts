import type { AuthorizationAttributes, Authorizer, Decision } from "../pipeline.ts";
import type { UserInfo } from "../user-info.ts";
import { type PolicyRule, ruleAllowsPath, ruleAllowsResource } from "./policy-rule.ts";
import type { RbacPolicy } from "./rbac-policy.ts";

/** Members of this group may do everything; no binding can take that away. */
export const privilegedGroup = "system:masters";

/** Decides by roles and bindings: the union of all that are bound to the user (spec: kube-api, section 8). */
export class RbacAuthorizer implements Authorizer {
  readonly #policy: RbacPolicy;

  constructor(policy: RbacPolicy) {
    this.#policy = policy;
  }

  authorize(attributes: AuthorizationAttributes): Decision {
    const { user, verb, path, resource } = attributes;
    if (user.groups.includes(privilegedGroup)) return { allowed: true };
    const allows =
      resource === undefined
        ? (rule: PolicyRule): boolean => ruleAllowsPath(rule, verb, path)
        : (rule: PolicyRule): boolean => ruleAllowsResource(rule, { verb, ...resource });
    let missing: string[] | undefined;
    for (const grant of this.#policy.grants(user, resource?.namespace)) {
      if (grant.missing !== undefined) {
        missing ??= [];
        missing.push(grant.missing);
      } else if (grant.rules.some(allows)) return { allowed: true, reason: `RBAC: allowed by ${grant.describe()}` };
    }
    if (missing === undefined) return { allowed: false };
    const reason = `RBAC: ${aggregate(missing)}`;
    return { allowed: false, reason, message: reason };
  }

  /** All rules that apply to the user in a namespace, and the roles that could not be found. */
  rulesFor(
    user: UserInfo,
    namespace: string | undefined,
  ): { readonly rules: readonly PolicyRule[]; readonly missing: readonly string[] } {
    const grants = [...this.#policy.grants(user, namespace)];
    return {
      rules: grants.flatMap((grant) => grant.rules),
      missing: grants.flatMap((grant) => grant.missing ?? []),
    };
  }
}

/** Several problems as one text: each once, in brackets when there is more than one. */
export function aggregate(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? (distinct[0] ?? "") : `[${distinct.join(", ")}]`;
}

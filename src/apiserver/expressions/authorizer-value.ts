import { type AccessQuestion, authorizerVariables } from "../../api/core/cel/authorizer-functions.ts";
import type { CelValue } from "../../cel/values.ts";
import { serviceAccountGroups } from "../auth/service-account-tokens.ts";
import type { AdmissionAttributes, AuthorizationAttributes, Decision } from "../pipeline.ts";
import type { UserInfo } from "../user-info.ts";

/** An authorizer that decides at once. */
export interface ImmediateAuthorizer {
  authorize(attributes: AuthorizationAttributes): Decision;
}

/** What expressions about a request see as `authorizer` and `authorizer.requestResource`. */
export function authorizerValues(
  authorizer: ImmediateAuthorizer,
  { user, definition, subresource, namespace, name }: AdmissionAttributes,
): Readonly<Record<string, CelValue>> {
  const requested: AccessQuestion = {
    group: definition.group,
    resource: definition.resource,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
    ...(name !== "" && { name }),
  };
  return authorizerVariables((verb, { serviceAccount, path, ...resource }) => {
    const decision = authorizer.authorize({
      user: serviceAccount ? accountUser(serviceAccount) : user,
      verb,
      path: path ?? "",
      ...(path === undefined && { resource: { group: "", version: "*", resource: "", ...resource } }),
    });
    return { allowed: decision.allowed, reason: decision.reason ?? "" };
  }, requested);
}

function accountUser({ namespace, name }: { readonly namespace: string; readonly name: string }): UserInfo {
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    groups: [...serviceAccountGroups(namespace), "system:authenticated"],
  };
}

import type { Status } from "../../api/object.ts";
import { quoteGo } from "../../json/go-print.ts";
import type { AuthorizationAttributes } from "../pipeline.ts";
import { failure } from "../status.ts";

/**
 * The 403 of a request that authorization refused: `pods "p" is forbidden: User "u" cannot get resource "pods" …`.
 * `why` is what the authorizer adds after a colon (spec: kube-api, section 8).
 */
export function forbiddenByAuthorizer(attributes: AuthorizationAttributes, why?: string): Status {
  const { user, verb, path, resource } = attributes;
  const who = `User ${quoteGo(user.username)} cannot ${verb}`;
  const added = why === undefined || why === "" ? "" : `: ${why}`;
  if (resource === undefined) return forbidden(undefined, undefined, `${who} path ${quoteGo(path)}${added}`);
  const { group, subresource, namespace, name } = resource;
  const shown =
    subresource === undefined || subresource === "" ? resource.resource : `${resource.resource}/${subresource}`;
  const scope =
    namespace === undefined || namespace === "" ? "at the cluster scope" : `in the namespace ${quoteGo(namespace)}`;
  const text = `${who} resource ${quoteGo(shown)} in API group ${quoteGo(group)} ${scope}${added}`;
  return forbidden({ group, resource: resource.resource }, name, text);
}

/** A 403 Status about a resource, a named object of it, or nothing in particular. */
export function forbidden(
  about: { readonly group: string; readonly resource: string } | undefined,
  name: string | undefined,
  text: string,
): Status {
  const named = name !== undefined && name !== "";
  const resource = about === undefined ? "" : qualified(about);
  const subject = resource === "" ? "forbidden: " : `${resource}${named ? ` ${quoteGo(name)}` : ""} is forbidden: `;
  return failure(403, "Forbidden", subject + text, {
    ...(named ? { name } : {}),
    ...(about === undefined || about.group === "" ? {} : { group: about.group }),
    ...(about === undefined || about.resource === "" ? {} : { kind: about.resource }),
  });
}

function qualified(about: { readonly group: string; readonly resource: string }): string {
  return about.group === "" ? about.resource : `${about.resource}.${about.group}`;
}

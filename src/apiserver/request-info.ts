/** A path taken apart as Kubernetes does (spec: kube-api, section 1). */
export type RequestPath =
  | {
      readonly kind: "resource";
      readonly group: string;
      readonly version: string;
      readonly resource: string;
      readonly namespace?: string;
      readonly name?: string;
      readonly subresource?: string;
      /** What follows the sub-resource, without the leading slash. */
      readonly subpath?: string;
      /** The old `/watch/` prefix was there. */
      readonly watchPrefix: boolean;
    }
  | { readonly kind: "other" };

/** `/api/v1/…` or `/apis/G/V/…` that name a resource; anything else is `other`. */
export function parsePath(path: string): RequestPath {
  const raw = path.split("/").filter((segment) => segment !== "");
  const segments: string[] = [];
  for (const segment of raw) {
    try {
      segments.push(segment.includes("%") ? decodeURIComponent(segment) : segment);
    } catch {
      return { kind: "other" };
    }
  }
  let group: string;
  let rest: readonly string[];
  if (segments[0] === "api" && segments.length > 2) {
    group = "";
    rest = segments.slice(1);
  } else if (segments[0] === "apis" && segments.length > 3) {
    group = segments[1]!;
    rest = segments.slice(2);
  } else return { kind: "other" };
  const version = rest[0]!;
  rest = rest.slice(1);
  const watchPrefix = rest[0] === "watch" && rest.length > 1;
  if (watchPrefix) rest = rest.slice(1);

  let namespace: string | undefined;
  let parts = rest;
  if (rest[0] === "namespaces" && rest.length > 1) {
    namespace = rest[1]!;
    const below = rest.slice(2);
    // `namespaces/x` is the Namespace itself, `namespaces/x/status` its sub-resource, all else lies within it.
    if (below.length > 0 && !(below[0] === "status" || below[0] === "finalize")) parts = below;
  }
  const [resource, name, subresource, ...more] = parts as [string, ...string[]];
  return {
    kind: "resource",
    group,
    version,
    resource,
    watchPrefix,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
    ...(more.length > 0 && { subpath: more.join("/") }),
  };
}

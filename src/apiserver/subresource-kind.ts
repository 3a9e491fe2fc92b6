import { goTypes } from "../api/core/core-types.ts";
import type { ResourceDefinition, SubresourceDefinition } from "./resource-definition.ts";

/** A definition that decodes the body of a sub-resource of another kind (Scale, TokenRequest, Eviction, Binding). */
export function subresourceDefinition(
  definition: ResourceDefinition,
  sub: SubresourceDefinition,
  version: string,
): { readonly definition: ResourceDefinition; readonly version: string } | undefined {
  const subVersion = sub.version ?? version;
  try {
    return {
      version: subVersion,
      definition: {
        ...definition,
        custom: false,
        group: sub.group ?? definition.group,
        kind: sub.kind,
        versions: [{ version: subVersion, subresources: [], type: goTypes.struct(sub.kind) }],
      },
    };
  } catch {
    // Options of connections (exec, proxy) have no body.
    return undefined;
  }
}

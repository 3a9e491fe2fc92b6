import { plainStrategy } from "../../api/core/kind-strategy.ts";
import type { ResourceDefinition, ResourceVersionDefinition, VersionConverter } from "../resource-definition.ts";
import type { CustomRules } from "./custom-rules.ts";

/** What makes a custom kind. */
export interface CustomKind {
  readonly group: string;
  readonly names: {
    readonly plural: string;
    readonly singular: string;
    readonly kind: string;
    readonly listKind: string;
    readonly shortNames: readonly string[];
    readonly categories: readonly string[];
  };
  readonly namespaced: boolean;
  readonly storageVersion: string;
  readonly versions: readonly ResourceVersionDefinition[];
  readonly convert?: VersionConverter;
  readonly rules?: CustomRules;
  readonly watchableFrom?: number;
}

/** The definition by which a custom kind is served. */
export function customDefinition(kind: CustomKind): ResourceDefinition {
  return {
    group: kind.group,
    resource: kind.names.plural,
    singular: kind.names.singular,
    kind: kind.names.kind,
    listKind: kind.names.listKind,
    namespaced: kind.namespaced,
    shortNames: kind.names.shortNames,
    categories: kind.names.categories,
    versions: kind.versions,
    storageVersion: kind.storageVersion,
    verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
    custom: true,
    collection: `${kind.group}/${kind.names.plural}`,
    strategy: plainStrategy,
    // Older revisions belong to a time before the kind was served.
    watchableFrom: kind.watchableFrom ?? 10,
    ...(kind.convert && { convert: kind.convert }),
    ...(kind.rules && { rules: kind.rules }),
  };
}

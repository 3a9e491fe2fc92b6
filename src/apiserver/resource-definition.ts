import type { GoStruct } from "../api/core/go-type.ts";
import type { KindStrategy } from "../api/core/kind-strategy.ts";
import type { K8sObject, Status } from "../api/object.ts";
import type { JsonObject } from "../json/value.ts";
import type { Result } from "../result.ts";
import type { CustomRules } from "./crd/custom-rules.ts";

/** What the server knows about one resource: a built-in kind or one version set of a CustomResourceDefinition. */
export interface ResourceDefinition {
  readonly group: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Served versions, preferred first. */
  readonly versions: readonly ResourceVersionDefinition[];
  /** The version in which objects are stored. */
  readonly storageVersion: string;
  readonly verbs: readonly string[];
  /** Custom resources follow other rules in many places (spec: kube-api, sections 3 and 10). */
  readonly custom: boolean;
  /** Where the store keeps the objects; shared by core and events.k8s.io events. */
  readonly collection: string;
  readonly strategy: KindStrategy;
  /** Other versions by function; without it only `apiVersion` differs. */
  readonly convert?: VersionConverter;
  /** Pruning, defaulting and validation of a custom kind. */
  readonly rules?: CustomRules;
  /** Watches from before this revision are too old. */
  readonly watchableFrom?: number;
}

/** Brings objects into another version; they may be of several versions. */
export type VersionConverter = (
  objects: readonly K8sObject[],
  version: string,
) => Promise<Result<readonly K8sObject[], Status>>;

/** One served version. */
export interface ResourceVersionDefinition {
  readonly version: string;
  readonly subresources: readonly SubresourceDefinition[];
  /** The Go-like type of a built-in kind. */
  readonly type?: GoStruct;
  /** The structural schema of a custom kind. */
  readonly schema?: JsonObject;
  readonly columns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly string[];
  /** JSONPaths of a custom kind's scale sub-resource. */
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly labelSelectorPath?: string;
  };
  readonly deprecationWarning?: string;
}

/** `additionalPrinterColumns` of a CustomResourceDefinition. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

export interface SubresourceDefinition {
  /** `status`, `scale`, `log` … */
  readonly name: string;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

/** `group/version`, or the version alone for the core group. */
export function apiVersionOf(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The definition of that version, or undefined when it is not served. */
export function servedVersion(definition: ResourceDefinition, version: string): ResourceVersionDefinition | undefined {
  return definition.versions.find((candidate) => candidate.version === version);
}

/** The kind as a 422 names it: events of either group are core events there. */
export function kindOf({ group, kind, collection }: ResourceDefinition): {
  readonly group: string;
  readonly kind: string;
} {
  return { group: collection === "/events" ? "" : group, kind };
}

/** The store's key of an object. */
export function objectKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}

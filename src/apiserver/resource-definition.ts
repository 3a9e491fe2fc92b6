import type { GoStruct } from "../api/core/go-type.ts";
import type { JsonObject } from "../json/value.ts";

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
  /** For custom resources: the CRD's `metadata.name`, or undefined for our own built-in CRDs. */
  readonly crdName?: string;
}

/** One served version. */
export interface ResourceVersionDefinition {
  readonly version: string;
  readonly subresources: readonly SubresourceDefinition[];
  /** The Go-like type of a built-in kind. */
  readonly type?: GoStruct;
  /** The structural schema of a custom kind. */
  readonly schema?: JsonObject;
  readonly deprecationWarning?: string;
}

export interface SubresourceDefinition {
  /** `status`, `scale`, `log` … */
  readonly name: string;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

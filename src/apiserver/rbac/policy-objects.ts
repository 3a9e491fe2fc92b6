import type { K8sObject } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";

const apiVersion = "rbac.authorization.k8s.io/v1";
const apiGroup = "rbac.authorization.k8s.io";

export const readVerbs = ["get", "list", "watch"];
export const writeVerbs = ["create", "delete", "deletecollection", "patch", "update"];

interface Metadata {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A rule over resources of one API group. */
export function rule(
  apiGroup: string,
  resources: readonly string[],
  verbs: readonly string[],
  names?: readonly string[],
): JsonObject {
  return { apiGroups: [apiGroup], resources, verbs, ...(names === undefined ? {} : { resourceNames: names }) };
}

/** A rule over paths, for reading. */
export function pathRule(...nonResourceURLs: readonly string[]): JsonObject {
  return { nonResourceURLs, verbs: ["get"] };
}

export function clusterRole(name: string, rules: readonly JsonObject[], metadata: Metadata = {}): K8sObject {
  return { apiVersion, kind: "ClusterRole", metadata: { name, ...metadata }, rules };
}

/** A ClusterRole whose rules the aggregation controller gathers from those with the label. */
export function aggregatedClusterRole(name: string, label: string, metadata: Metadata = {}): K8sObject {
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { [label]: "true" } }] };
  return { apiVersion, kind: "ClusterRole", metadata: { name, ...metadata }, aggregationRule, rules: null };
}

export function role(
  namespace: string,
  name: string,
  rules: readonly JsonObject[],
  metadata: Metadata = {},
): K8sObject {
  return { apiVersion, kind: "Role", metadata: { name, namespace, ...metadata }, rules };
}

export function groupSubject(name: string): JsonObject {
  return { apiGroup, kind: "Group", name };
}

export function accountSubject(namespace: string, name: string): JsonObject {
  return { kind: "ServiceAccount", name, namespace };
}

export function clusterRoleBinding(
  name: string,
  roleName: string,
  subjects: readonly JsonObject[],
  metadata: Metadata = {},
): K8sObject {
  const roleRef = { apiGroup, kind: "ClusterRole", name: roleName };
  return { apiVersion, kind: "ClusterRoleBinding", metadata: { name, ...metadata }, roleRef, subjects };
}

export function roleBinding(
  name: string,
  to: { readonly kind: "Role" | "ClusterRole"; readonly name: string; readonly namespace: string },
  subjects: readonly JsonObject[],
  metadata: Metadata = {},
): K8sObject {
  const roleRef = { apiGroup, kind: to.kind, name: to.name };
  return {
    apiVersion,
    kind: "RoleBinding",
    metadata: { name, namespace: to.namespace, ...metadata },
    roleRef,
    subjects,
  };
}

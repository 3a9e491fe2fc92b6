import { isJsonArray, isJsonObject, type JsonValue } from "../../json/value.ts";

/** One rule of a Role or ClusterRole (rbac.authorization.k8s.io/v1 PolicyRule), absent lists as empty ones. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** A resource request as the rules look at it. */
export interface ResourceAccess {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  /** Absent for create, list and the like: rules with resourceNames then never match. */
  readonly name?: string | undefined;
}

/** The rules of a role object, in their order; what is malformed is left out. */
export function rulesOf(rules: unknown): readonly PolicyRule[] {
  const list = rules as JsonValue | undefined;
  if (!isJsonArray(list)) return [];
  return list.filter(isJsonObject).map((rule) => ({
    verbs: strings(rule["verbs"]),
    apiGroups: strings(rule["apiGroups"]),
    resources: strings(rule["resources"]),
    resourceNames: strings(rule["resourceNames"]),
    nonResourceURLs: strings(rule["nonResourceURLs"]),
  }));
}

function strings(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Whether the rule grants this access to a resource (spec: kube-api, section 8). */
export function ruleAllowsResource(rule: PolicyRule, access: ResourceAccess): boolean {
  return (
    matches(rule.verbs, access.verb) &&
    matches(rule.apiGroups, access.group) &&
    resourceMatches(rule.resources, access.resource, access.subresource ?? "") &&
    (rule.resourceNames.length === 0 || (access.name !== undefined && rule.resourceNames.includes(access.name)))
  );
}

/** Whether the rule grants this verb on a path that is no resource; a pattern may end in `*`. */
export function ruleAllowsPath(rule: PolicyRule, verb: string, path: string): boolean {
  return matches(rule.verbs, verb) && rule.nonResourceURLs.some((pattern) => pathMatches(pattern, path));
}

function matches(granted: readonly string[], wanted: string): boolean {
  return granted.includes("*") || granted.includes(wanted);
}

function resourceMatches(granted: readonly string[], resource: string, subresource: string): boolean {
  if (granted.includes("*")) return true;
  if (subresource === "") return granted.includes(resource);
  return granted.includes(`${resource}/${subresource}`) || granted.includes(`*/${subresource}`);
}

function pathMatches(pattern: string, path: string): boolean {
  if (pattern === "*" || pattern === path) return true;
  return pattern.endsWith("*") && path.startsWith(pattern.replace(/\*+$/, ""));
}

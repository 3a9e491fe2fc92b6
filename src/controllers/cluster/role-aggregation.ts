import { isDeepStrictEqual } from "node:util";
import { matchesLabelSelector } from "../../api/label-selector.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../json/value.ts";
import type { KubeClient } from "../../kube/client.ts";
import { ok, type Result } from "../../result.ts";

export const clusterRoles = { group: "rbac.authorization.k8s.io", version: "v1", resource: "clusterroles" };
const fieldManager = "clusterrole-aggregation-controller";

/** Whether the role gathers its rules from others. */
export function isAggregated(role: K8sObject): boolean {
  return selectorsOf(role).length > 0;
}

/** Fills an aggregated ClusterRole with the rules of all that its selectors match (spec: kube-api, section 8). */
export async function aggregateRules(
  client: KubeClient,
  role: K8sObject,
  all: readonly K8sObject[],
): Promise<Result<undefined, Status>> {
  const rules = gatheredRules(role, all);
  const present = rulesOf(role);
  if (isDeepStrictEqual(present, rules)) return ok(undefined);
  const { name = "" } = role.metadata;
  const body = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules };
  const applied = await client.patch(clusterRoles, { name }, { type: "apply", body, fieldManager, force: true });
  return applied.ok || applied.error.code === 404 ? ok(undefined) : applied;
}

/** Each rule once, of the matching roles in the order of their names. */
function gatheredRules(role: K8sObject, all: readonly K8sObject[]): readonly JsonValue[] {
  const selectors = selectorsOf(role);
  const sources = all
    .filter((other) => other.metadata.name !== role.metadata.name)
    .filter((other) => selectors.some((selector) => matchesLabelSelector(selector, other.metadata.labels)))
    .sort((a, b) => ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1));
  const rules: JsonValue[] = [];
  for (const rule of sources.flatMap(rulesOf))
    if (!rules.some((known) => isDeepStrictEqual(known, rule))) rules.push(rule);
  return rules;
}

function rulesOf(role: K8sObject): readonly JsonValue[] {
  const rules = role["rules"] as JsonValue | undefined;
  return isJsonArray(rules) ? rules : [];
}

function selectorsOf(role: K8sObject): readonly JsonValue[] {
  const rule = role["aggregationRule"] as JsonValue | undefined;
  const selectors = isJsonObject(rule) ? rule["clusterRoleSelectors"] : undefined;
  return isJsonArray(selectors) ? selectors : [];
}

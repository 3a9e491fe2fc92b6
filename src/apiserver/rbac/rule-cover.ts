import { goStringList } from "./go-string-list.ts";
import type { PolicyRule } from "./policy-rule.ts";

/**
 * The rights among `wanted` that `owned` does not grant, each as one (verb, group, resource, name) or (verb, path).
 * Empty when all are covered. Follows how Kubernetes checks for escalation (spec: kube-api, section 8).
 */
export function rightsNotCovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(singleRights).filter((right) => !owned.some((rule) => covers(rule, right)));
}

/** Splits a rule into its single rights. */
function singleRights(rule: PolicyRule): readonly PolicyRule[] {
  const rights: PolicyRule[] = [];
  for (const group of rule.apiGroups)
    for (const resource of rule.resources)
      for (const verb of rule.verbs) {
        const right = { ...none, apiGroups: [group], resources: [resource], verbs: [verb] };
        if (rule.resourceNames.length === 0) rights.push(right);
        else for (const name of rule.resourceNames) rights.push({ ...right, resourceNames: [name] });
      }
  for (const path of rule.nonResourceURLs)
    for (const verb of rule.verbs) rights.push({ ...none, nonResourceURLs: [path], verbs: [verb] });
  return rights;
}

const none: PolicyRule = { verbs: [], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };

function covers(owner: PolicyRule, right: PolicyRule): boolean {
  const has = (granted: readonly string[], wanted: readonly string[]): boolean =>
    granted.includes("*") || wanted.every((item) => granted.includes(item));
  if (!has(owner.verbs, right.verbs)) return false;
  if (right.nonResourceURLs.length > 0) return right.nonResourceURLs.every((path) => coversPath(owner, path));
  return (
    has(owner.apiGroups, right.apiGroups) &&
    right.resources.every((resource) => coversResource(owner.resources, resource)) &&
    (owner.resourceNames.length === 0 ||
      (right.resourceNames.length > 0 && right.resourceNames.every((name) => owner.resourceNames.includes(name))))
  );
}

function coversResource(granted: readonly string[], resource: string): boolean {
  if (granted.includes("*") || granted.includes(resource)) return true;
  const slash = resource.indexOf("/");
  return slash >= 0 && granted.includes(`*${resource.slice(slash)}`);
}

function coversPath(owner: PolicyRule, path: string): boolean {
  return owner.nonResourceURLs.some(
    (pattern) =>
      pattern === "*" || pattern === path || (pattern.endsWith("*") && path.startsWith(pattern.slice(0, -1))),
  );
}

/** Joins rights that differ only in their verb. */
function compactRights(rights: readonly PolicyRule[]): readonly PolicyRule[] {
  const byKey = new Map<string, PolicyRule>();
  for (const right of rights) {
    const key = JSON.stringify([right.apiGroups, right.resources, right.resourceNames, right.nonResourceURLs]);
    const plain = right.nonResourceURLs.length === 0;
    const known = plain ? byKey.get(key) : undefined;
    if (known === undefined) byKey.set(plain ? key : `${key}${right.verbs.join()}`, right);
    else byKey.set(key, { ...known, verbs: [...new Set([...known.verbs, ...right.verbs])] });
  }
  return [...byKey.values()];
}

/** Missing rights as the refusal lists them: one compact rule a line, sorted. */
export function describeRights(rights: readonly PolicyRule[]): string {
  const lines = compactRights(rights).map((rule) => {
    const parts: readonly (readonly [string, readonly string[]])[] = [
      ["APIGroups", rule.apiGroups],
      ["Resources", rule.resources],
      ["NonResourceURLs", rule.nonResourceURLs],
      ["ResourceNames", rule.resourceNames],
      ["Verbs", rule.verbs],
    ];
    const shown = parts
      .filter(([, items]) => items.length > 0)
      .map(([name, items]) => `${name}:${goStringList(items)}`);
    return `{${shown.join(", ")}}`;
  });
  return [...new Set(lines)].sort().join("\n");
}

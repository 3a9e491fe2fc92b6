import { isDeepStrictEqual } from "node:util";
import { parseQuantity } from "../../quantity.ts";
import { type FieldProblem, invalid } from "../field-problem.ts";
import { child, strings } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { qualifiedNameProblems } from "../names.ts";

const counts: ReadonlySet<string> = new Set([
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "persistentvolumeclaims",
  "configmaps",
  "services.nodeports",
  "services.loadbalancers",
]);
const amounts: ReadonlySet<string> = new Set(
  ["cpu", "memory", "ephemeral-storage"].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
);

/** ResourceQuota: bounds on what Kubernetes can count; its scopes stay. */
export const resourceQuotaStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  validate: (object) =>
    Object.entries(child(child(object, "spec"), "hard") ?? {}).flatMap(([name, value]) =>
      boundProblems(name, String(value)),
    ),
  validateUpdate: (object, old) => {
    const scopes = strings(child(object, "spec"), "scopes");
    const before = strings(child(old, "spec"), "scopes");
    return isDeepStrictEqual([...scopes].sort(), [...before].sort())
      ? []
      : [invalid("spec.scopes", scopes, "field is immutable")];
  },
};

function boundProblems(name: string, value: string): readonly FieldProblem[] {
  const field = `spec.hard[${name}]`;
  const problems = qualifiedNameProblems(name).map((detail) => invalid(field, name, detail));
  const isStandard = counts.has(name) || amounts.has(name) || name === "requests.storage";
  const isHugePages = /^(requests\.)?hugepages-/.test(name);
  if (!name.includes("/") && !isStandard && !isHugePages)
    return [...problems, invalid(field, name, "must be a standard resource for quota")];
  const quantity = parseQuantity(value);
  if (!quantity.ok) return problems;
  const { nanos } = quantity.value;
  if (nanos < 0n) problems.push(invalid(field, value, "must be greater than or equal to 0"));
  const isWhole = counts.has(name) || name.startsWith("count/");
  if (isWhole && nanos % 1_000_000_000n !== 0n) problems.push(invalid(field, value, "must be an integer"));
  return problems;
}

import { duplicate, type FieldProblem, invalid, notSupported } from "../../api/core/field-problem.ts";
import { type Fields, stringMap, strings, text } from "../../api/core/fields.ts";

const families = ["IPv4", "IPv6"];
const policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];

/**
 * Settles which families of addresses a Service has, in place: this server hands out IPv4 alone, but who makes the
 * endpoints of a headless Service may give it both (Kubernetes documentation of IPv4/IPv6 dual-stack).
 */
export function settleFamilies(spec: Fields): readonly FieldProblem[] {
  const problems = spellingProblems(spec);
  if (problems.length > 0) return problems;
  const given = strings(spec, "ipFamilies");
  const isHeadless = text(spec, "clusterIP") === "None";
  if (isHeadless && Object.keys(stringMap(spec, "selector")).length === 0) {
    spec["ipFamilyPolicy"] ??= "RequireDualStack";
    const first = given[0] ?? "IPv4";
    const other = first === "IPv4" ? "IPv6" : "IPv4";
    spec["ipFamilies"] = spec["ipFamilyPolicy"] === "SingleStack" ? [first] : [first, given[1] ?? other];
    return [];
  }
  spec["ipFamilyPolicy"] ??= given.length > 1 ? "RequireDualStack" : "SingleStack";
  if (given.length === 0) spec["ipFamilies"] = ["IPv4"];
  return unservedProblems(spec);
}

function spellingProblems(spec: Fields): readonly FieldProblem[] {
  const given = strings(spec, "ipFamilies");
  const problems = given.flatMap((family, index) => {
    if (!families.includes(family)) return [notSupported(`spec.ipFamilies[${index}]`, family, families)];
    return given.indexOf(family) < index ? [duplicate(`spec.ipFamilies[${index}]`, family)] : [];
  });
  const policy = text(spec, "ipFamilyPolicy");
  if (policy !== "" && !policies.includes(policy)) problems.push(notSupported("spec.ipFamilyPolicy", policy, policies));
  return problems;
}

function unservedProblems(spec: Fields): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const policy = text(spec, "ipFamilyPolicy");
  if (policy === "RequireDualStack")
    problems.push(invalid("spec.ipFamilyPolicy", policy, "this cluster is not configured for dual-stack services"));
  for (const [index, family] of strings(spec, "ipFamilies").entries())
    if (family !== "IPv4")
      problems.push(invalid(`spec.ipFamilies[${index}]`, family, "not configured on this cluster"));
  return problems;
}

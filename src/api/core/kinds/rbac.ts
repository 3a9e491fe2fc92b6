import type { JsonObject } from "../../../json/value.ts";
import { type FieldProblem, invalid, notSupported, required } from "../field-problem.ts";
import { child, items, setDefault, strings, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { nameProblems, subdomainProblems } from "../names.ts";

const group = "rbac.authorization.k8s.io";

const common = { nameRule: "path", generation: false, createOnUpdate: true } as const;

/** Role and ClusterRole. */
export const roleStrategy: KindStrategy = { ...common, validate: (role) => ruleProblems(role, true) };
export const clusterRoleStrategy: KindStrategy = {
  ...common,
  validate: (role) => [...ruleProblems(role, false), ...aggregationProblems(role)],
};

/** RoleBinding and ClusterRoleBinding. */
export const roleBindingStrategy: KindStrategy = bindingStrategy(true);
export const clusterRoleBindingStrategy: KindStrategy = bindingStrategy(false);

function ruleProblems(role: JsonObject, isNamespaced: boolean): readonly FieldProblem[] {
  return items(role, "rules").flatMap((rule, index) => {
    const at = `rules[${index}]`;
    const problems: FieldProblem[] = [];
    if (strings(rule, "verbs").length === 0)
      problems.push(required(`${at}.verbs`, "verbs must contain at least one value"));
    const paths = strings(rule, "nonResourceURLs");
    if (paths.length > 0) {
      if (isNamespaced)
        problems.push(invalid(`${at}.nonResourceURLs`, paths, "namespaced rules cannot apply to non-resource URLs"));
      if (["apiGroups", "resources", "resourceNames"].some((field) => strings(rule, field).length > 0))
        problems.push(
          invalid(`${at}.nonResourceURLs`, paths, "rules cannot apply to both regular resources and non-resource URLs"),
        );
      return problems;
    }
    if (strings(rule, "apiGroups").length === 0)
      problems.push(required(`${at}.apiGroups`, "resource rules must supply at least one api group"));
    if (strings(rule, "resources").length === 0)
      problems.push(required(`${at}.resources`, "resource rules must supply at least one resource"));
    return problems;
  });
}

function aggregationProblems(role: JsonObject): readonly FieldProblem[] {
  const rule = child(role, "aggregationRule");
  if (rule === undefined || items(rule, "clusterRoleSelectors").length > 0) return [];
  const detail = "at least one clusterRoleSelector required if aggregationRule is non-nil";
  return [required("aggregationRule.clusterRoleSelectors", detail)];
}

function bindingStrategy(isNamespaced: boolean): KindStrategy {
  const roleKinds = isNamespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
  return {
    ...common,
    default: (binding) => {
      const ref = child(binding, "roleRef");
      if (ref !== undefined) setDefault(ref, "apiGroup", group);
      for (const subject of items(binding, "subjects"))
        if (subject["kind"] === "User" || subject["kind"] === "Group") setDefault(subject, "apiGroup", group);
    },
    validate: (binding) => [
      ...roleRefProblems(child(binding, "roleRef") ?? {}, roleKinds),
      ...items(binding, "subjects").flatMap((subject, index) =>
        subjectProblems(subject, `subjects[${index}]`, isNamespaced),
      ),
    ],
    validateUpdate: (binding, old) => {
      const [now, before] = [printedRef(binding), printedRef(old)];
      const same = Object.entries(now).every(([key, value]) => before[key] === value);
      return same ? [] : [invalid("roleRef", now, "cannot change roleRef")];
    },
  };
}

/** As Kubernetes prints the reference in the refusal. */
function printedRef(binding: JsonObject): JsonObject {
  const ref = child(binding, "roleRef");
  return { APIGroup: text(ref, "apiGroup"), Kind: text(ref, "kind"), Name: text(ref, "name") };
}

function roleRefProblems(ref: JsonObject, kinds: readonly string[]): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const apiGroup = text(ref, "apiGroup");
  if (apiGroup !== group) problems.push(notSupported("roleRef.apiGroup", apiGroup, [group]));
  const kind = text(ref, "kind");
  if (!kinds.includes(kind)) problems.push(notSupported("roleRef.kind", kind, kinds));
  const name = text(ref, "name");
  if (name === "") problems.push(required("roleRef.name"));
  else problems.push(...nameProblems("path", name, false).map((problem) => invalid("roleRef.name", name, problem)));
  return problems;
}

function subjectProblems(subject: JsonObject, at: string, isNamespaced: boolean): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const name = text(subject, "name");
  const apiGroup = text(subject, "apiGroup");
  if (name === "") problems.push(required(`${at}.name`));
  switch (text(subject, "kind")) {
    case "ServiceAccount":
      if (name !== "") problems.push(...subdomainProblems(name).map((problem) => invalid(`${at}.name`, name, problem)));
      if (apiGroup !== "") problems.push(notSupported(`${at}.apiGroup`, apiGroup, [""]));
      if (!isNamespaced && text(subject, "namespace") === "") problems.push(required(`${at}.namespace`));
      break;
    case "User":
    case "Group":
      if (apiGroup !== group) problems.push(notSupported(`${at}.apiGroup`, apiGroup, [group]));
      break;
    default:
      problems.push(notSupported(`${at}.kind`, text(subject, "kind"), ["ServiceAccount", "User", "Group"]));
  }
  return problems;
}

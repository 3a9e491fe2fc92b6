import { type FieldProblem, invalid, required } from "../field-problem.ts";
import { child, type Fields, strings, text } from "../fields.ts";
import { nameProblems, subdomainProblems } from "../names.ts";

const approval = "api-approved.kubernetes.io";
const approvalWanted = `protected groups must have approval annotation "${approval}"`;
const explained = "see https://github.com/kubernetes/enhancements/pull/1111";

/** Whether a definition may use its group: Kubernetes' own groups only with a link to their approval. */
export function groupProblems(group: string, metadata: Fields | undefined): readonly FieldProblem[] {
  if (group === "") return [required("spec.group")];
  const problems = subdomainProblems(group).map((detail) => invalid("spec.group", group, detail));
  if (!group.includes(".")) problems.push(invalid("spec.group", group, "should be a domain with at least one dot"));
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(group)) return problems;
  const given = text(child(metadata, "annotations"), approval);
  const field = `metadata.annotations[${approval}]`;
  if (given === "") problems.push(required(field, `${approvalWanted}, ${explained}`));
  else if (!given.startsWith("unapproved") && !URL.canParse(given))
    problems.push(
      invalid(field, given, `${approvalWanted} with either a URL or a reason starting with "unapproved", ${explained}`),
    );
  return problems;
}

/** Whether the names by which a custom kind is known are such. */
export function definedNameProblems(names: Fields): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const kind = text(names, "kind");
  for (const field of ["plural", "singular", "kind", "listKind"]) {
    const name = text(names, field);
    const isKind = field === "kind" || field === "listKind";
    if (name === "") problems.push(required(`spec.names.${field}`));
    else problems.push(...labelProblems(`spec.names.${field}`, name, isKind));
  }
  for (const [index, name] of strings(names, "shortNames").entries())
    problems.push(...labelProblems(`spec.names.shortNames[${index}]`, name, false));
  for (const [index, name] of strings(names, "categories").entries())
    problems.push(...labelProblems(`spec.names.categories[${index}]`, name, false));
  if (kind !== "" && kind === text(names, "listKind"))
    problems.push(invalid("spec.names.listKind", kind, "kind and listKind may not be the same"));
  return problems;
}

function labelProblems(field: string, name: string, mayHaveCapitals: boolean): readonly FieldProblem[] {
  const prefix = mayHaveCapitals ? "may have mixed case, but should otherwise match: " : "";
  return nameProblems("label1035", mayHaveCapitals ? name.toLowerCase() : name, false).map((detail) =>
    invalid(field, name, prefix + detail),
  );
}

import { duplicate, type FieldProblem, invalid, notSupported, required } from "../field-problem.ts";
import { type Fields, items, number, text } from "../fields.ts";
import { labelProblems } from "../names.ts";
import { containerProblems } from "./container-rules.ts";

/** Problems of a pod spec; `at` is `spec` or `spec.template.spec`. */
export function validatePodSpec(spec: Fields, at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const volumes = new Set<string>();
  items(spec, "volumes").forEach((volume, index) => {
    const name = text(volume, "name");
    if (name === "") problems.push(required(`${at}.volumes[${index}].name`));
    else for (const detail of labelProblems(name)) problems.push(invalid(`${at}.volumes[${index}].name`, name, detail));
    if (volumes.has(name)) problems.push(duplicate(`${at}.volumes[${index}].name`, name));
    volumes.add(name);
  });
  const containers = items(spec, "containers");
  if (containers.length === 0) problems.push(required(`${at}.containers`));
  const names = new Set<string>();
  for (const [index, container] of containers.entries()) {
    problems.push(...containerProblems(container, `${at}.containers[${index}]`, volumes, names));
  }
  for (const [index, container] of items(spec, "initContainers").entries()) {
    problems.push(...containerProblems(container, `${at}.initContainers[${index}]`, volumes, names));
  }
  const policy = text(spec, "restartPolicy");
  if (!["Always", "OnFailure", "Never"].includes(policy)) {
    problems.push(
      policy === ""
        ? required(`${at}.restartPolicy`)
        : notSupported(`${at}.restartPolicy`, policy, ["Always", "OnFailure", "Never"]),
    );
  }
  const dns = text(spec, "dnsPolicy");
  if (!["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"].includes(dns)) {
    problems.push(notSupported(`${at}.dnsPolicy`, dns, ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]));
  }
  const deadline = number(spec, "activeDeadlineSeconds");
  if (deadline !== undefined && (deadline < 1 || deadline > 2147483647)) {
    problems.push(invalid(`${at}.activeDeadlineSeconds`, deadline, "must be between 1 and 2147483647, inclusive"));
  }
  const grace = number(spec, "terminationGracePeriodSeconds");
  if (grace !== undefined && grace < 0)
    problems.push(invalid(`${at}.terminationGracePeriodSeconds`, grace, "must be greater than or equal to 0"));
  return problems;
}

import type { JsonObject } from "../../../json/value.ts";
import { type FieldProblem, invalid, required } from "../field-problem.ts";
import { child, number, setDefault, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { nameProblems, subdomainProblems } from "../names.ts";

const maxGroupPriority = 20_000;
const maxVersionPriority = 1_000;

/** APIService: which server answers for a group version; without a service it is this one. */
export const apiServiceStrategy: KindStrategy = {
  nameRule: "path",
  generation: false,
  default: (object) => {
    const service = child(child(object, "spec"), "service");
    if (service !== undefined) setDefault(service, "port", 443);
  },
  validate: (object) => {
    const spec = child(object, "spec") ?? {};
    return [
      ...groupVersionProblems(text(child(object, "metadata"), "name"), text(spec, "version"), text(spec, "group")),
      ...bounded(spec, "groupPriorityMinimum", maxGroupPriority),
      ...bounded(spec, "versionPriority", maxVersionPriority),
      ...serviceProblems(spec, child(spec, "service")),
    ];
  },
};

function groupVersionProblems(name: string, version: string, group: string): readonly FieldProblem[] {
  const wanted = `${version}.${group}`;
  const problems: FieldProblem[] = [];
  if (name !== wanted)
    problems.push(invalid("metadata.name", name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`));
  if (group === "" && version !== "v1")
    problems.push(required("spec.group", "only v1 may have an empty group and it better be legacy kube"));
  if (group !== "") problems.push(...subdomainProblems(group).map((problem) => invalid("spec.group", group, problem)));
  problems.push(
    ...nameProblems("label1035", version, false).map((problem) => invalid("spec.version", version, problem)),
  );
  return problems;
}

function bounded(spec: JsonObject, field: string, most: number): readonly FieldProblem[] {
  const value = number(spec, field) ?? 0;
  return value > 0 && value <= most ? [] : [invalid(`spec.${field}`, value, `must be positive and less than ${most}`)];
}

function serviceProblems(spec: JsonObject, service: JsonObject | undefined): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const bundle = text(spec, "caBundle");
  const isInsecure = spec["insecureSkipTLSVerify"] === true;
  const insecureField = "spec.insecureSkipTLSVerify";
  if (service === undefined) {
    const size = `${Buffer.from(bundle, "base64").length} bytes`;
    if (bundle !== "") problems.push(invalid("spec.caBundle", size, "local APIServices may not have a caBundle"));
    if (isInsecure) problems.push(invalid(insecureField, true, "local APIServices may not have insecureSkipTLSVerify"));
    return problems;
  }
  for (const field of ["namespace", "name"])
    if (text(service, field) === "") problems.push(required(`spec.service.${field}`));
  const port = number(service, "port") ?? 0;
  if (port < 1 || port > 65_535)
    problems.push(invalid("spec.service.port", port, "port is not valid: must be between 1 and 65535, inclusive"));
  if (isInsecure && bundle !== "")
    problems.push(invalid(insecureField, true, "may not be true if caBundle is present"));
  return problems;
}

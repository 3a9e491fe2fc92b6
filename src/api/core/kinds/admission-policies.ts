import type { Environment } from "../../../cel/checker.ts";
import type { JsonObject } from "../../../json/value.ts";
import { conditionProblems, expressionProblems } from "../cel/expression-problems.ts";
import { admissionEnvironment, mutationEnvironment } from "../cel/kubernetes-environments.ts";
import { type FieldProblem, invalid, notSupported, required } from "../field-problem.ts";
import { child, ensureChild, type Fields, items, setDefault, strings, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";

/** What the expressions of a policy can name. */
const variables = ["object", "oldObject", "request", "params", "namespaceObject", "variables"];
export const validatingEnvironment: Environment = admissionEnvironment(variables);
export const mutatingEnvironment: Environment = mutationEnvironment(variables);
const failurePolicies = ["Fail", "Ignore"];
const actions = ["Audit", "Deny", "Warn"];

function defaultMatch(match: Fields | undefined): void {
  if (match === undefined) return;
  setDefault(match, "matchPolicy", "Equivalent");
  setDefault(match, "namespaceSelector", {});
  setDefault(match, "objectSelector", {});
  for (const list of ["resourceRules", "excludeResourceRules"])
    for (const rule of items(match, list)) setDefault(rule, "scope", "*");
}

/** What both sorts of policies have in common; `validate` judges the rest of the spec. */
function policyStrategy(validate: (spec: Fields) => readonly FieldProblem[]): KindStrategy {
  return {
    nameRule: "subdomain",
    generation: true,
    default: (object) => {
      const spec = ensureChild(object, "spec");
      setDefault(spec, "failurePolicy", "Fail");
      defaultMatch(child(spec, "matchConstraints"));
    },
    validate: (object) => {
      const spec = child(object, "spec") ?? {};
      const policy = text(spec, "failurePolicy");
      const isKnown = failurePolicies.includes(policy);
      return [...(isKnown ? [] : [notSupported("spec.failurePolicy", policy, failurePolicies)]), ...validate(spec)];
    },
  };
}

/** The policy's own variables, and the conditions under which it is asked. */
function variableProblems(spec: Fields, environment: Environment): readonly FieldProblem[] {
  const ofVariables = items(spec, "variables").flatMap((variable, index) =>
    expressionProblems(variable, "expression", `spec.variables[${index}]`, "any", environment),
  );
  return [...ofVariables, ...conditionProblems(items(spec, "matchConditions"), "spec.matchConditions", environment)];
}

/** ValidatingAdmissionPolicy: its expressions are compiled before they are taken. */
export const validatingPolicyStrategy = policyStrategy((spec) => {
  const problems: FieldProblem[] = [];
  if (items(child(spec, "matchConstraints"), "resourceRules").length === 0)
    problems.push(required("spec.matchConstraints.resourceRules"));
  if (items(spec, "validations").length + items(spec, "auditAnnotations").length === 0)
    problems.push(
      required("spec.validations", "validations or auditAnnotations must be non-empty"),
      required("spec.auditAnnotations", "validations or auditAnnotations must be non-empty"),
    );
  const environment = validatingEnvironment;
  problems.push(...variableProblems(spec, environment));
  for (const [index, validation] of items(spec, "validations").entries()) {
    const at = `spec.validations[${index}]`;
    problems.push(...expressionProblems(validation, "expression", at, "bool", environment));
    if (text(validation, "messageExpression").trim() !== "")
      problems.push(...expressionProblems(validation, "messageExpression", at, "string", environment));
  }
  for (const [index, annotation] of items(spec, "auditAnnotations").entries()) {
    const at = `spec.auditAnnotations[${index}]`;
    problems.push(...expressionProblems(annotation, "valueExpression", at, "any", environment));
  }
  return problems;
});

const patchFields: Readonly<Record<string, string>> = {
  ApplyConfiguration: "applyConfiguration",
  JSONPatch: "jsonPatch",
};
const reinvocations = ["IfNeeded", "Never"];

/** MutatingAdmissionPolicy. */
export const mutatingPolicyStrategy = policyStrategy((spec) => {
  const problems: FieldProblem[] = [];
  const reinvocation = text(spec, "reinvocationPolicy");
  if (reinvocation === "") problems.push(required("spec.reinvocationPolicy"));
  else if (!reinvocations.includes(reinvocation))
    problems.push(notSupported("spec.reinvocationPolicy", reinvocation, reinvocations));
  const constraints = child(spec, "matchConstraints");
  if (constraints === undefined) problems.push(required("spec.matchConstraints"));
  else if (items(constraints, "resourceRules").length === 0)
    problems.push(required("spec.matchConstraints.resourceRules"));
  problems.push(...variableProblems(spec, mutatingEnvironment));
  const mutations = items(spec, "mutations");
  if (mutations.length === 0) problems.push(required("spec.mutations"));
  for (const [index, mutation] of mutations.entries())
    problems.push(...mutationProblems(mutation, `spec.mutations[${index}]`));
  return problems;
});

function mutationProblems(mutation: JsonObject, at: string): readonly FieldProblem[] {
  const patchType = text(mutation, "patchType");
  if (patchType === "") return [required(`${at}.patchType`)];
  const field = Object.hasOwn(patchFields, patchType) ? patchFields[patchType] : undefined;
  if (field === undefined) return [notSupported(`${at}.patchType`, patchType, Object.keys(patchFields))];
  const problems: FieldProblem[] = [];
  for (const other of Object.values(patchFields))
    if (other !== field && child(mutation, other) !== undefined)
      problems.push(invalid(`${at}.${other}`, `{${other}}`, `must not be specified when patchType is ${patchType}`));
  const own = child(mutation, field);
  if (own === undefined) problems.push(required(`${at}.${field}`, `must be specified when patchType is ${patchType}`));
  else problems.push(...expressionProblems(own, "expression", `${at}.${field}`, "any", mutatingEnvironment));
  return problems;
}

/** What both sorts of bindings have in common. */
function bindingStrategy(validate: (spec: Fields) => readonly FieldProblem[]): KindStrategy {
  return {
    nameRule: "subdomain",
    generation: true,
    default: (object) => defaultMatch(child(ensureChild(object, "spec"), "matchResources")),
    validate: (object) => {
      const spec = child(object, "spec") ?? {};
      return [...(text(spec, "policyName") === "" ? [required("spec.policyName")] : []), ...validate(spec)];
    },
  };
}

/** MutatingAdmissionPolicyBinding. */
export const mutatingBindingStrategy = bindingStrategy(() => []);

/** ValidatingAdmissionPolicyBinding. */
export const validatingBindingStrategy = bindingStrategy((spec) => {
  const problems: FieldProblem[] = [];
  const given = strings(spec, "validationActions");
  if (given.length === 0)
    problems.push(required("spec.validationActions", "at least one validation action is required"));
  given.forEach((action, index) => {
    if (!actions.includes(action)) problems.push(notSupported(`spec.validationActions[${index}]`, action, actions));
  });
  if (given.includes("Deny") && given.includes("Warn"))
    problems.push(
      invalid(
        "spec.validationActions",
        given,
        "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)",
      ),
    );
  return problems;
});

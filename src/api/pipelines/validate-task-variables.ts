import { type FieldErrors, fieldError } from "../field-error.ts";
import type { OuterParams } from "./outer-params.ts";
import { typeOfSpec } from "./param.ts";
import type { ContainerFields, Step, TaskSpec } from "./task.ts";
import { type KnownParams, type Place, paramReferenceProblem, unknownVariable } from "./validate-param-reference.ts";
import { validateProperties } from "./validate-params.ts";
import { pipelineContextNames } from "./validate-pipeline-variables.ts";
import { type NamedReference, referenceTo, variablesIn } from "./variable-reference.ts";

const contextNames: ReadonlySet<string> = new Set([
  "context.taskRun.name",
  "context.taskRun.namespace",
  "context.taskRun.uid",
  "context.task.name",
  "context.task.retry-count",
]);

/** What is wrong with a variable, as a whole message. */
type Check = (expression: string, text: string, place: Place) => string | undefined;

/**
 * `$(context…)` and `$(results…)` in steps, and lists that the Task declares where a string must be (section 5); paths
 * relative to the Task's spec.
 */
export function validateTaskVariables(spec: TaskSpec, { standalone }: { readonly standalone: boolean }): FieldErrors {
  const lists = (spec.params ?? []).filter((param) => typeOfSpec(param) === "array");
  const params: KnownParams = { declared: new Map(lists.map((param) => [param.name, param])), outer: new Map() };
  const results = new Set((spec.results ?? []).map((result) => result.name));
  return checkVariables(spec, (expression, text, place) => {
    if (expression.startsWith("context.")) {
      // An inline Task may name those of its PipelineRun too.
      const known = contextNames.has(expression) || (!standalone && pipelineContextNames.has(expression));
      return known ? undefined : unknownVariable(text);
    }
    const result = /^results(?:\.(.+)|\['([^']+)'\]|\["([^"]+)"\])\.path$/.exec(expression);
    if (result !== null) {
      return results.has(result[1] ?? result[2] ?? result[3] ?? "") ? undefined : unknownVariable(text);
    }
    const reference = paramReference(expression);
    if (reference === undefined || !params.declared.has(reference.name)) return undefined;
    return paramReferenceProblem(reference, expression, text, place, params);
  });
}

/**
 * Every param that steps name must be declared, there or around an inline Task. Tekton finds this out where it knows all
 * params, so paths are relative to what the Task stands in: the Task or run itself, or the pipeline task.
 */
export function validateUsedParams(spec: TaskSpec, outer: OuterParams): FieldErrors {
  const declared = new Map((spec.params ?? []).map((param) => [param.name, param]));
  const around = [...outer.values()].filter((param) => param !== undefined && !declared.has(param.name));
  return [
    ...validateProperties([...declared.values(), ...around.flatMap((param) => param ?? [])]),
    ...checkVariables(spec, (expression, text, place) => {
      const reference = paramReference(expression);
      return reference === undefined
        ? undefined
        : paramReferenceProblem(reference, expression, text, place, { declared, outer });
    }),
  ];
}

function paramReference(expression: string): NamedReference | undefined {
  return referenceTo("params", expression) ?? referenceTo("inputs.params", expression);
}

function checkVariables(spec: TaskSpec, problemOf: Check): FieldErrors {
  const check = (text: string, path: string, place: Place = "string"): FieldErrors => {
    if (!text.includes("$(")) return [];
    for (const expression of variablesIn(text)) {
      const problem = problemOf(expression, text, place);
      if (problem !== undefined) return fieldError(problem, path);
    }
    return [];
  };
  const container = (each: ContainerFields & { readonly script?: string }, path: string): FieldErrors => [
    ...check(each.image ?? "", `${path}.image`),
    ...check(each.workingDir ?? "", `${path}.workingDir`),
    ...check(each.script ?? "", `${path}.script`),
    ...(each.command ?? []).flatMap((text, index) => check(text, `${path}.command[${index}]`, "item")),
    ...(each.args ?? []).flatMap((text, index) => check(text, `${path}.args[${index}]`, "item")),
    ...(each.env ?? []).flatMap((entry) => check(entry.value ?? "", `${path}.env[${entry.name}]`)),
    ...(each.volumeMounts ?? []).flatMap((mount, index) => [
      ...check(mount.name, `${path}.volumeMount[${index}].name`),
      ...check(mount.mountPath, `${path}.volumeMount[${index}].mountPath`),
      ...check(mount.subPath ?? "", `${path}.volumeMount[${index}].subPath`),
    ]),
  ];
  const own = (step: Step, path: string): FieldErrors => [
    ...check(step.name ?? "", `${path}.name`),
    ...check(step.onError ?? "", `${path}.onError`),
  ];
  return [
    ...(spec.steps ?? []).flatMap((step, index) => [
      ...own(step, `steps[${index}]`),
      ...container(step, `steps[${index}]`),
    ]),
    ...(spec.sidecars ?? []).flatMap((sidecar, index) => container(sidecar, `sidecars[${index}]`)),
  ];
}

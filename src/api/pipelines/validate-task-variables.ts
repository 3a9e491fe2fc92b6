import { quoteGo } from "../../json/go-print.ts";
import { type FieldErrors, fieldError } from "../field-error.ts";
import type { OuterParams } from "./outer-params.ts";
import type { ContainerFields, Step, TaskSpec } from "./task.ts";
import { type KnownParams, type Place, paramReferenceProblem, unknownVariable } from "./validate-param-reference.ts";
import { pipelineContextNames } from "./validate-pipeline-variables.ts";
import { referenceTo, variablesIn } from "./variable-reference.ts";

interface Scope {
  readonly outerParams: OuterParams | undefined;
  readonly standalone: boolean;
}

const contextNames: ReadonlySet<string> = new Set([
  "context.taskRun.name",
  "context.taskRun.namespace",
  "context.taskRun.uid",
  "context.task.name",
  "context.task.retry-count",
]);

/** `$(params…)`, `$(context…)` and `$(results…)` in steps: all must be known and of a fitting type (section 5). */
export function validateTaskVariables(spec: TaskSpec, scope: Scope): FieldErrors {
  const params: KnownParams = {
    declared: new Map((spec.params ?? []).map((param) => [param.name, param])),
    outer: scope.outerParams,
  };
  const results = new Set((spec.results ?? []).map((result) => result.name));
  const check = (text: string, path: string, place: Place = "string"): FieldErrors =>
    validateText(text, path, place, params, results, scope.standalone);
  const container = (each: ContainerFields & { readonly script?: string }, path: string): FieldErrors => [
    ...optional(each.image, (text) => check(text, `${path}.image`)),
    ...optional(each.workingDir, (text) => check(text, `${path}.workingDir`)),
    ...optional(each.script, (text) => check(text, `${path}.script`)),
    ...(each.command ?? []).flatMap((text, index) => check(text, `${path}.command[${index}]`, "item")),
    ...(each.args ?? []).flatMap((text, index) => check(text, `${path}.args[${index}]`, "item")),
    ...(each.env ?? []).flatMap((entry) => optional(entry.value, (text) => check(text, `${path}.env[${entry.name}]`))),
    ...(each.volumeMounts ?? []).flatMap((mount, index) => [
      ...check(mount.name, `${path}.volumeMount[${index}].name`),
      ...check(mount.mountPath, `${path}.volumeMount[${index}].mountPath`),
      ...optional(mount.subPath, (text) => check(text, `${path}.volumeMount[${index}].subPath`)),
    ]),
  ];
  const own = (step: Step, path: string): FieldErrors => [
    ...optional(step.name, (text) => check(text, `${path}.name`)),
    ...optional(step.onError, (text) => check(text, `${path}.onError`)),
  ];
  return [
    ...(spec.steps ?? []).flatMap((step, index) => [
      ...own(step, `steps[${index}]`),
      ...container(step, `steps[${index}]`),
    ]),
    ...(spec.sidecars ?? []).flatMap((sidecar, index) => container(sidecar, `sidecars[${index}]`)),
  ];
}

function optional(text: string | undefined, check: (text: string) => FieldErrors): FieldErrors {
  return text === undefined || !text.includes("$(") ? [] : check(text);
}

function validateText(
  text: string,
  path: string,
  place: Place,
  params: KnownParams,
  results: ReadonlySet<string>,
  standalone: boolean,
): FieldErrors {
  if (!text.includes("$(")) return [];
  for (const expression of variablesIn(text)) {
    const problem = problemOf(expression, text, place, params, results, standalone);
    if (problem !== undefined) return fieldError(`${problem} in ${quoteGo(text)}`, path);
  }
  return [];
}

function problemOf(
  expression: string,
  text: string,
  place: Place,
  params: KnownParams,
  results: ReadonlySet<string>,
  standalone: boolean,
): string | undefined {
  if (expression.startsWith("context.")) {
    // An inline Task may name those of its PipelineRun too.
    const known = contextNames.has(expression) || (!standalone && pipelineContextNames.has(expression));
    return known ? undefined : unknownVariable;
  }
  const result = /^results(?:\.(.+)|\['([^']+)'\]|\["([^"]+)"\])\.path$/.exec(expression);
  if (result !== null) return results.has(result[1] ?? result[2] ?? result[3] ?? "") ? undefined : unknownVariable;
  const reference = referenceTo("params", expression) ?? referenceTo("inputs.params", expression);
  return reference === undefined ? undefined : paramReferenceProblem(reference, expression, text, place, params);
}

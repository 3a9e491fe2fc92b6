import { quoteGo } from "../../json/go-print.ts";
import { type FieldErrors, fieldError } from "../field-error.ts";
import type { OuterParams } from "./outer-params.ts";
import { type ParamSpec, typeOfSpec } from "./param.ts";
import type { ContainerFields, Step, TaskSpec } from "./task.ts";
import { referenceTo, variablesIn, wholeVariable } from "./variable-reference.ts";

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

/** Contexts of a PipelineRun: an inline Task may name them too. */
const pipelineContextNames: ReadonlySet<string> = new Set([
  "context.pipelineRun.name",
  "context.pipelineRun.namespace",
  "context.pipelineRun.uid",
  "context.pipeline.name",
  "context.pipelineTask.retries",
]);

/** `$(params…)`, `$(context…)` and `$(results…)` in steps: all must be known and of a fitting type (section 5). */
export function validateTaskVariables(spec: TaskSpec, scope: Scope): FieldErrors {
  const params = new Map((spec.params ?? []).map((param) => [param.name, param]));
  const results = new Set((spec.results ?? []).map((result) => result.name));
  const check = (text: string, path: string, isItem: boolean): FieldErrors =>
    validateText(text, path, isItem, params, results, scope);
  const container = (each: ContainerFields & { readonly script?: string }, path: string): FieldErrors => [
    ...optional(each.image, (text) => check(text, `${path}.image`, false)),
    ...optional(each.workingDir, (text) => check(text, `${path}.workingDir`, false)),
    ...optional(each.script, (text) => check(text, `${path}.script`, false)),
    ...(each.command ?? []).flatMap((text, index) => check(text, `${path}.command[${index}]`, true)),
    ...(each.args ?? []).flatMap((text, index) => check(text, `${path}.args[${index}]`, true)),
    ...(each.env ?? []).flatMap((entry) =>
      optional(entry.value, (text) => check(text, `${path}.env[${entry.name}]`, false)),
    ),
    ...(each.volumeMounts ?? []).flatMap((mount, index) => [
      ...check(mount.name, `${path}.volumeMount[${index}].name`, false),
      ...check(mount.mountPath, `${path}.volumeMount[${index}].mountPath`, false),
      ...optional(mount.subPath, (text) => check(text, `${path}.volumeMount[${index}].subPath`, false)),
    ]),
  ];
  const own = (step: Step, path: string): FieldErrors => [
    ...optional(step.name, (text) => check(text, `${path}.name`, false)),
    ...optional(step.onError, (text) => check(text, `${path}.onError`, false)),
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
  isItem: boolean,
  params: ReadonlyMap<string, ParamSpec>,
  results: ReadonlySet<string>,
  scope: Scope,
): FieldErrors {
  if (!text.includes("$(")) return [];
  for (const expression of variablesIn(text)) {
    const problem = problemOf(expression, text, isItem, params, results, scope);
    if (problem !== undefined) return fieldError(`${problem} in ${quoteGo(text)}`, path);
  }
  return [];
}

const unknown = "non-existent variable";

function problemOf(
  expression: string,
  text: string,
  isItem: boolean,
  params: ReadonlyMap<string, ParamSpec>,
  results: ReadonlySet<string>,
  scope: Scope,
): string | undefined {
  if (expression.startsWith("context.")) {
    const known = contextNames.has(expression) || (!scope.standalone && pipelineContextNames.has(expression));
    return known ? undefined : unknown;
  }
  const result = /^results(?:\.(.+)|\['([^']+)'\]|\["([^"]+)"\])\.path$/.exec(expression);
  if (result !== null) return results.has(result[1] ?? result[2] ?? result[3] ?? "") ? undefined : unknown;
  const reference = referenceTo("params", expression) ?? referenceTo("inputs.params", expression);
  if (reference === undefined) return undefined;
  const declared = (name: string) => params.get(name) ?? scope.outerParams?.get(name);
  const whole = declared(reference.name);
  const dot = reference.name.lastIndexOf(".");
  const prefix = reference.quoted || whole !== undefined || dot === -1 ? undefined : reference.name.slice(0, dot);
  const spec = whole ?? (prefix === undefined ? undefined : declared(prefix));
  if (spec === undefined) {
    if (scope.outerParams === undefined) return undefined;
    const isOuter = scope.outerParams.has(reference.name) || (prefix !== undefined && scope.outerParams.has(prefix));
    return isOuter ? undefined : unknown;
  }
  const type = typeOfSpec(spec);
  if (whole === undefined) {
    const key = reference.name.slice(dot + 1);
    const known = type === "object" && (Object.hasOwn(spec.properties ?? {}, key) || spec.properties === undefined);
    return known ? undefined : unknown;
  }
  if (type === "string") return undefined;
  if (type === "array") {
    if (/^\[\d+\]$/.test(reference.rest)) return undefined;
    if (!isItem) return "variable type invalid";
    return wholeVariable(text) === expression ? undefined : "variable is not properly isolated";
  }
  const key = /^\.([^.[\]]+)$/.exec(reference.rest)?.[1];
  if (key === undefined) return "variable type invalid";
  return spec.properties === undefined || Object.hasOwn(spec.properties, key) ? undefined : unknown;
}

import { quoteGo } from "../../json/go-print.ts";
import { type FieldErrors, fieldError } from "../field-error.ts";
import type { OuterParams } from "./outer-params.ts";
import type { ParamValue } from "./param.ts";
import type { PipelineSpec, PipelineTask } from "./pipeline.ts";
import { type KnownParams, type Place, paramReferenceProblem, unknownVariable } from "./validate-param-reference.ts";
import { referenceTo, variablesIn } from "./variable-reference.ts";

/** Contexts of a PipelineRun. */
export const pipelineContextNames: ReadonlySet<string> = new Set([
  "context.pipelineRun.name",
  "context.pipelineRun.namespace",
  "context.pipelineRun.uid",
  "context.pipeline.name",
  "context.pipelineTask.retries",
]);

/** `$(params…)` and `$(context…)` of pipeline tasks; `runParams` are those of the run of an inline Pipeline. */
export function validatePipelineVariables(spec: PipelineSpec, runParams: OuterParams | undefined): FieldErrors {
  // A Pipeline of its own names nothing but what it declares.
  const params: KnownParams = {
    declared: new Map((spec.params ?? []).map((param) => [param.name, param])),
    outer: runParams ?? new Map(),
  };
  const check = (list: readonly PipelineTask[], field: string) =>
    list.flatMap((task, index) => taskErrors(task, `${field}[${index}]`, params));
  return [...check(spec.tasks ?? [], "tasks"), ...check(spec.finally ?? [], "finally")];
}

function taskErrors(task: PipelineTask, at: string, params: KnownParams): FieldErrors {
  const text = (value: string | undefined, path: string, place: Place): FieldErrors =>
    value === undefined || !value.includes("$(") ? [] : textErrors(value, path, place, params);
  const value = (given: ParamValue, path: string): FieldErrors => {
    if (typeof given === "string") return text(given, path, "value");
    if (Array.isArray(given)) {
      return (given as readonly string[]).flatMap((item, index) => text(item, `${path}[${index}]`, "item"));
    }
    return Object.entries(given).flatMap(([key, item]) => text(item, `${path}.${key}`, "string"));
  };
  return [
    ...(task.params ?? []).flatMap((param) => value(param.value, `${at}.params[${param.name}].value`)),
    ...(task.matrix?.params ?? []).flatMap((param) => value(param.value, `${at}.matrix.params[${param.name}].value`)),
    ...(task.when ?? []).flatMap((when, index) => [
      ...text(when.input, `${at}.when[${index}].input`, "value"),
      ...(when.values ?? []).flatMap((item, position) =>
        text(item, `${at}.when[${index}].values[${position}]`, "item"),
      ),
    ]),
    ...(task.matrix === undefined ? text(task.displayName, `${at}.displayName`, "string") : []),
    ...(task.workspaces ?? []).flatMap((usage, index) =>
      text(usage.subPath, `${at}.workspaces[${index}].subPath`, "string"),
    ),
  ];
}

function textErrors(text: string, path: string, place: Place, params: KnownParams): FieldErrors {
  for (const expression of variablesIn(text)) {
    const problem = problemOf(expression, text, place, params);
    if (problem !== undefined) return fieldError(`${problem} in ${quoteGo(text)}`, path);
  }
  return [];
}

function problemOf(expression: string, text: string, place: Place, params: KnownParams): string | undefined {
  if (expression.startsWith("context.")) return pipelineContextNames.has(expression) ? undefined : unknownVariable;
  const reference = referenceTo("params", expression);
  return reference === undefined ? undefined : paramReferenceProblem(reference, expression, text, place, params);
}

import { quoteGo } from "../../json/go-print.ts";
import { type FieldErrors, fieldError } from "../field-error.ts";
import type { OuterParams } from "./outer-params.ts";
import { type ParamSpec, type ParamValue, typeOfSpec } from "./param.ts";
import type { PipelineSpec, PipelineTask } from "./pipeline.ts";
import { referenceTo, variablesIn, wholeVariable } from "./variable-reference.ts";

const contexts: ReadonlySet<string> = new Set([
  "context.pipelineRun.name",
  "context.pipelineRun.namespace",
  "context.pipelineRun.uid",
  "context.pipeline.name",
  "context.pipelineTask.retries",
]);

/** `$(params…)` and `$(context…)` of pipeline tasks; `runParams` are those of the run of an inline Pipeline. */
export function validatePipelineVariables(spec: PipelineSpec, runParams: OuterParams | undefined): FieldErrors {
  const params = new Map((spec.params ?? []).map((param) => [param.name, param]));
  const check = (list: readonly PipelineTask[], field: string) =>
    list.flatMap((task, index) => taskErrors(task, `${field}[${index}]`, params, runParams));
  return [...check(spec.tasks ?? [], "tasks"), ...check(spec.finally ?? [], "finally")];
}

type Params = ReadonlyMap<string, ParamSpec>;

function taskErrors(task: PipelineTask, at: string, params: Params, runParams: OuterParams | undefined): FieldErrors {
  const text = (value: string | undefined, path: string, place: Place): FieldErrors =>
    value === undefined || !value.includes("$(") ? [] : textErrors(value, path, place, params, runParams);
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

/** Where a text stands: as a whole value, as an item of a list, or where only a string can be. */
type Place = "value" | "item" | "string";

function textErrors(
  text: string,
  path: string,
  place: Place,
  params: Params,
  runParams: OuterParams | undefined,
): FieldErrors {
  for (const expression of variablesIn(text)) {
    const problem = problemOf(expression, text, place, params, runParams);
    if (problem !== undefined) return fieldError(`${problem} in ${quoteGo(text)}`, path);
  }
  return [];
}

function problemOf(
  expression: string,
  text: string,
  place: Place,
  params: Params,
  runParams: OuterParams | undefined,
): string | undefined {
  if (expression.startsWith("context.")) return contexts.has(expression) ? undefined : "non-existent variable";
  const reference = referenceTo("params", expression);
  if (reference === undefined) return undefined;
  const declared = (name: string) => params.get(name) ?? runParams?.get(name);
  const whole = declared(reference.name);
  const dot = reference.name.lastIndexOf(".");
  const prefix = reference.quoted || whole !== undefined || dot === -1 ? undefined : reference.name.slice(0, dot);
  const spec = whole ?? (prefix === undefined ? undefined : declared(prefix));
  if (spec === undefined) {
    const known = runParams?.has(reference.name) === true || (prefix !== undefined && runParams?.has(prefix) === true);
    return known ? undefined : "non-existent variable";
  }
  const type = typeOfSpec(spec);
  if (whole === undefined) {
    const key = reference.name.slice(dot + 1);
    const known = type === "object" && (spec.properties === undefined || Object.hasOwn(spec.properties, key));
    return known ? undefined : "non-existent variable";
  }
  if (type === "string" || /^\[\d+\]$/.test(reference.rest)) return undefined;
  if (/^\.[^.[\]]+$/.test(reference.rest)) return undefined;
  if (place === "string") return "variable type invalid";
  return wholeVariable(text) === expression ? undefined : "variable is not properly isolated";
}

import { type FieldErrors, fieldError, under } from "../field-error.ts";
import type { OuterParams } from "./outer-params.ts";
import type { Param } from "./param.ts";
import type { PipelineSpec, PipelineTask } from "./pipeline.ts";
import { type KnownParams, type Place, paramReferenceProblem, unknownVariable } from "./validate-param-reference.ts";
import { referenceTo, textsIn, variablesIn } from "./variable-reference.ts";

/** Contexts of a PipelineRun. */
export const pipelineContextNames: ReadonlySet<string> = new Set([
  "context.pipelineRun.name",
  "context.pipelineRun.namespace",
  "context.pipelineRun.uid",
  "context.pipeline.name",
  "context.pipelineTask.retries",
]);

/** `$(context…)` in the params of pipeline tasks; as in Tekton, the path says no more than in which list. */
export function validatePipelineContexts(spec: PipelineSpec): FieldErrors {
  return (["tasks", "finally"] as const).flatMap((field) => {
    const texts = (spec[field] ?? []).flatMap((task) => [...textsIn([task.params, task.matrix])]);
    return texts.flatMap((text) =>
      variablesIn(text).some((expression) => expression.startsWith("context.") && !pipelineContextNames.has(expression))
        ? fieldError(unknownVariable(text), `${field}.value`)
        : [],
    );
  });
}

/** Params that a pipeline task names must be declared, or come from the run; paths relative to the task. */
export function validateTaskParamUse(task: PipelineTask, spec: PipelineSpec, runParams: OuterParams): FieldErrors {
  const known: KnownParams = {
    declared: new Map((spec.params ?? []).map((param) => [param.name, param])),
    outer: runParams,
  };
  const text = (value: string | undefined, path: string, place: Place): FieldErrors => {
    if (value === undefined || !value.includes("$(")) return [];
    for (const expression of variablesIn(value)) {
      const reference = referenceTo("params", expression);
      const problem =
        reference === undefined ? undefined : paramReferenceProblem(reference, expression, value, place, known);
      if (problem !== undefined) return fieldError(problem, path);
    }
    return [];
  };
  const given = ({ name, value }: Param): FieldErrors => {
    const at = `params[${name}]`;
    if (typeof value === "string") return text(value, at, "value");
    if (Array.isArray(value)) {
      return (value as readonly string[]).flatMap((item, index) => text(item, `${at}.value[${index}]`, "item"));
    }
    return Object.entries(value).flatMap(([key, item]) => text(item, `${at}.properties[${key}]`, "string"));
  };
  return [
    ...(task.params ?? []).flatMap(given),
    ...under("matrix", (task.matrix?.params ?? []).flatMap(given)),
    ...(task.when ?? []).flatMap((when, index) => [
      ...text(when.input, `when[${index}].input`, "value"),
      ...(when.values ?? []).flatMap((item) => text(item, `when[${index}].values`, "item")),
    ]),
    ...(task.matrix === undefined ? text(task.displayName, "displayName", "string") : []),
    ...(task.workspaces ?? []).flatMap((usage, index) => text(usage.subPath, `workspaces[${index}].subPath`, "string")),
  ];
}

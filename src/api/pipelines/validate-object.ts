import { type FieldErrors, missingField, missingOneOf, multipleOneOf, under } from "../field-error.ts";
import type { K8sObject } from "../object.ts";
import type { PipelinesConfiguration } from "./configuration.ts";
import type { PipelineSpec } from "./pipeline.ts";
import type { CustomRun, PipelineRun, TaskRun } from "./runs.ts";
import type { StepActionSpec, TaskSpec } from "./task.ts";
import { validateObjectName } from "./validate-names.ts";
import { validateGivenParams } from "./validate-params.ts";
import { validatePipelineSpec, validatePipelineUsage } from "./validate-pipeline.ts";
import { validateBindings, validatePipelineRun, validateTaskRun } from "./validate-runs.ts";
import { validateStepActionSpec, validateTaskSpec } from "./validate-task.ts";
import { validateUsedParams } from "./validate-task-variables.ts";

/** Every problem of an object in its storage version; `before` is what an update replaces (spec: pipelines, section 5). */
export function validatePipelinesObject(
  object: K8sObject,
  before: K8sObject | undefined,
  configuration: PipelinesConfiguration,
): FieldErrors {
  if (object.metadata.deletionTimestamp !== undefined) return [];
  return [...validateObjectName(object.metadata.name), ...validateSpec(object, before, configuration)];
}

function validateSpec(
  object: K8sObject,
  before: K8sObject | undefined,
  configuration: PipelinesConfiguration,
): FieldErrors {
  const spec: unknown = object["spec"];
  switch (object.kind) {
    case "Task": {
      const task = spec as TaskSpec;
      const errors = validateTaskSpec(task, { configuration, standalone: true });
      return under("spec", [...errors, ...validateUsedParams(task, new Map())]);
    }
    case "Pipeline":
      return under("spec", [
        ...validatePipelineSpec(spec as PipelineSpec, configuration),
        ...validatePipelineUsage(spec as PipelineSpec),
      ]);
    case "StepAction":
      return under("spec", validateStepActionSpec(spec as StepActionSpec, configuration));
    case "TaskRun":
      return validateTaskRun(object as unknown as TaskRun, before as unknown as TaskRun | undefined, configuration);
    case "PipelineRun":
      return validatePipelineRun(
        object as unknown as PipelineRun,
        before as unknown as PipelineRun | undefined,
        configuration,
      );
    case "CustomRun":
      return under("spec", validateCustomRunSpec(spec as CustomRun["spec"]));
    default:
      return [];
  }
}

function validateCustomRunSpec(spec: CustomRun["spec"]): FieldErrors {
  const { customRef, customSpec, params = [], workspaces = [] } = spec;
  if (customRef !== undefined && customSpec !== undefined) return multipleOneOf("customRef", "customSpec");
  const what = customRef ?? customSpec;
  if (what === undefined) return missingOneOf("customRef", "customSpec");
  const field = customRef === undefined ? "customSpec" : "customRef";
  return [
    ...(["apiVersion", "kind"] as const).flatMap((key) => (what[key] ? [] : missingField(`${field}.${key}`))),
    ...validateGivenParams(params),
    ...validateBindings(workspaces),
  ];
}

import { quoteGo } from "../../json/go-print.ts";
import {
  disallowedFields,
  type FieldErrors,
  fieldError,
  invalidValue,
  missingOneOf,
  multipleOneOf,
  under,
} from "../field-error.ts";
import { combinationCount } from "./combination-count.ts";
import type { PipelinesConfiguration } from "./configuration.ts";
import { parseGoDuration } from "./go-duration.ts";
import type { Matrix, PipelineSpec, PipelineTask } from "./pipeline.ts";
import { requireAlpha } from "./validate-alpha.ts";
import { isDnsLabel } from "./validate-names.ts";
import { validateParamNames } from "./validate-params.ts";
import { validateRef } from "./validate-ref.ts";
import { validateTaskSpec } from "./validate-task.ts";
import { validateWhen } from "./validate-when.ts";
import { textsIn, variablesIn } from "./variable-reference.ts";

export interface PipelineScope {
  readonly configuration: PipelinesConfiguration;
  /** Checks a Pipeline inside a Pipeline. */
  validateInner(spec: PipelineSpec): FieldErrors;
}

/** One entry of `tasks` or `finally`; paths relative to it. */
export function validatePipelineTask(task: PipelineTask, scope: PipelineScope): FieldErrors {
  return [
    ...validateName(task),
    ...validateWhatRuns(task, scope),
    ...under("params", validateParamNames(task.params ?? [])),
    ...validateWhen(task.when ?? [], scope.configuration),
    ...validateVariablePrefixes(task),
    ...(task.matrix === undefined ? [] : validateMatrix(task.matrix, task, scope.configuration)),
    ...validateRetries(task),
  ];
}

function validateName({ name }: PipelineTask): FieldErrors {
  if (isDnsLabel(name)) return [];
  return [
    {
      message: `invalid value ${quoteGo(name)}`,
      paths: ["name"],
      details:
        "Pipeline Task name must be a valid DNS Label.For more info refer to https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
    },
  ];
}

function validateWhatRuns(task: PipelineTask, scope: PipelineScope): FieldErrors {
  const { configuration } = scope;
  const { taskRef, taskSpec, pipelineRef, pipelineSpec } = task;
  const given = (["taskRef", "taskSpec", "pipelineRef", "pipelineSpec"] as const).filter(
    (key) => task[key] !== undefined,
  );
  const alternatives = [
    "taskRef",
    "taskSpec",
    ...(configuration.enableApiFields === "alpha" ? ["pipelineRef", "pipelineSpec"] : []),
  ];
  return [
    ...(given.length === 0 ? missingOneOf(...alternatives) : []),
    ...(given.length > 1 ? fieldError("expected exactly one, got multiple", ...given) : []),
    ...(configuration.disableInlineSpec.includes("pipeline")
      ? disallowedFields(...given.filter((field) => field.endsWith("Spec")))
      : []),
    ...(taskRef === undefined ? [] : validateTaskRef(taskRef)),
    ...(taskSpec === undefined ? [] : validateInlineTask(taskSpec, configuration)),
    ...(pipelineRef === undefined
      ? []
      : [...requireAlpha("pipelineRef", configuration), ...under("pipelineRef", validateRef(pipelineRef))]),
    ...(pipelineSpec === undefined
      ? []
      : [...requireAlpha("pipelineSpec", configuration), ...under("pipelineSpec", scope.validateInner(pipelineSpec))]),
  ];
}

function validateTaskRef(ref: NonNullable<PipelineTask["taskRef"]>): FieldErrors {
  const { apiVersion = "", kind = "" } = ref;
  return isCustom(apiVersion, kind)
    ? validateCustomTask("ref", "taskRef", apiVersion, kind)
    : under("taskRef", validateRef(ref));
}

function validateInlineTask(
  spec: NonNullable<PipelineTask["taskSpec"]>,
  configuration: PipelinesConfiguration,
): FieldErrors {
  const { apiVersion = "", kind = "" } = spec;
  return [
    ...validateEmbedded(apiVersion, kind, (spec.steps ?? []).length > 0),
    ...(isCustom(apiVersion, kind)
      ? validateCustomTask("spec", "taskSpec", apiVersion, kind)
      : under("taskSpec", validateTaskSpec(spec, { configuration, standalone: false }))),
  ];
}

/** Whether a ref or spec is of a kind that is not Tekton's own. */
function isCustom(apiVersion: string, kind: string): boolean {
  return (kind !== "" && kind !== "Task") || (apiVersion !== "" && !apiVersion.startsWith("tekton.dev/"));
}

/** A ref or spec of a kind that is not Tekton's own needs both its kind and the version of that kind. */
function validateCustomTask(what: "ref" | "spec", field: string, apiVersion: string, kind: string): FieldErrors {
  const errors: FieldErrors[number][] = [];
  if (kind === "") errors.push(...invalidValue(`custom task ${what} must specify kind`, `${field}.kind`));
  if (apiVersion === "") {
    errors.push(...invalidValue(`custom task ${what} must specify apiVersion`, `${field}.apiVersion`));
  } else if (!/^[^/]+\/[^/]+$/.test(apiVersion)) {
    const text = `invalid apiVersion format ${quoteGo(apiVersion)}, must be in the format "group/version"`;
    errors.push(...invalidValue(text, `${field}.apiVersion`));
  }
  return errors;
}

/** Steps make an inline spec a Task, which names no kind. */
function validateEmbedded(apiVersion: string, kind: string, hasSteps: boolean): FieldErrors {
  if (!hasSteps) return [];
  return [
    ...(apiVersion === ""
      ? []
      : fieldError("taskSpec.apiVersion cannot be specified when using taskSpec.steps", "taskSpec.apiVersion")),
    ...(kind === "" ? [] : fieldError("taskSpec.kind cannot be specified when using taskSpec.steps", "taskSpec.kind")),
  ];
}

const prefixes = ["params", "tasks", "finally", "context", "workspaces", "results"];

/** Variables of params, when and matrix begin with one of few words. */
function validateVariablePrefixes(task: PipelineTask): FieldErrors {
  const parts = [
    ...(task.params ?? []).map((param) => ({ path: `params[${param.name}].value`, value: param.value })),
    ...(task.when ?? []).map((when, index) => ({ path: `when[${index}]`, value: when })),
    ...(task.matrix?.params ?? []).map((param) => ({ path: `matrix.params[${param.name}].value`, value: param.value })),
  ];
  return parts.flatMap(({ path, value }) =>
    [...textsIn(value)].flatMap((text) =>
      variablesIn(text).flatMap((expression) => {
        const first = /^[^.[]*/.exec(expression)?.[0] ?? "";
        return prefixes.includes(first)
          ? []
          : fieldError(
              `invalid variable reference "$(${expression})", must start with a valid prefix: ${prefixes.join(", ")}`,
              path,
            );
      }),
    ),
  );
}

function validateMatrix(matrix: Matrix, task: PipelineTask, configuration: PipelinesConfiguration): FieldErrors {
  const errors: FieldErrors[number][] = [];
  const count = combinationCount(matrix);
  const limit = configuration.maxMatrixCombinations;
  if (count > limit) errors.push(...fieldError(`expected 0 <= ${count} <= ${limit}`, "matrix"));
  const names = new Set([
    ...(matrix.params ?? []).map((param) => param.name),
    ...(matrix.include ?? []).flatMap((entry) => (entry.params ?? []).map((param) => param.name)),
  ]);
  errors.push(...under("matrix.params", validateParamNames(matrix.params ?? [])));
  for (const [index, entry] of (matrix.include ?? []).entries()) {
    errors.push(...under(`matrix.include[${index}].params`, validateParamNames(entry.params ?? [])));
  }
  for (const { name } of task.params ?? []) {
    if (names.has(name)) errors.push(...multipleOneOf(`matrix[${name}]`, `params[${name}]`));
  }
  return errors;
}

/** Workspaces that a pipeline task uses must be declared by the Pipeline; paths relative to the task. */
export function validateUsedWorkspaces(task: PipelineTask, declared: ReadonlySet<string>): FieldErrors {
  const seen = new Set<string>();
  return (task.workspaces ?? []).flatMap((usage, index) => {
    const errors: FieldErrors[number][] = [];
    if (seen.has(usage.name)) {
      errors.push(...fieldError(`workspace name ${quoteGo(usage.name)} must be unique`, `workspaces[${index}]`));
    }
    seen.add(usage.name);
    const source = usage.workspace || usage.name;
    if (!declared.has(source)) {
      errors.push(
        ...invalidValue(
          `pipeline task ${quoteGo(task.name)} expects workspace with name ${quoteGo(source)} but none exists in pipeline spec`,
          `workspaces[${index}]`,
        ),
      );
    }
    return errors;
  });
}

function validateRetries(task: PipelineTask): FieldErrors {
  const errors: FieldErrors[number][] = [];
  const { retries = 0, onError = "", timeout } = task;
  if (retries < 0) errors.push(...invalidValue(`${retries} should be >= 0`, "retries"));
  if (timeout !== undefined && (parseGoDuration(timeout) ?? 0) < 0) {
    errors.push(...invalidValue(`${timeout} should be >= 0`, "timeout"));
  }
  if (onError !== "" && !onError.includes("$(params") && onError !== "continue" && onError !== "stopAndFail") {
    errors.push(
      ...invalidValue(onError, "OnError").map((error) => ({
        ...error,
        details: 'PipelineTask OnError must be either "continue" or "stopAndFail"',
      })),
    );
  }
  if (onError === "continue" && retries > 0) {
    errors.push(...fieldError('PipelineTask OnError cannot be set to "continue" when Retries is greater than 0'));
  }
  return errors;
}

import { compareQuantities } from "../api/core/quantity.ts";
import type { PipelinesConfiguration } from "../api/pipelines/configuration.ts";
import type { Param, ParamValue } from "../api/pipelines/param.ts";
import type { TaskRunSpec, WorkspaceBinding } from "../api/pipelines/runs.ts";
import type { ResourceRequirements, TaskSpec, WorkspaceDeclaration } from "../api/pipelines/task.ts";
import {
  badArrayIndexes,
  enumViolation,
  goMapOfLists,
  missingObjectKeys,
  missingParams,
  mistypedParams,
} from "./params.ts";

/** Why a TaskRun cannot run: reason and message of its condition. */
export interface RunFailure {
  readonly reason: string;
  readonly message: string;
}

export interface TaskCheckInput {
  /** The Task's name, or the TaskRun's for inline specs. */
  readonly taskName: string;
  readonly spec: TaskSpec;
  readonly run: TaskRunSpec;
  readonly inline: boolean;
  readonly values: ReadonlyMap<string, ParamValue>;
  readonly bindings: readonly WorkspaceBinding[];
  readonly configuration: PipelinesConfiguration;
}

/** The checks before a TaskRun's pod is made, in their order (spec: pipelines, section 6, point 4). */
export function checkTaskRun(input: TaskCheckInput): RunFailure | undefined {
  const { spec, run, taskName } = input;
  const invalid = (text: string, reason = "TaskRunValidationFailed"): RunFailure => ({
    reason,
    message: `[User error] ${text}`,
  });

  const resources = resourceProblem(spec, run);
  if (resources !== undefined) return invalid(resources);
  const paramProblem = checkParams(spec, run.params ?? []);
  if (paramProblem !== undefined) return invalid(`invalid input params for task ${taskName}: ${paramProblem}`);
  if (input.configuration.enableParamEnum) {
    const violation = enumViolation(spec.params ?? [], input.values);
    if (violation !== undefined) return invalid(violation, "InvalidParamValue");
  }
  const indexes = badArrayIndexes([spec.steps, spec.stepTemplate, spec.sidecars, spec.volumes], input.values);
  if (indexes.length > 0) return invalid(`non-existent param references:[${indexes.join(" ")}]`);
  const workspaces = checkWorkspaces(spec.workspaces ?? [], input);
  if (workspaces !== undefined) return invalid(workspaces);
  const stepNames = new Set((spec.steps ?? []).map((step) => step.name));
  for (const { name } of run.stepSpecs ?? []) {
    if (!stepNames.has(name)) return invalid(`invalid StepOverride: No Step named ${name}`);
  }
  const sidecarNames = new Set((spec.sidecars ?? []).map((sidecar) => sidecar.name));
  for (const { name } of run.sidecarSpecs ?? []) {
    if (!sidecarNames.has(name)) return invalid(`invalid SidecarOverride: No Sidecar named ${name}`);
  }
  return undefined;
}

function checkParams(spec: TaskSpec, given: readonly Param[]): string | undefined {
  const specs = spec.params ?? [];
  const missing = missingParams(specs, given);
  if (missing.length > 0) {
    return `missing values for these params which have no default values: [${missing.join(" ")}]`;
  }
  const mistyped = mistypedParams(specs, given);
  if (mistyped.length > 0) return `param types don't match the user-specified type: [${mistyped.join(" ")}]`;
  const keys = missingObjectKeys(specs, given);
  if (keys.size > 0) {
    return `missing keys for these params which are required in ParamSpec's properties ${goMapOfLists(keys)}`;
  }
  return undefined;
}

function checkWorkspaces(declared: readonly WorkspaceDeclaration[], input: TaskCheckInput): string | undefined {
  const bound = new Set(input.bindings.map((binding) => binding.name));
  const names = new Set(declared.map((workspace) => workspace.name));
  for (const workspace of declared) {
    if (workspace.optional !== true && !bound.has(workspace.name)) {
      return `declared workspace "${workspace.name}" is required but has not been bound`;
    }
  }
  if (input.inline) return undefined;
  for (const { name } of input.bindings) {
    if (!names.has(name)) return `workspace binding "${name}" does not match any declared workspace`;
  }
  return undefined;
}

/** A container that requests more than its limit allows. */
function resourceProblem(spec: TaskSpec, run: TaskRunSpec): string | undefined {
  const all: readonly (ResourceRequirements | undefined)[] = [
    run.computeResources,
    spec.stepTemplate?.computeResources,
    ...(spec.steps ?? []).map((step) => step.computeResources),
    ...(spec.sidecars ?? []).map((sidecar) => sidecar.computeResources),
    ...(run.stepSpecs ?? []).map((step) => step.computeResources),
    ...(run.sidecarSpecs ?? []).map((sidecar) => sidecar.computeResources),
  ];
  for (const resources of all) {
    for (const [name, request] of Object.entries(resources?.requests ?? {})) {
      const limits = resources?.limits ?? {};
      const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
      if (limit !== undefined && compareQuantities(request, limit) > 0) {
        return `Invalid request resource value: ${request} must be less or equal to limit ${limit}`;
      }
    }
  }
  return undefined;
}

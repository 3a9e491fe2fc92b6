import { quoteGo } from "../../json/go-print.ts";
import { compareQuantities } from "../core/quantity.ts";
import { type FieldErrors, fieldError, invalidValue, missingField, under } from "../field-error.ts";
import type { PipelinesConfiguration } from "./configuration.ts";
import { parseGoDuration } from "./go-duration.ts";
import type { ContainerFields, Sidecar, Step, StepActionSpec, StepResult, TaskSpec, VolumeMount } from "./task.ts";
import { requireAlpha } from "./validate-alpha.ts";
import { isDnsLabel, isResultName } from "./validate-names.ts";
import { unknownVariable } from "./validate-param-reference.ts";
import { validateParamSpecs } from "./validate-params.ts";
import { validateRef } from "./validate-ref.ts";
import { validateTaskVariables, validateUsedParams } from "./validate-task-variables.ts";
import { validateWhen } from "./validate-when.ts";
import {
  parseStepArtifact,
  parseStepResultReference,
  parseTaskArtifact,
  textsIn,
  variablesIn,
  wholeVariable,
} from "./variable-reference.ts";

export interface TaskScope {
  readonly configuration: PipelinesConfiguration;
  /** Whether this is a Task of its own rather than an inline one. */
  readonly standalone: boolean;
}

/** A Task's spec; paths relative to it (spec: pipelines, sections 3 and 5). */
export function validateTaskSpec(spec: TaskSpec, scope: TaskScope): FieldErrors {
  const steps = spec.steps ?? [];
  if (steps.length === 0) return missingField("steps");
  const template = spec.stepTemplate ?? {};
  const names = new Set<string>();
  const stepErrors = steps.flatMap((step, index) => {
    const merged = { ...template, ...step };
    const duplicate = step.name !== undefined && step.name !== "" && names.has(step.name);
    names.add(step.name ?? "");
    const errors = [...validateStep(merged, step, scope), ...(duplicate ? invalidValue(step.name ?? "", "name") : [])];
    return under("steps", errors, index);
  });
  return [
    ...validateParamSpecs(spec.params ?? [], scope.configuration),
    ...validateVolumes(spec),
    ...validateWorkspaces(spec),
    ...stepErrors,
    ...(spec.sidecars ?? []).flatMap((sidecar, index) => under("sidecars", validateSidecar(sidecar), index)),
    ...(spec.results ?? []).flatMap((result, index) =>
      under("results", [...validateResult(result, false), ...validateResultValue(result, steps)], index),
    ),
    ...validateTaskVariables(spec, scope),
  ];
}

function validateStep(merged: Step, step: Step, scope: TaskScope): FieldErrors {
  const { enableArtifacts, enableStepActions } = scope.configuration;
  if (!enableArtifacts && usesArtifacts(step)) {
    return fieldError("feature flag enable-artifacts should be set to true to use artifacts feature.", "");
  }
  if (!enableStepActions) {
    const without = (what: string) =>
      fieldError(`feature flag enable-step-actions should be set to true ${what} in Steps.`, "");
    if (step.ref !== undefined) return without("to reference StepActions");
    if ((step.results ?? []).length > 0) return without("in order to use Results");
    if ((step.when ?? []).length > 0) return without("in order to use When");
  }
  const errors: FieldErrors[number][] = [];
  const { name = "" } = step;
  if (step.ref !== undefined) errors.push(...validateStepWithRef(step));
  else {
    if ((merged.image ?? "") === "") errors.push(...missingField("Image"));
    if ((step.params ?? []).length > 0) {
      errors.push(...fieldError("params cannot be used without Ref", "params"));
    }
    if ((merged.script ?? "") !== "" && (merged.command ?? []).length > 0) {
      errors.push(...fieldError("script cannot be used with command", "script"));
    }
  }
  if (name !== "" && !name.includes("$(") && !isDnsLabel(name)) {
    errors.push({
      message: `invalid value ${quoteGo(name)}`,
      paths: ["name"],
      details:
        "Task step name must be a valid DNS Label, For more info refer to https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
    });
  }
  if (step.timeout !== undefined && (parseGoDuration(step.timeout) ?? 0) < 0) {
    return invalidValue(step.timeout, "negative timeout");
  }
  const { onError = "" } = step;
  if (onError !== "" && !onError.startsWith("$(params.") && onError !== "continue" && onError !== "stopAndFail") {
    errors.push(
      ...fieldError(`invalid value: "${onError}"`, "onError").map((error) => ({
        ...error,
        details: 'Task step onError must be either "continue" or "stopAndFail"',
      })),
    );
  }
  errors.push(...validateMounts(step.volumeMounts ?? []), ...validateResources(step));
  for (const [index, result] of (step.results ?? []).entries()) {
    errors.push(...under("results", validateResult(result, scope.standalone === false), index));
  }
  if (step.results !== undefined) errors.push(...validateOwnResults(step.script, step.results));
  errors.push(...validateWhen(step.when ?? [], scope.configuration));
  if (step.stdoutConfig !== undefined) {
    errors.push(...requireAlpha("step stdout stream support", scope.configuration));
  }
  if (step.stderrConfig !== undefined) {
    errors.push(...requireAlpha("step stderr stream support", scope.configuration));
  }
  return [...errors, ...validateStepReferences(step)];
}

/** Where a step may name results and artifacts of earlier steps, which are known only when it begins. */
function validateStepReferences(step: Step): FieldErrors {
  const fields: readonly (readonly [path: string, text: string | undefined])[] = [
    ["name", step.name],
    ["image", step.image],
    ["imagePullPolicy", step.imagePullPolicy],
    ["workingDir", step.workingDir],
    ...(step.envFrom ?? []).flatMap(
      ({ prefix, configMapRef, secretRef }) =>
        [
          ["envFrom.prefix", prefix],
          ["envFrom.configMapRef", configMapRef?.name],
          ["envFrom.secretRef", secretRef?.name],
        ] as const,
    ),
    ...(step.volumeMounts ?? []).flatMap(
      (mount) =>
        [
          ["volumeMounts.name", mount.name],
          ["volumeMounts.mountPath", mount.mountPath],
          ["volumeMounts.subPath", mount.subPath],
        ] as const,
    ),
  ];
  const names = (text: string | undefined, isMeant: (expression: string) => boolean): boolean =>
    text?.includes("$(step") === true && variablesIn(text).some(isMeant);
  const isResult = (expression: string) => parseStepResultReference(expression) !== undefined;
  return [
    ...[...fields, ["script", step.script] as const].flatMap(([path, text]) =>
      names(text, isResult)
        ? fieldError("stepResult substitutions are only allowed in env, command and args. Found usage in", path)
        : [],
    ),
    ...fields.flatMap(([path, text]) =>
      names(text, isStepArtifact)
        ? fieldError(
            "stepArtifact substitutions are only allowed in env, command, args and script. Found usage in",
            path,
          )
        : [],
    ),
  ];
}

function isStepArtifact(expression: string): boolean {
  return expression === "step.artifacts.path" || parseStepArtifact(expression) !== undefined;
}

function usesArtifacts(step: Step): boolean {
  const texts = [step.script, step.command, step.args, (step.env ?? []).map((entry) => entry.value)];
  return [...textsIn(texts)].some((text) =>
    variablesIn(text).some(
      (expression) =>
        isStepArtifact(expression) || expression === "artifacts.path" || parseTaskArtifact(expression) !== undefined,
    ),
  );
}

const fieldsWithoutRef = [
  "image",
  "command",
  "args",
  "script",
  "workingDir",
  "env",
  "volumeMounts",
  "results",
] as const;

function validateStepWithRef(step: Step): FieldErrors {
  const errors: FieldErrors[number][] = [...validateRef(step.ref ?? {})];
  for (const field of fieldsWithoutRef) {
    const value = step[field];
    const isSet = value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
    const shown = field === "workingDir" ? "working dir" : field;
    if (isSet) errors.push(...fieldError(`${shown} cannot be used with Ref`, field));
  }
  return errors;
}

function validateMounts(mounts: readonly VolumeMount[]): FieldErrors {
  return mounts.flatMap(({ name, mountPath }, index) => {
    const errors: FieldErrors[number][] = [];
    if (mountPath.startsWith("/tekton/") && !mountPath.startsWith("/tekton/home")) {
      errors.push(
        ...fieldError(
          `volumeMount cannot be mounted under /tekton/ (volumeMount ${quoteGo(name)} mounted at ${quoteGo(mountPath)})`,
          "mountPath",
        ),
      );
    }
    if (name.startsWith("tekton-internal-")) {
      errors.push(...fieldError(`volumeMount name ${quoteGo(name)} cannot start with "tekton-internal-"`, "name"));
    }
    return under("volumeMounts", errors, index);
  });
}

function validateResources({ computeResources }: ContainerFields): FieldErrors {
  for (const [name, request] of Object.entries(computeResources?.requests ?? {})) {
    const limits = computeResources?.limits ?? {};
    const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
    if (limit !== undefined && (compareQuantities(request, "0") < 0 || compareQuantities(limit, "0") < 0)) {
      return invalidValue(request, `computeResources.requests.${name}`);
    }
  }
  return [];
}

function validateSidecar(sidecar: Sidecar): FieldErrors {
  const errors: FieldErrors[number][] = [];
  if ((sidecar.image ?? "") === "") errors.push(...missingField("image"));
  if (sidecar.name === "tekton-log-results") {
    errors.push(...fieldError(`Invalid: cannot use reserved sidecar name ${sidecar.name} `, "name"));
  }
  if ((sidecar.script ?? "") !== "" && (sidecar.command ?? []).length > 0) {
    errors.push(...fieldError("script cannot be used with command", "script"));
  }
  return errors;
}

function validateVolumes(spec: TaskSpec): FieldErrors {
  const seen = new Set<string>();
  return (spec.volumes ?? []).flatMap(({ name }, index) => {
    const errors: FieldErrors[number][] = [];
    if (seen.has(name)) errors.push(...fieldError(`multiple volumes with same name ${quoteGo(name)}`, "name"));
    if (name.startsWith("tekton-internal-")) {
      errors.push(...fieldError(`volume name ${quoteGo(name)} cannot start with "tekton-internal-"`, "name"));
    }
    seen.add(name);
    return under("volumes", errors, index);
  });
}

function validateWorkspaces(spec: TaskSpec): FieldErrors {
  const errors: FieldErrors[number][] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  const containers = [...(spec.steps ?? []), spec.stepTemplate ?? {}];
  for (const { volumeMounts } of containers)
    for (const mount of volumeMounts ?? []) paths.add(cleanPath(mount.mountPath));
  for (const [index, workspace] of (spec.workspaces ?? []).entries()) {
    if (names.has(workspace.name)) {
      errors.push(
        ...fieldError(`workspace name ${quoteGo(workspace.name)} must be unique`, `workspaces[${index}].name`),
      );
    }
    names.add(workspace.name);
    const path = cleanPath(mountPathOf(workspace));
    if (paths.has(path)) {
      errors.push(
        ...fieldError(`workspace mount path ${quoteGo(path)} must be unique`, `workspaces[${index}].mountpath`),
      );
    }
    paths.add(path);
  }
  const users = [
    ...(spec.steps ?? []).map((step, index) => ({ workspaces: step.workspaces, path: `steps[${index}]` })),
    ...(spec.sidecars ?? []).map((sidecar, index) => ({ workspaces: sidecar.workspaces, path: `sidecars[${index}]` })),
  ];
  for (const { workspaces, path } of users) {
    for (const [index, { name }] of (workspaces ?? []).entries()) {
      if (!names.has(name)) {
        errors.push(...fieldError(`undefined workspace ${quoteGo(name)}`, `${path}.workspaces[${index}].name`));
      }
    }
  }
  return errors;
}

function mountPathOf(workspace: { readonly name: string; readonly mountPath?: string }): string {
  return workspace.mountPath || `/workspace/${workspace.name}`;
}

function cleanPath(path: string): string {
  return path.replace(/\/+/g, "/").replace(/(.)\/$/, "$1");
}

function validateResult(result: StepResult, needsPropertyTypes: boolean): FieldErrors {
  const errors: FieldErrors[number][] = [];
  const { name, type = "string", properties } = result;
  if (!isResultName(name)) {
    errors.push({
      message: `invalid key name ${quoteGo(name)}`,
      paths: ["name"],
      details:
        "Name must consist of alphanumeric characters, '-', '_', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my-name',  or 'my_name', regex used for validation is '^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$')",
    });
  }
  if (type !== "string" && type !== "array" && type !== "object") {
    return [...errors, ...invalidValue(type, "type").map((error) => ({ ...error, details: "type must be string" }))];
  }
  if (type === "object") {
    if (properties === undefined) return [...errors, ...missingField(`${name}.properties`)];
    const bad = Object.entries(properties).filter(
      ([, property]) => (property.type ?? (needsPropertyTypes ? "" : "string")) !== "string",
    );
    if (bad.length > 0) {
      errors.push(
        ...fieldError(
          `The value type specified for these keys [${bad.map(([key]) => key).join(" ")}] is invalid, the type must be string`,
          `${name}.properties`,
        ),
      );
    }
  }
  return errors;
}

/** A Task result's value may only take a result of a named step over. */
function validateResultValue(result: NonNullable<TaskSpec["results"]>[number], steps: readonly Step[]): FieldErrors {
  const { name, value } = result;
  if (value === undefined) return [];
  if (typeof value !== "string") {
    const type = Array.isArray(value) ? "array" : "object";
    return fieldError(`Invalid Type. Wanted string but got: "${type}"`, `${name}.type`);
  }
  const at = `${name}.value`;
  const reference = parseStepResultReference(wholeVariable(value) ?? "");
  if (reference === undefined) {
    return fieldError(
      `Could not extract step name and result name. Expected value to look like $(steps.<stepName>.results.<resultName>) but got ${quoteGo(value)}`,
      at,
    );
  }
  const step = steps.find((each) => each.name === reference.step);
  if (step === undefined) return invalidValue(`referenced step ${quoteGo(reference.step)} does not exist`, at);
  if (step.ref === undefined && !(step.results ?? []).some((each) => each.name === reference.result)) {
    return invalidValue(`${quoteGo(reference.result)} is not a result of step ${quoteGo(reference.step)}`, at);
  }
  return [];
}

/** A StepAction's spec; paths relative to it. */
export function validateStepActionSpec(spec: StepActionSpec, configuration: PipelinesConfiguration): FieldErrors {
  const errors: FieldErrors[number][] = [];
  if ((spec.image ?? "") === "") errors.push(...missingField("Image"));
  if ((spec.script ?? "") !== "") {
    if ((spec.command ?? []).length > 0) errors.push(...fieldError("script cannot be used with command", "script"));
    const uses = variablesIn(spec.script ?? "").some((expression) => /^params[.[]/.test(expression));
    if (uses) errors.push(...fieldError("param substitution in scripts is not allowed.", "script"));
  }
  const notAParam = (spec.volumeMounts ?? []).findIndex(({ name }) => !/^params[.[]/.test(wholeVariable(name) ?? ""));
  if (notAParam >= 0) {
    const details = "expect the Name to be a single param reference";
    errors.push(
      ...invalidValue(spec.volumeMounts?.[notAParam]?.name ?? "", `volumeMounts[${notAParam}].name`, details),
    );
  }
  errors.push(...validateParamSpecs(spec.params ?? [], configuration));
  for (const [index, result] of (spec.results ?? []).entries()) {
    errors.push(...under("results", validateResult(result, false), index));
  }
  const { params: _params, description: _description, ...step } = spec;
  const asTask: TaskSpec = { params: spec.params ?? [], steps: [step] };
  errors.push(
    ...[...validateTaskVariables(asTask, { standalone: true }), ...validateUsedParams(asTask, new Map())].map(
      (error) => ({
        ...error,
        paths: error.paths.map((path) =>
          path.replace(/^steps\[0\]\./, "").replace(/^volumeMount(\[\d+\])\.name$/, "volumeMounts$1"),
        ),
      }),
    ),
    ...validateOwnResults(spec.script, spec.results ?? []),
  );
  return errors;
}

/** A script may name the paths of its own step's results only. */
function validateOwnResults(script: string | undefined, results: readonly StepResult[]): FieldErrors {
  const names = new Set(results.map((result) => result.name));
  const isUnknown = variablesIn(script ?? "").some((expression) => {
    const match = /^step\.results(?:\.(.+)|\['([^']+)'\]|\["([^"]+)"\])\.path$/.exec(expression);
    return match !== null && !names.has(match[1] ?? match[2] ?? match[3] ?? "");
  });
  return isUnknown ? fieldError(unknownVariable(script ?? ""), "script") : [];
}

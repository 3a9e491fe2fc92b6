import type { ParamValue } from "../api/pipelines/param.ts";
import type { Step, StepActionSpec, TaskSpec } from "../api/pipelines/task.ts";
import { err, ok, type Result } from "../result.ts";
import { missingObjectKeys, mistypedParams, resolveParams, setParam } from "./params.ts";
import { Variables } from "./variables.ts";

/** Params of the Task as its steps' `params` see them. */
export function taskParamVariables(values: ReadonlyMap<string, ParamValue>): Variables {
  const variables = new Variables();
  for (const [name, value] of values) setParam(variables, name, value);
  return variables;
}

/** Steps that name a StepAction, by their index. */
export function stepRefs(spec: TaskSpec): readonly { readonly index: number; readonly step: Step }[] {
  return (spec.steps ?? []).flatMap((step, index) => (step.ref === undefined ? [] : [{ index, step }]));
}

/**
 * Puts StepActions in the place of the refs to them, their params filled in. Errors are what TaskRunResolutionFailed
 * says (spec: pipelines, section 3).
 */
export function mergeStepActions(
  spec: TaskSpec,
  actions: ReadonlyMap<number, StepActionSpec>,
  taskParams: Variables,
): Result<TaskSpec, string> {
  const steps: Step[] = [];
  for (const [index, step] of (spec.steps ?? []).entries()) {
    const action = actions.get(index);
    if (action === undefined) {
      steps.push(step);
      continue;
    }
    const merged = mergeStepAction(step, action, taskParams);
    if (!merged.ok) return err(stepRefError(step, index, merged.error));
    steps.push(merged.value);
  }
  return ok({ ...spec, steps });
}

/** The text that tells which step's ref failed. */
export function stepRefError(step: Step, index: number, cause: string): string {
  return `failed to resolve step ref for step "${step.name ?? ""}" (index ${index}): ${cause}`;
}

function mergeStepAction(step: Step, action: StepActionSpec, taskParams: Variables): Result<Step, string> {
  const specs = action.params ?? [];
  const given = (step.params ?? []).map((param) => ({ ...param, value: taskParams.value(param.value) }));
  const declared = new Set(specs.map((param) => param.name));
  const extra = given.filter((param) => !declared.has(param.name)).map((param) => param.name);
  if (extra.length > 0) return err(`extra params passed by Step to StepAction: [${extra.join(" ")}]`);
  const names = new Set(given.map((param) => param.name));
  const missing = specs.filter((param) => param.default === undefined && !names.has(param.name));
  if (missing.length > 0) return err(`non-existent params in Step: [${missing.map((param) => param.name).join(" ")}]`);
  const mistyped = mistypedParams(specs, given, true);
  if (mistyped.length > 0) return err(`param types don't match the user-specified type: [${mistyped.join(" ")}]`);
  const keys = missingObjectKeys(specs, given);
  if (keys.size > 0) return err(`missing keys for these params: [${[...keys.keys()].join(" ")}]`);
  const resolved = resolveParams(specs, given);
  if (resolved.circular !== undefined) {
    return err(`parameter resolution failed: circular dependency detected in param "${resolved.circular}"`);
  }
  const variables = new Variables();
  for (const [name, value] of resolved.values) setParam(variables, name, value);
  const { ref: _ref, params: _params, ...own } = step;
  return ok({
    ...own,
    ...(action.image === undefined ? {} : { image: variables.text(action.image) }),
    ...(action.command === undefined ? {} : { command: variables.items(action.command) }),
    ...(action.args === undefined ? {} : { args: variables.items(action.args) }),
    ...(action.script === undefined ? {} : { script: action.script }),
    ...(action.workingDir === undefined ? {} : { workingDir: variables.text(action.workingDir) }),
    ...(action.env === undefined ? {} : { env: variables.deep(action.env) }),
    ...(action.volumeMounts === undefined ? {} : { volumeMounts: variables.deep(action.volumeMounts) }),
    ...(action.results === undefined ? {} : { results: action.results }),
    ...(action.securityContext === undefined ? {} : { securityContext: action.securityContext }),
  });
}

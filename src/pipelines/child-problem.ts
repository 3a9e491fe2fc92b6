import { combinationCount } from "../api/pipelines/combination-count.ts";
import { type ParamValue, typeOfValue } from "../api/pipelines/param.ts";
import type { PipelineTask } from "../api/pipelines/pipeline.ts";
import type { PipelineRun } from "../api/pipelines/runs.ts";
import type { TaskSpec } from "../api/pipelines/task.ts";
import { type ChildContext, isCustomTask, pipelineCycle } from "./child-objects.ts";
import { expandMatrix } from "./matrix.ts";
import { enumViolation } from "./params.ts";
import type { RunFailure } from "./task-checks.ts";
import { workspacesUsedIn } from "./task-workspaces.ts";

/**
 * Why a pipeline task whose turn has come, its variables filled in, cannot be carried out: the run fails with it (spec:
 * pipelines, section 10, checks that come later). `spec` is the Task's, where it is known.
 */
export function childProblem(
  task: PipelineTask,
  run: PipelineRun,
  context: ChildContext,
  spec: TaskSpec | undefined,
): RunFailure | undefined {
  const types = matrixTypeProblem(task);
  if (types !== undefined) {
    return {
      reason: "InvalidMatrixParameterTypes",
      message: `[User error] Failed to validate matrix ${JSON.stringify(run.metadata.name)} with error ${types}`,
    };
  }
  // Lists that results gave were not known when the Pipeline was admitted.
  const combinations = combinationCount(task.matrix ?? {});
  const { maxMatrixCombinations } = context.configuration;
  if (combinations > maxMatrixCombinations) {
    const message = `error creating run for task ${JSON.stringify(task.name)}: its matrix has ${combinations} combinations, more than ${maxMatrixCombinations}`;
    return { reason: "CreateRunFailed", message };
  }
  if (context.configuration.enableParamEnum && spec !== undefined) {
    const violation = enumProblem(task, spec);
    if (violation !== undefined) {
      return {
        reason: "InvalidParamValue",
        message: `[User error] Invalid param value from PipelineTask "${task.name}": ${violation}`,
      };
    }
  }
  const cycle = pipelineCycle(task, run);
  if (cycle !== undefined) {
    const message = `error creating run for task ${JSON.stringify(task.name)}: the Pipelines refer to each other: ${cycle}`;
    return { reason: "CreateRunFailed", message };
  }
  const unbound = unboundWorkspace(task, context, spec);
  if (unbound === undefined) return undefined;
  return {
    reason: "CreateRunFailed",
    message: `expected workspace ${JSON.stringify(unbound)} to be provided by pipelinerun for pipeline task ${JSON.stringify(task.name)}`,
  };
}

/** A matrix takes lists, its includes strings; what a reference became is known only now. */
function matrixTypeProblem({ name: task, matrix }: PipelineTask): string | undefined {
  const included = (matrix?.include ?? []).flatMap((entry) => entry.params ?? []);
  const notString = included.find((param) => typeof param.value !== "string");
  if (notString !== undefined) return typeText("string", notString, task);
  const notList = (matrix?.params ?? []).find((param) => !Array.isArray(param.value));
  return notList === undefined ? undefined : typeText("array", notList, task);
}

function typeText(
  wanted: "string" | "array",
  { name, value }: { readonly name: string; readonly value: ParamValue },
  task: string,
): string {
  return `parameters of type ${wanted} only are allowed, but param "${name}" has type "${typeOfValue(value)}" in pipelineTask "${task}"`;
}

function enumProblem(task: PipelineTask, spec: TaskSpec): string | undefined {
  const combinations = task.matrix === undefined ? [{ params: [] }] : expandMatrix(task.matrix);
  for (const { params } of combinations) {
    const values = new Map([...params, ...(task.params ?? [])].map((param) => [param.name, param.value]));
    const violation = enumViolation(spec.params ?? [], values);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

/**
 * A workspace that the task names, or an inline Task uses, and that the run does not bind though the Task needs it. Of a
 * Task that is not known, as after a restart, the TaskRun finds out.
 */
function unboundWorkspace(task: PipelineTask, context: ChildContext, spec: TaskSpec | undefined): string | undefined {
  if (task.pipelineRef !== undefined || task.pipelineSpec !== undefined) return undefined;
  const taskSpec = spec ?? task.taskSpec;
  if (taskSpec === undefined && !isCustomTask(task)) return undefined;
  const bound = new Set(context.workspaces.map((binding) => binding.name));
  const optional = new Set(
    (taskSpec?.workspaces ?? []).filter((workspace) => workspace.optional === true).map((workspace) => workspace.name),
  );
  const listed = (task.workspaces ?? []).map((usage) => ({ name: usage.name, source: usage.workspace || usage.name }));
  const known = new Set(listed.map(({ name }) => name));
  const used = task.taskSpec === undefined ? [] : [...workspacesUsedIn(task.taskSpec)];
  const propagated = used.filter((name) => !known.has(name)).map((name) => ({ name, source: name }));
  const missing = [...listed, ...propagated].find(({ name, source }) => !bound.has(source) && !optional.has(name));
  return missing?.source;
}

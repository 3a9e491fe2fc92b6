import type { PipelinesConfiguration } from "../api/pipelines/configuration.ts";
import { formatGoDuration, parseGoDuration } from "../api/pipelines/go-duration.ts";
import { isMatrixed } from "../api/pipelines/is-matrixed.ts";
import { type ParamSpec, type ParamValue, typeOfSpec, typeOfValue } from "../api/pipelines/param.ts";
import type { EmbeddedTask, PipelineSpec, PipelineTask } from "../api/pipelines/pipeline.ts";
import { graphProblem } from "../api/pipelines/pipeline-parents.ts";
import type { PipelineRun, Timeouts, WorkspaceBinding } from "../api/pipelines/runs.ts";
import { err, ok, type Result } from "../result.ts";
import {
  badArrayIndexes,
  enumViolation,
  goMapOfLists,
  missingObjectKeys,
  missingParams,
  mistypedParams,
  resolveParams,
  setParam,
} from "./params.ts";
import type { RunTimeouts } from "./scheduler.ts";
import type { RunFailure } from "./task-checks.ts";
import { substitutePipelineTask } from "./task-instance.ts";
import { applyVariables } from "./task-substitution.ts";
import { Variables } from "./variables.ts";

/** The Pipeline of a run, wherever it came from. */
export interface ResolvedPipeline {
  /** The Pipeline's name, or the run's for inline specs. */
  readonly name: string;
  readonly inline: boolean;
  readonly spec: PipelineSpec;
  /** Whether the spec is the run's own record of it: what its params brought in is not expanded a second time. */
  readonly isSubstituted?: boolean;
}

/** A Pipeline with the run's params and contexts filled in. */
export interface PreparedPipeline {
  readonly spec: PipelineSpec;
  readonly workspaces: readonly WorkspaceBinding[];
}

/** The checks before the Tasks are fetched, and the substitution (spec: pipelines, section 10). */
export function preparePipeline(
  run: PipelineRun,
  pipeline: ResolvedPipeline,
  configuration: PipelinesConfiguration,
): Result<PreparedPipeline, RunFailure> {
  const { spec } = pipeline;
  const runName = `${run.metadata.namespace}/${run.metadata.name}`;
  const pipelineName = `${run.metadata.namespace}/${pipeline.name}`;
  const fail = (reason: string, message: string) => err({ reason, message: `[User error] ${message}` });

  const graph = graphProblem(spec);
  if (graph !== undefined)
    return fail("PipelineInvalidGraph", `PipelineRun ${runName}'s Pipeline DAG is invalid: ${graph}`);
  const specs = spec.params ?? [];
  const given = run.spec.params ?? [];
  const missing = missingParams(specs, given);
  if (missing.length > 0) {
    return fail(
      "ParameterMissing",
      `PipelineRun ${runName} is missing some parameters required by Pipeline ${pipelineName}: pipelineRun missing parameters: [${missing.join(" ")}]`,
    );
  }
  const mistyped = mistypedParams(specs, given);
  if (mistyped.length > 0) {
    return fail(
      "ParameterTypeMismatch",
      `PipelineRun ${runName} parameters have mismatching types with Pipeline ${pipelineName}'s parameters: parameters have inconsistent types : [${mistyped.join(" ")}]`,
    );
  }
  const resolved = resolveParams(specs, given);
  if (resolved.circular !== undefined) {
    return fail(
      "PipelineValidationFailed",
      `parameter resolution failed: circular dependency detected in param "${resolved.circular}"`,
    );
  }
  if (configuration.enableParamEnum) {
    const violation = enumViolation(specs, resolved.values);
    if (violation !== undefined) {
      return fail("InvalidParamValue", `PipelineRun ${runName} parameters have invalid value: ${violation}`);
    }
  }
  const keys = missingObjectKeys(specs, given);
  if (keys.size > 0) {
    return fail(
      "ObjectParameterMissKeys",
      `PipelineRun ${runName} parameters is missing object keys required by Pipeline ${pipelineName}'s parameters: pipelineRun missing object keys for parameters: ${goMapOfLists(keys)}`,
    );
  }
  // Inline Tasks may have params of the same names: they are looked at when they run.
  const taskFields = [...(spec.tasks ?? []), ...(spec.finally ?? [])].map(
    ({ taskSpec: _taskSpec, ...fields }) => fields,
  );
  const indexes = badArrayIndexes(taskFields, resolved.values);
  if (indexes.length > 0) {
    return fail(
      "ParamArrayIndexingInvalid",
      `PipelineRun ${runName} failed validation: failed to validate Pipeline ${pipelineName}'s parameter which has an invalid index while referring to an array: non-existent param references:[${indexes.join(" ")}]`,
    );
  }
  const bound = new Set((run.spec.workspaces ?? []).map((workspace) => workspace.name));
  const unbound = (spec.workspaces ?? []).find(
    (workspace) => workspace.optional !== true && !bound.has(workspace.name),
  );
  if (unbound !== undefined) {
    return fail(
      "InvalidWorkspaceBindings",
      `PipelineRun ${runName} doesn't bind Pipeline ${pipelineName}'s Workspaces correctly: pipeline requires workspace with name "${unbound.name}" be provided by pipelinerun`,
    );
  }
  const taskNames = new Set([...(spec.tasks ?? []), ...(spec.finally ?? [])].map((task) => task.name));
  for (const { pipelineTaskName } of run.spec.taskRunSpecs ?? []) {
    if (pipelineTaskName !== undefined && !taskNames.has(pipelineTaskName)) {
      return fail(
        "InvalidTaskRunSpecs",
        `PipelineRun ${runName} doesn't define taskRunSpecs correctly: pipelineRun's taskrunSpecs defined wrong taskName: "${pipelineTaskName}", does not exist in Pipeline`,
      );
    }
  }
  return ok(substitutePipeline(run, pipeline, resolved.values));
}

/** What a run's own variables stand for. */
export function runContext({ metadata }: PipelineRun): Variables {
  return new Variables()
    .set("context.pipelineRun.name", metadata.name ?? "")
    .set("context.pipelineRun.namespace", metadata.namespace ?? "")
    .set("context.pipelineRun.uid", metadata.uid ?? "");
}

function substitutePipeline(
  run: PipelineRun,
  pipeline: ResolvedPipeline,
  declared: ReadonlyMap<string, ParamValue>,
): PreparedPipeline {
  const values = new Map(declared);
  if (pipeline.inline) {
    for (const param of run.spec.params ?? []) if (!values.has(param.name)) values.set(param.name, param.value);
  }
  const contexts = runContext(run).set("context.pipeline.name", pipeline.name);
  const boundNames = new Set((run.spec.workspaces ?? []).map((workspace) => workspace.name));
  for (const workspace of pipeline.spec.workspaces ?? []) {
    contexts.set(`workspaces.${workspace.name}.bound`, String(boundNames.has(workspace.name)));
  }
  const variables = new Variables(contexts);
  for (const [name, value] of values) setParam(variables, name, value);
  const substitute = (written: PipelineTask): PipelineTask => {
    const task = withoutEmptyMatrix(written);
    const own = new Variables(variables).set("context.pipelineTask.retries", String(task.retries ?? 0));
    const { taskSpec, ...rest } = task;
    const replaced = substitutePipelineTask(rest, own);
    if (taskSpec !== undefined) return { ...replaced, taskSpec: propagateInto(taskSpec, task, values, contexts) };
    if (task.pipelineSpec === undefined) return replaced;
    const handedOn = [...outerValues(task.pipelineSpec.params, task, values)].map(([name, value]) => ({ name, value }));
    return handedOn.length === 0 ? replaced : { ...replaced, params: [...(replaced.params ?? []), ...handedOn] };
  };
  const { spec } = pipeline;
  const workspaces = (run.spec.workspaces ?? []).map((binding) => variables.deep(binding));
  if (pipeline.isSubstituted === true) return { spec, workspaces };
  return {
    spec: {
      ...spec,
      ...(spec.tasks === undefined ? {} : { tasks: spec.tasks.map(substitute) }),
      ...(spec.finally === undefined ? {} : { finally: spec.finally.map(substitute) }),
      ...(spec.results === undefined
        ? {}
        : { results: spec.results.map((result) => ({ ...result, value: variables.value(result.value) })) }),
    },
    workspaces,
  };
}

function withoutEmptyMatrix(task: PipelineTask): PipelineTask {
  const { matrix: _matrix, ...rest } = task;
  return isMatrixed(task) ? task : rest;
}

/**
 * An inline Task with the params of the run and of the Pipeline: a param of the pipeline task hides them, a default of
 * the Task does not (spec: pipelines, section 9, propagation).
 */
function propagateInto(
  spec: EmbeddedTask,
  task: PipelineTask,
  values: ReadonlyMap<string, ParamValue>,
  contexts: Variables,
): EmbeddedTask {
  const variables = new Variables(contexts).set("context.pipelineTask.retries", String(task.retries ?? 0));
  const outer = outerValues(spec.params, task, values);
  for (const [name, value] of outer) setParam(variables, name, value);
  const params = spec.params?.map((param) => {
    const value = outer.get(param.name) ?? (param.default === undefined ? undefined : variables.value(param.default));
    return value === undefined ? param : { ...param, default: value };
  });
  const applied = applyVariables(spec, variables);
  return {
    ...applied,
    ...(params === undefined ? {} : { params }),
    ...(spec.spec === undefined ? {} : { spec: variables.deep(spec.spec) }),
  };
}

/** Params of the run and of the Pipeline that reach an inline spec, which declares `specs`. */
function outerValues(
  specs: readonly ParamSpec[] | undefined,
  task: PipelineTask,
  values: ReadonlyMap<string, ParamValue>,
): ReadonlyMap<string, ParamValue> {
  const hidden = new Set(
    [
      ...(task.params ?? []),
      ...(task.matrix?.params ?? []),
      ...(task.matrix?.include ?? []).flatMap((entry) => entry.params ?? []),
    ].map((param) => param.name),
  );
  const types = new Map((specs ?? []).map((param) => [param.name, typeOfSpec(param)]));
  return new Map(
    [...values].filter(
      ([name, value]) => !hidden.has(name) && (types.get(name) ?? typeOfValue(value)) === typeOfValue(value),
    ),
  );
}

/** The run's limits, those left out derived from the others (spec: pipelines, section 10). */
export function runTimeouts(timeouts: Timeouts | undefined): RunTimeouts {
  const ms = (text: string | undefined) => (text === undefined ? undefined : parseGoDuration(text));
  const pipelineMs = ms(timeouts?.pipeline);
  const tasks = ms(timeouts?.tasks);
  const last = ms(timeouts?.finally);
  const rest = (part: number | undefined) =>
    part === undefined || pipelineMs === undefined || pipelineMs === 0 ? undefined : pipelineMs - part;
  const tasksMs = tasks ?? rest(last);
  const finallyMs = last ?? rest(tasks);
  return {
    ...(pipelineMs === undefined ? {} : { pipelineMs }),
    ...(tasksMs === undefined ? {} : { tasksMs }),
    ...(finallyMs === undefined ? {} : { finallyMs }),
  };
}

/** The `timeout` of a task's TaskRun, when it has none of its own: a Go duration. */
export function inheritedTimeout(timeouts: RunTimeouts, final: boolean, configuration: PipelinesConfiguration): string {
  const defaultMs = configuration.defaultTimeoutMinutes * 60_000;
  const section = (final ? timeouts.finallyMs : timeouts.tasksMs) ?? timeouts.pipelineMs ?? defaultMs;
  return formatGoDuration(section === 0 || section > defaultMs ? section : defaultMs);
}

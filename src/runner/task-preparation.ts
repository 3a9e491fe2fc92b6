import type { K8sObject } from "../api/object.ts";
import type { PipelinesConfiguration } from "../api/pipelines/configuration.ts";
import type { ParamValue } from "../api/pipelines/param.ts";
import type { TaskRun, TaskRunSpec, WorkspaceBinding } from "../api/pipelines/runs.ts";
import type { TaskSpec } from "../api/pipelines/task.ts";
import { objectSetting } from "../api/pipelines/yaml-setting.ts";
import type { JsonObject } from "../json/value.ts";
import { resolveParams } from "../pipelines/params.ts";
import { draftPod, type PodDraft } from "../pipelines/pod-draft.ts";
import { withVariables } from "../pipelines/ref-variables.ts";
import { mergeStepActions, stepRefError, stepRefs, taskParamVariables } from "../pipelines/step-actions.ts";
import { checkTaskRun, type RunFailure } from "../pipelines/task-checks.ts";
import { substituteTaskSpec } from "../pipelines/task-substitution.ts";
import { bindWorkspaces, withPropagatedWorkspaces } from "../pipelines/task-workspaces.ts";
import type { Variables } from "../pipelines/variables.ts";
import { claimWorkspace } from "../pipelines/volume-claim.ts";
import { err, ok, type Result } from "../result.ts";
import { claims } from "./resources.ts";
import type { RunnerContext } from "./runner-context.ts";
import type { Fetched } from "./spec-sources.ts";

/** A TaskRun's attempt, ready to become a pod. */
export interface PreparedTask {
  /** All variables filled in. */
  readonly spec: TaskSpec;
  readonly draft: PodDraft;
}

/** The Task of a run, wherever it came from. */
export interface ResolvedTask {
  /** The Task's name, or the TaskRun's for inline specs. */
  readonly name: string;
  readonly inline: boolean;
  readonly spec: TaskSpec;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly refSource?: JsonObject;
  /** Where steps are from whose actions a resolver fetched, by index. */
  readonly stepSources?: ReadonlyMap<number, JsonObject>;
}

/** Fetches the run's Task and its StepActions (spec: pipelines, section 6, point 3). */
export async function resolveTask(context: RunnerContext, run: TaskRun): Promise<Result<ResolvedTask, RunFailure>> {
  const namespace = run.metadata.namespace ?? "";
  const name = run.metadata.name ?? "";
  const failed = (message: string) => err({ reason: "TaskRunResolutionFailed", message });
  let task: ResolvedTask;
  if (run.spec.taskSpec !== undefined) {
    task = { name, inline: true, spec: run.spec.taskSpec, labels: {}, annotations: {} };
  } else {
    const given = new Map((run.spec.params ?? []).map((param) => [param.name, param.value]));
    const ref = withVariables(run.spec.taskRef ?? {}, runVariables(run, given));
    const found = await context.specs.task(ref, namespace);
    if (!found.ok) {
      return failed(ref.resolver ? found.error : `error when listing tasks for taskRun ${name}: ${found.error}`);
    }
    task = { ...found.value, inline: false };
  }
  return mergeActions(context, run, task);
}

async function mergeActions(
  context: RunnerContext,
  run: TaskRun,
  task: ResolvedTask,
): Promise<Result<ResolvedTask, RunFailure>> {
  const refs = stepRefs(task.spec);
  if (refs.length === 0) return ok(task);
  const values = paramValues(run, task);
  const variables = taskParamVariables(values);
  const actions = new Map<number, Fetched<object>["spec"]>();
  const stepSources = new Map<number, JsonObject>();
  for (const { index, step } of refs) {
    const { name } = step.ref ?? {};
    const ref = withVariables(step.ref ?? {}, variables);
    const named = name === undefined ? ref : { ...ref, name: variables.text(name) };
    const found = await context.specs.stepAction(named, run.metadata.namespace ?? "");
    if (!found.ok) {
      return err({ reason: "TaskRunResolutionFailed", message: stepRefError(step, index, found.error) });
    }
    actions.set(index, found.value.spec);
    if (found.value.refSource !== undefined) stepSources.set(index, found.value.refSource);
  }
  const merged = mergeStepActions(task.spec, actions, variables);
  if (!merged.ok) return err({ reason: "TaskRunResolutionFailed", message: merged.error });
  return ok({ ...task, spec: merged.value, stepSources });
}

/** Values of the Task's params; those of the run that an inline Task uses without declaring them too. */
function paramValues(run: TaskRun, task: ResolvedTask) {
  const values = new Map(resolveParams(task.spec.params ?? [], run.spec.params ?? []).values);
  if (task.inline) {
    for (const param of run.spec.params ?? []) if (!values.has(param.name)) values.set(param.name, param.value);
  }
  return values;
}

/** Checks a run against its Task, makes its claims and lays out the pod of one attempt. */
export async function prepareTask(
  context: RunnerContext,
  run: TaskRun,
  task: ResolvedTask,
  attempt: number,
): Promise<Result<PreparedTask, RunFailure>> {
  const configuration = context.configuration();
  const values = paramValues(run, task);
  const bindings = defaultBindings(run, task.spec, configuration);
  const problem = checkTaskRun({
    taskName: task.name,
    spec: task.spec,
    run: run.spec,
    inline: task.inline,
    values,
    bindings,
    configuration,
  });
  if (problem !== undefined) return err(problem);
  const variables = runVariables(run, values);
  const claimed = bindings.map((binding) => claimWorkspace(variables.deep(binding), run));
  for (const { claim } of claimed) {
    if (claim === undefined) continue;
    const created = await context.client.create(claims, claim);
    if (!created.ok && created.error.reason !== "AlreadyExists") {
      return err({
        reason: "CouldntCreateWorkspacePVC",
        message: `Failed to create PVC for TaskRun ${run.metadata.name} workspaces correctly: ${created.error.message}`,
      });
    }
  }
  const bound = claimed.map(({ binding }) => binding);
  const declaredSpec = task.inline ? withPropagatedWorkspaces(task.spec, bound) : task.spec;
  const seed = run.metadata.uid ?? "";
  const spec = substituteTaskSpec(declaredSpec, {
    taskRunName: run.metadata.name ?? "",
    namespace: run.metadata.namespace ?? "",
    uid: seed,
    taskName: task.name,
    retryCount: attempt,
    params: values,
    workspaces: bindWorkspaces(declaredSpec.workspaces ?? [], bound, seed),
  });
  const draft = draftPod(
    spec,
    withoutForbiddenEnv(run.spec, configuration),
    bindWorkspaces(spec.workspaces ?? [], bound, seed),
  );
  return ok({ spec, draft });
}

/** Variables that the run's own workspaces and the params of its resolver may use. */
function runVariables(run: TaskRun, values: ReadonlyMap<string, ParamValue>): Variables {
  return taskParamVariables(values)
    .set("context.taskRun.name", run.metadata.name ?? "")
    .set("context.taskRun.namespace", run.metadata.namespace ?? "")
    .set("context.taskRun.uid", run.metadata.uid ?? "");
}

/** The run's bindings, and the configured one for each required workspace that has none. */
function defaultBindings(
  run: TaskRun,
  spec: TaskSpec,
  configuration: PipelinesConfiguration,
): readonly WorkspaceBinding[] {
  const bindings = run.spec.workspaces ?? [];
  const fallback = objectSetting(configuration.defaultTaskRunWorkspaceBinding);
  if (fallback === undefined) return bindings;
  const bound = new Set(bindings.map((binding) => binding.name));
  const unbound = (spec.workspaces ?? []).filter(
    (workspace) => workspace.optional !== true && !bound.has(workspace.name),
  );
  return [...bindings, ...unbound.map(({ name }) => ({ ...fallback, name }))];
}

/** The run without variables of its pod template that an operator reserves for the steps. */
function withoutForbiddenEnv(run: TaskRunSpec, { forbiddenEnv }: PipelinesConfiguration): TaskRunSpec {
  const { podTemplate } = run;
  if (podTemplate?.env === undefined || forbiddenEnv.length === 0) return run;
  const env = podTemplate.env.filter(({ name }) => !forbiddenEnv.includes(name));
  return { ...run, podTemplate: { ...podTemplate, env } };
}

/** The run as events name it. */
export function asObject(run: TaskRun): K8sObject {
  return run as unknown as K8sObject;
}

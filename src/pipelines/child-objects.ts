import type { K8sObject, OwnerReference } from "../api/object.ts";
import type { PipelinesConfiguration } from "../api/pipelines/configuration.ts";
import { mergePodTemplates } from "../api/pipelines/defaults.ts";
import type { Param } from "../api/pipelines/param.ts";
import type { EmbeddedTask, PipelineTask } from "../api/pipelines/pipeline.ts";
import type { PipelineRun, PipelineTaskRunSpec, WorkspaceBinding } from "../api/pipelines/runs.ts";
import type { TaskSpec } from "../api/pipelines/task.ts";
import { childName } from "./child-name.ts";
import { type Combination, expandMatrix } from "./matrix.ts";
import { setParam } from "./params.ts";
import { inheritedTimeout } from "./pipeline-preparation.ts";
import type { RunTimeouts } from "./scheduler.ts";
import { workspacesUsedIn } from "./task-workspaces.ts";
import { Variables } from "./variables.ts";

/** Annotation by which a TaskRun knows that its pipeline task has onError continue. */
export const onErrorAnnotation = "pipeline.tekton.dev/pipeline-task-on-error";

/** Annotation of a child PipelineRun: names of the Pipelines around it, outermost first, one blank between. */
const ancestorsAnnotation = "tektite.dev/outer-pipelines";

/** The Pipelines that lead back to themselves when this task runs, such as `a -> b -> a`; undefined when none do. */
export function pipelineCycle(task: PipelineTask, run: PipelineRun): string | undefined {
  const name = task.pipelineRef?.name;
  if (name === undefined || name === "") return undefined;
  const around = outerPipelines(run);
  return around.includes(name) ? [...around, name].join(" -> ") : undefined;
}

function outerPipelines(run: PipelineRun): readonly string[] {
  const outer = run.metadata.annotations?.[ancestorsAnnotation]?.split(" ") ?? [];
  const own = run.spec.pipelineRef?.name;
  return own === undefined || own === "" ? outer : [...outer, own];
}

type Labels = Readonly<Record<string, string>>;

/** What all children of a run share. */
export interface ChildContext {
  readonly run: PipelineRun;
  /** The run's labels and annotations, those of its Pipeline included. */
  readonly labels: Labels;
  readonly annotations: Labels;
  /** The run's bindings, claims of templates made. */
  readonly workspaces: readonly WorkspaceBinding[];
  readonly timeouts: RunTimeouts;
  readonly configuration: PipelinesConfiguration;
}

/** A TaskRun, CustomRun or PipelineRun to create. */
export interface ChildObject {
  readonly name: string;
  readonly displayName?: string;
  readonly object: K8sObject;
}

/** A pipeline task whose ref or spec names a kind that is not Tekton's own. */
export function isCustomTask(task: PipelineTask): boolean {
  const named = (apiVersion: string | undefined, kind: string | undefined) =>
    apiVersion !== undefined &&
    apiVersion !== "" &&
    !apiVersion.startsWith("tekton.dev/") &&
    kind !== undefined &&
    kind !== "";
  return named(task.taskRef?.apiVersion, task.taskRef?.kind) || named(task.taskSpec?.apiVersion, task.taskSpec?.kind);
}

/** The objects that carry out one pipeline task, its variables filled in (spec: pipelines, sections 9 and 10). */
export function childObjects(task: PipelineTask, final: boolean, context: ChildContext): readonly ChildObject[] {
  const combinations: readonly (Combination | undefined)[] =
    task.matrix === undefined ? [undefined] : expandMatrix(task.matrix);
  const { run } = context;
  return combinations.map((combination, index) => {
    const suffix = combinations.length > 1 ? `-${task.name}-${index}` : `-${task.name}`;
    const name = childName(run.metadata.name ?? "", suffix);
    const params = [...(combination?.params ?? []), ...(task.params ?? [])];
    const displayName = displayNameOf(task, combination, params);
    const object =
      task.pipelineRef !== undefined || task.pipelineSpec !== undefined
        ? childPipelineRun(name, task, params, final, context)
        : isCustomTask(task)
          ? customRun(name, task, params, final, context)
          : taskRun(name, task, params, final, context);
    return { name, ...(displayName === "" ? {} : { displayName }), object };
  });
}

function displayNameOf(task: PipelineTask, combination: Combination | undefined, params: readonly Param[]): string {
  if (combination !== undefined && combination.includes.length > 0) return combination.includes.join(" ");
  if (task.displayName === undefined || combination === undefined) return task.displayName ?? "";
  const variables = new Variables();
  for (const { name, value } of params) setParam(variables, name, value);
  return variables.text(task.displayName);
}

function taskRun(
  name: string,
  task: PipelineTask,
  params: readonly Param[],
  final: boolean,
  context: ChildContext,
): K8sObject {
  const { run } = context;
  const own = specFor(task, context);
  const template = run.spec.taskRunTemplate ?? {};
  const podTemplate =
    own?.podTemplate === undefined ? template.podTemplate : mergePodTemplates(template.podTemplate, own.podTemplate);
  const serviceAccountName = own?.serviceAccountName ?? template.serviceAccountName;
  const timeout = own?.timeout ?? task.timeout ?? inheritedTimeout(context.timeouts, final, context.configuration);
  const workspaces = taskWorkspaces(task, context);
  return {
    apiVersion: "tekton.dev/v1",
    kind: "TaskRun",
    metadata: childMetadata(name, task, final, context, own, onErrorOf(task)),
    spec: {
      ...(params.length === 0 ? {} : { params }),
      ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
      ...(task.taskRef === undefined ? {} : { taskRef: task.taskRef }),
      ...(task.taskSpec === undefined ? {} : { taskSpec: plainTaskSpec(task.taskSpec) }),
      timeout,
      ...(task.retries === undefined || task.retries === 0 ? {} : { retries: task.retries }),
      ...(podTemplate === undefined ? {} : { podTemplate }),
      ...(workspaces.length === 0 ? {} : { workspaces }),
      ...(own?.stepSpecs === undefined ? {} : { stepSpecs: own.stepSpecs }),
      ...(own?.sidecarSpecs === undefined ? {} : { sidecarSpecs: own.sidecarSpecs }),
      ...(own?.computeResources === undefined ? {} : { computeResources: own.computeResources }),
    },
  };
}

function customRun(
  name: string,
  task: PipelineTask,
  params: readonly Param[],
  final: boolean,
  context: ChildContext,
): K8sObject {
  const own = specFor(task, context);
  const { run } = context;
  const serviceAccountName = own?.serviceAccountName ?? run.spec.taskRunTemplate?.serviceAccountName;
  const { taskRef, taskSpec } = task;
  const workspaces = taskWorkspaces(task, context);
  return {
    apiVersion: "tekton.dev/v1beta1",
    kind: "CustomRun",
    metadata: childMetadata(name, task, final, context, own, {}),
    spec: {
      ...(taskRef === undefined
        ? {}
        : {
            customRef: {
              apiVersion: taskRef.apiVersion,
              kind: taskRef.kind,
              ...(taskRef.name ? { name: taskRef.name } : {}),
            },
          }),
      ...(taskSpec === undefined
        ? {}
        : {
            customSpec: {
              apiVersion: taskSpec.apiVersion,
              kind: taskSpec.kind,
              ...(taskSpec.metadata === undefined ? {} : { metadata: taskSpec.metadata }),
              spec: taskSpec.spec ?? {},
            },
          }),
      ...(params.length === 0 ? {} : { params }),
      ...(task.retries === undefined || task.retries === 0 ? {} : { retries: task.retries }),
      ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
      timeout: task.timeout ?? inheritedTimeout(context.timeouts, final, context.configuration),
      ...(workspaces.length === 0 ? {} : { workspaces }),
    },
  };
}

function childPipelineRun(
  name: string,
  task: PipelineTask,
  params: readonly Param[],
  final: boolean,
  context: ChildContext,
): K8sObject {
  const listed = taskWorkspaces(task, context);
  const names = new Set(listed.map((binding) => binding.name));
  // An inline Pipeline gets the run's workspaces without listing them.
  const others = task.pipelineSpec === undefined ? [] : context.workspaces.filter(({ name: each }) => !names.has(each));
  const workspaces = [...listed, ...others];
  const { taskRunTemplate } = context.run.spec;
  return {
    apiVersion: "tekton.dev/v1",
    kind: "PipelineRun",
    metadata: childMetadata(name, task, final, context, specFor(task, context), {
      [ancestorsAnnotation]: outerPipelines(context.run).join(" "),
    }),
    spec: {
      ...(task.pipelineRef === undefined ? {} : { pipelineRef: task.pipelineRef }),
      ...(task.pipelineSpec === undefined ? {} : { pipelineSpec: task.pipelineSpec }),
      ...(params.length === 0 ? {} : { params }),
      ...(taskRunTemplate === undefined ? {} : { taskRunTemplate }),
      ...(workspaces.length === 0 ? {} : { workspaces }),
      ...(task.timeout === undefined ? {} : { timeouts: { pipeline: task.timeout } }),
    },
  };
}

function onErrorOf(task: PipelineTask): Labels {
  return task.onError === undefined || task.onError === "" ? {} : { [onErrorAnnotation]: task.onError };
}

function specFor(task: PipelineTask, context: ChildContext): PipelineTaskRunSpec | undefined {
  return context.run.spec.taskRunSpecs?.find((spec) => spec.pipelineTaskName === task.name);
}

/** An inline Task without what only a Pipeline writes into it. */
export function plainTaskSpec(spec: EmbeddedTask): TaskSpec {
  const { apiVersion: _apiVersion, kind: _kind, spec: _spec, metadata: _metadata, ...taskSpec } = spec;
  return taskSpec;
}

function childMetadata(
  name: string,
  task: PipelineTask,
  final: boolean,
  context: ChildContext,
  own: PipelineTaskRunSpec | undefined,
  annotations: Labels,
): K8sObject["metadata"] {
  const { run } = context;
  return {
    name,
    ...(run.metadata.namespace === undefined ? {} : { namespace: run.metadata.namespace }),
    labels: {
      ...task.taskSpec?.metadata?.labels,
      ...context.labels,
      "tekton.dev/pipelineRun": run.metadata.name ?? "",
      "tekton.dev/pipelineRunUID": run.metadata.uid ?? "",
      "tekton.dev/pipelineTask": task.name,
      "tekton.dev/memberOf": final ? "finally" : "tasks",
      ...own?.metadata?.labels,
    },
    annotations: {
      ...task.taskSpec?.metadata?.annotations,
      ...context.annotations,
      ...annotations,
      ...own?.metadata?.annotations,
    },
    ownerReferences: [ownerReference(run)],
  };
}

/** The reference by which an object belongs to a run. */
export function ownerReference(owner: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly uid?: string };
}): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name ?? "",
    uid: owner.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The run's bindings under the names that the task knows, and those that an inline Task uses unlisted. */
function taskWorkspaces(task: PipelineTask, context: ChildContext): readonly WorkspaceBinding[] {
  const byName = new Map(context.workspaces.map((binding) => [binding.name, binding]));
  const bound = (task.workspaces ?? []).flatMap((usage): readonly WorkspaceBinding[] => {
    const binding = byName.get(usage.workspace || usage.name);
    if (binding === undefined) return [];
    const { subPath: outer, ...source } = binding;
    const subPath = [outer, usage.subPath].filter((part) => part !== undefined && part !== "").join("/");
    return [{ ...source, name: usage.name, ...(subPath === "" ? {} : { subPath }) }];
  });
  if (task.taskSpec === undefined) return bound;
  const names = new Set(bound.map((binding) => binding.name));
  const wanted = new Set([
    ...workspacesUsedIn(task.taskSpec),
    ...(task.taskSpec.workspaces ?? []).map((workspace) => workspace.name),
  ]);
  const more = context.workspaces.filter((binding) => wanted.has(binding.name) && !names.has(binding.name));
  return [...bound, ...more];
}

import type { PipelinesConfiguration } from "./configuration.ts";
import { formatGoDuration } from "./go-duration.ts";
import { type ParamSpec, type PropertySpec, typeOfSpec } from "./param.ts";
import type { PipelineSpec, PipelineTask } from "./pipeline.ts";
import type { CustomRun, PipelineRun, PodTemplate, TaskRun } from "./runs.ts";
import type { Ref, StepActionSpec, StepResult, TaskSpec } from "./task.ts";
import { objectSetting } from "./yaml-setting.ts";

/** The label that every TaskRun and its pod carries. */
export const managedByLabel = "app.kubernetes.io/managed-by";

/** Fills in what a Task leaves out (spec: pipelines, section 5). */
export function defaultTaskSpec<T extends TaskSpec>(spec: T): T {
  return {
    ...spec,
    ...(spec.params === undefined ? {} : { params: spec.params.map(defaultParam) }),
    ...(spec.results === undefined ? {} : { results: spec.results.map(defaultResult) }),
    ...(spec.steps === undefined
      ? {}
      : {
          steps: spec.steps.map((step) =>
            step.results === undefined ? step : { ...step, results: step.results.map(defaultResult) },
          ),
        }),
  };
}

export function defaultStepActionSpec(spec: StepActionSpec): StepActionSpec {
  return {
    ...spec,
    ...(spec.params === undefined ? {} : { params: spec.params.map(defaultParam) }),
    ...(spec.results === undefined ? {} : { results: spec.results.map(defaultResult) }),
  };
}

export function defaultPipelineSpec(spec: PipelineSpec, configuration: PipelinesConfiguration): PipelineSpec {
  const task = (value: PipelineTask) => defaultPipelineTask(value, configuration);
  return {
    ...spec,
    ...(spec.params === undefined ? {} : { params: spec.params.map(defaultParam) }),
    ...(spec.tasks === undefined ? {} : { tasks: spec.tasks.map(task) }),
    ...(spec.finally === undefined ? {} : { finally: spec.finally.map(task) }),
  };
}

export function defaultTaskRun(run: TaskRun, configuration: PipelinesConfiguration): TaskRun {
  const { spec } = run;
  const labels = run.metadata.labels ?? {};
  return {
    ...run,
    metadata: {
      ...run.metadata,
      labels: Object.hasOwn(labels, managedByLabel)
        ? labels
        : { ...labels, [managedByLabel]: configuration.managedByLabelValue },
    },
    spec: {
      ...spec,
      serviceAccountName: spec.serviceAccountName || configuration.defaultServiceAccount,
      timeout: spec.timeout ?? formatGoDuration(configuration.defaultTimeoutMinutes * 60_000),
      ...defaultPodTemplate(spec.podTemplate, configuration),
      ...(spec.taskRef === undefined ? {} : { taskRef: defaultTaskRef(spec.taskRef, configuration) }),
      ...(spec.taskSpec === undefined ? {} : { taskSpec: defaultTaskSpec(spec.taskSpec) }),
    },
  };
}

export function defaultPipelineRun(run: PipelineRun, configuration: PipelinesConfiguration): PipelineRun {
  const { spec } = run;
  return {
    ...run,
    spec: {
      ...spec,
      ...(spec.pipelineRef === undefined ? {} : { pipelineRef: defaultResolver(spec.pipelineRef, configuration) }),
      ...(spec.pipelineSpec === undefined
        ? {}
        : { pipelineSpec: defaultPipelineSpec(spec.pipelineSpec, configuration) }),
      timeouts: {
        ...spec.timeouts,
        pipeline: spec.timeouts?.pipeline ?? formatGoDuration(configuration.defaultTimeoutMinutes * 60_000),
      },
      taskRunTemplate: {
        ...spec.taskRunTemplate,
        serviceAccountName: spec.taskRunTemplate?.serviceAccountName || configuration.defaultServiceAccount,
        ...defaultPodTemplate(spec.taskRunTemplate?.podTemplate, configuration),
      },
    },
  };
}

export function defaultCustomRun(run: CustomRun, configuration: PipelinesConfiguration): CustomRun {
  const { spec } = run;
  return {
    ...run,
    spec: { ...spec, serviceAccountName: spec.serviceAccountName || configuration.defaultServiceAccount },
  };
}

/** The configured pod template below the run's own. */
function defaultPodTemplate(
  own: PodTemplate | undefined,
  configuration: PipelinesConfiguration,
): { readonly podTemplate?: PodTemplate } {
  const configured = objectSetting(configuration.defaultPodTemplate);
  return configured === undefined ? {} : { podTemplate: mergePodTemplates(configured as PodTemplate, own) };
}

/** A pod template over another: what it has replaces, but variables and volumes are merged by name. */
export function mergePodTemplates(base: PodTemplate | undefined, own: PodTemplate | undefined): PodTemplate {
  return {
    ...base,
    ...own,
    ...(base?.env === undefined || own?.env === undefined ? {} : { env: byName(base.env, own.env) }),
    ...(base?.volumes === undefined || own?.volumes === undefined
      ? {}
      : { volumes: byName(base.volumes, own.volumes) }),
  };
}

function byName<T extends { readonly name?: string }>(base: readonly T[], own: readonly T[]): readonly T[] {
  return [...new Map([...base, ...own].map((item) => [item.name, item])).values()];
}

function defaultPipelineTask(task: PipelineTask, configuration: PipelinesConfiguration): PipelineTask {
  return {
    ...task,
    ...(task.taskRef === undefined ? {} : { taskRef: defaultTaskRef(task.taskRef, configuration) }),
    ...(task.taskSpec === undefined ? {} : { taskSpec: defaultTaskSpec(task.taskSpec) }),
    ...(task.pipelineSpec === undefined ? {} : { pipelineSpec: defaultPipelineSpec(task.pipelineSpec, configuration) }),
  };
}

function defaultTaskRef(ref: Ref, configuration: PipelinesConfiguration): Ref {
  const resolved = defaultResolver(ref, configuration);
  if (resolved.resolver !== undefined || resolved.apiVersion !== undefined || resolved.kind) return resolved;
  return { ...resolved, kind: "Task" };
}

function defaultResolver(ref: Ref, configuration: PipelinesConfiguration): Ref {
  if (ref.name || ref.resolver || configuration.defaultResolver === "") return ref;
  return { ...ref, resolver: configuration.defaultResolver };
}

function defaultParam(spec: ParamSpec): ParamSpec {
  return {
    ...spec,
    type: typeOfSpec(spec),
    ...(spec.properties === undefined ? {} : { properties: defaultProperties(spec.properties) }),
  };
}

function defaultResult<T extends StepResult>(result: T): T {
  return {
    ...result,
    type: result.type ?? (result.properties === undefined ? "string" : "object"),
    ...(result.properties === undefined ? {} : { properties: defaultProperties(result.properties) }),
  };
}

function defaultProperties(properties: Readonly<Record<string, PropertySpec>>): Readonly<Record<string, PropertySpec>> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, property]) => [key, { ...property, type: property.type ?? "string" }]),
  );
}

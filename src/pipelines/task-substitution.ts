import type { ParamValue } from "../api/pipelines/param.ts";
import type {
  ContainerFields,
  EnvFromSource,
  EnvVar,
  Sidecar,
  Step,
  TaskSpec,
  VolumeMount,
  WhenExpression,
} from "../api/pipelines/task.ts";
import { setParam } from "./params.ts";
import type { BoundWorkspace } from "./task-workspaces.ts";
import { Variables } from "./variables.ts";

/** What a Task's variables stand for in one attempt of a TaskRun. */
export interface TaskContext {
  readonly taskRunName: string;
  readonly namespace: string;
  readonly uid: string;
  /** The TaskRun's name for inline specs. */
  readonly taskName: string;
  /** 0 for the first attempt. */
  readonly retryCount: number;
  readonly params: ReadonlyMap<string, ParamValue>;
  readonly workspaces: readonly BoundWorkspace[];
}

/** The step's name without `step-`; unnamed ones count by their index. */
export function stepName(step: { readonly name?: string }, index: number): string {
  return step.name === undefined || step.name === "" ? `unnamed-${index}` : step.name;
}

/** Fills a Task's variables in, for `status.taskSpec` and the pod (spec: pipelines, section 8). */
export function substituteTaskSpec(spec: TaskSpec, context: TaskContext): TaskSpec {
  return applyVariables(spec, taskVariables(spec, context), ownPaths);
}

/** Replaces variables wherever a Task may have them; `ofStep` adds those that only one step knows. */
export function applyVariables<T extends TaskSpec>(
  spec: T,
  shared: Variables,
  ofStep: (step: Step, index: number, shared: Variables) => Variables = (_step, _index, variables) => variables,
): T {
  const steps = spec.steps?.map((step, index) => substituteStep(step, ofStep(step, index, shared)));
  const sidecars = spec.sidecars?.map((sidecar) => substituteSidecar(sidecar, shared));
  return {
    ...spec,
    ...(steps === undefined ? {} : { steps }),
    ...(sidecars === undefined ? {} : { sidecars }),
    ...(spec.stepTemplate === undefined ? {} : { stepTemplate: substituteContainer(spec.stepTemplate, shared) }),
    ...(spec.volumes === undefined ? {} : { volumes: shared.deep(spec.volumes) }),
    ...(spec.workspaces === undefined
      ? {}
      : {
          workspaces: spec.workspaces.map((workspace) =>
            workspace.mountPath === undefined
              ? workspace
              : { ...workspace, mountPath: shared.text(workspace.mountPath) },
          ),
        }),
  };
}

/** Paths that a step means by `step.…`: its own results and artifacts. */
function ownPaths(step: Step, index: number, shared: Variables): Variables {
  const container = `step-${stepName(step, index)}`;
  const variables = withOwnMounts(step, shared);
  variables.set("step.artifacts.path", `/tekton/steps/${container}/artifacts/provenance.json`);
  for (const result of step.results ?? []) {
    variables.setNamed("step.results", result.name, `/tekton/steps/${container}/results/${result.name}`, ".path");
  }
  return variables;
}

function taskVariables(spec: TaskSpec, context: TaskContext): Variables {
  const variables = new Variables();
  for (const [name, value] of context.params) setParam(variables, name, value);
  variables
    .set("context.taskRun.name", context.taskRunName)
    .set("context.taskRun.namespace", context.namespace)
    .set("context.taskRun.uid", context.uid)
    .set("context.task.name", context.taskName)
    .set("context.task.retry-count", String(context.retryCount))
    .set("credentials.path", "/tekton/creds")
    .set("artifacts.path", "/tekton/artifacts/provenance.json");
  for (const result of spec.results ?? []) {
    variables.setNamed("results", result.name, `/tekton/results/${result.name}`, ".path");
  }
  for (const [index, step] of (spec.steps ?? []).entries()) {
    const container = `step-${stepName(step, index)}`;
    variables.set(`steps.${container}.exitCode.path`, `/tekton/steps/${container}/exitCode`);
  }
  for (const workspace of context.workspaces) {
    const bound = workspace.binding !== undefined;
    const name = `workspaces.${workspace.name}`;
    variables
      .set(`${name}.path`, bound || !workspace.optional ? variables.text(workspace.mountPath) : "")
      .set(`${name}.bound`, String(bound))
      .set(`${name}.claim`, workspace.binding?.persistentVolumeClaim?.claimName ?? "")
      .set(`${name}.volume`, workspace.volume);
  }
  return variables;
}

function substituteStep(step: Step, variables: Variables): Step {
  return {
    ...substituteContainer(step, variables),
    ...text(variables, step, "name"),
    ...text(variables, step, "script"),
    ...text(variables, step, "onError"),
    ...text(variables, step, "displayName"),
    ...(step.stdoutConfig === undefined ? {} : { stdoutConfig: variables.deep(step.stdoutConfig) }),
    ...(step.stderrConfig === undefined ? {} : { stderrConfig: variables.deep(step.stderrConfig) }),
    ...(step.when === undefined ? {} : { when: substituteWhen(step.when, variables) }),
    ...(step.params === undefined
      ? {}
      : { params: step.params.map((param) => ({ ...param, value: variables.value(param.value) })) }),
    ...(step.workspaces === undefined ? {} : { workspaces: variables.deep(step.workspaces) }),
  };
}

function substituteSidecar(sidecar: Sidecar, shared: Variables): Sidecar {
  const variables = withOwnMounts(sidecar, shared);
  return {
    ...substituteContainer(sidecar, variables),
    ...text(variables, sidecar, "name"),
    ...text(variables, sidecar, "script"),
    ...(sidecar.workspaces === undefined ? {} : { workspaces: variables.deep(sidecar.workspaces) }),
    ...(sidecar.readinessProbe === undefined ? {} : { readinessProbe: variables.deep(sidecar.readinessProbe) }),
  };
}

/** In a container that lists a workspace itself, the path is that container's own mount path. */
function withOwnMounts(container: Step | Sidecar, shared: Variables): Variables {
  const variables = new Variables(shared);
  for (const usage of container.workspaces ?? []) {
    if (usage.mountPath !== undefined && usage.mountPath !== "") {
      variables.set(`workspaces.${usage.name}.path`, shared.text(usage.mountPath));
    }
  }
  return variables;
}

function substituteContainer<T extends ContainerFields>(container: T, variables: Variables): T {
  return {
    ...container,
    ...text(variables, container, "image"),
    ...text(variables, container, "imagePullPolicy"),
    ...text(variables, container, "workingDir"),
    ...(container.command === undefined ? {} : { command: variables.items(container.command) }),
    ...(container.args === undefined ? {} : { args: variables.items(container.args) }),
    ...(container.env === undefined ? {} : { env: container.env.map((entry) => substituteEnv(entry, variables)) }),
    ...(container.envFrom === undefined
      ? {}
      : { envFrom: variables.deep<readonly EnvFromSource[]>(container.envFrom) }),
    ...(container.volumeMounts === undefined
      ? {}
      : { volumeMounts: variables.deep<readonly VolumeMount[]>(container.volumeMounts) }),
  };
}

function substituteEnv(entry: EnvVar, variables: Variables): EnvVar {
  return {
    ...entry,
    ...(entry.value === undefined ? {} : { value: variables.text(entry.value) }),
    ...(entry.valueFrom === undefined ? {} : { valueFrom: variables.deep(entry.valueFrom) }),
  };
}

/** When expressions with variables filled in: a list in `input` becomes JSON, in `values` it spreads. */
export function substituteWhen(when: readonly WhenExpression[], variables: Variables): readonly WhenExpression[] {
  return when.map((expression) => ({
    ...expression,
    ...(expression.input === undefined ? {} : { input: variables.input(expression.input) }),
    ...(expression.values === undefined ? {} : { values: variables.items(expression.values) }),
    ...(expression.cel === undefined ? {} : { cel: variables.text(expression.cel) }),
  }));
}

function text<T extends object, K extends keyof T & string>(
  variables: Variables,
  from: T,
  key: K,
): Pick<T, K> | object {
  const value = from[key];
  return typeof value === "string" ? { [key]: variables.text(value) } : {};
}

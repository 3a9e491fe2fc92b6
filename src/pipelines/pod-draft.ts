import { parseGoDuration } from "../api/pipelines/go-duration.ts";
import type { ContainerOverride, PodTemplate, TaskRunSpec } from "../api/pipelines/runs.ts";
import type {
  ContainerFields,
  EnvFromSource,
  EnvVar,
  Probe,
  ResourceRequirements,
  SecurityContext,
  Sidecar,
  Step,
  StepResult,
  TaskSpec,
  Volume,
  VolumeMount,
  WhenExpression,
} from "../api/pipelines/task.ts";
import { parseQuantity, printQuantity } from "../api/quantity.ts";
import { stepName } from "./task-substitution.ts";
import { type BoundWorkspace, isolatedWorkspaces } from "./task-workspaces.ts";

interface DraftMount {
  readonly volume: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly: boolean;
}

/** A container of a TaskRun's pod: everything substituted, sources of values and volumes still to be read. */
export interface DraftContainer {
  /** Without `step-` or `sidecar-`. */
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly script?: string;
  readonly workingDir?: string;
  readonly env: readonly EnvVar[];
  readonly envFrom: readonly EnvFromSource[];
  readonly mounts: readonly DraftMount[];
  readonly securityContext?: SecurityContext;
  readonly resources: ResourceRequirements;
}

export interface DraftStep extends DraftContainer {
  readonly timeoutMs?: number;
  readonly onError: "continue" | "stopAndFail";
  readonly stdoutPath?: string;
  readonly stderrPath?: string;
  readonly results: readonly StepResult[];
  readonly when: readonly WhenExpression[];
}

export interface DraftSidecar extends DraftContainer {
  readonly readinessProbe?: Probe;
}

export interface PodDraft {
  readonly steps: readonly DraftStep[];
  readonly sidecars: readonly DraftSidecar[];
  readonly volumes: readonly Volume[];
}

/** Lays out the pod of one attempt from the substituted Task (spec: pipelines, sections 3 and 4). */
export function draftPod(spec: TaskSpec, run: TaskRunSpec, workspaces: readonly BoundWorkspace[]): PodDraft {
  const bound = workspaces.filter((workspace) => workspace.binding !== undefined);
  const isolated = isolatedWorkspaces(spec);
  const template = run.podTemplate ?? {};
  const share = stepShare(run.computeResources, spec.steps?.length ?? 0);
  const steps = (spec.steps ?? []).map((step, index) =>
    draftStep(step, index, spec.stepTemplate ?? {}, bound, isolated, template, run, share),
  );
  const sidecars = (spec.sidecars ?? []).map((sidecar, index): DraftSidecar => {
    const name = stepName(sidecar, index);
    return {
      ...draftContainer(sidecar, name, bound, isolated, template, overrideOf(run.sidecarSpecs, name)),
      ...(sidecar.readinessProbe === undefined ? {} : { readinessProbe: sidecar.readinessProbe }),
    };
  });
  return {
    steps,
    sidecars,
    volumes: [...bound.map(workspaceVolume), ...(spec.volumes ?? []), ...(template.volumes ?? [])],
  };
}

/** A script as it is run: with its own shebang, else as a shell script that stops at the first failure. */
function completeScript(script: string): string {
  return script.trim().startsWith("#!") ? script : `#!/bin/sh\nset -e\n${script}`;
}

function draftStep(
  step: Step,
  index: number,
  stepTemplate: ContainerFields,
  bound: readonly BoundWorkspace[],
  isolated: ReadonlySet<string>,
  podTemplate: PodTemplate,
  run: TaskRunSpec,
  share: ResourceRequirements | undefined,
): DraftStep {
  const name = stepName(step, index);
  const merged = mergeTemplate(stepTemplate, step);
  const timeoutMs = step.timeout === undefined ? undefined : parseGoDuration(step.timeout);
  return {
    ...draftContainer(merged, name, bound, isolated, podTemplate, share ?? overrideOf(run.stepSpecs, name)),
    ...(timeoutMs === undefined || timeoutMs === 0 ? {} : { timeoutMs }),
    onError: step.onError === "continue" ? "continue" : "stopAndFail",
    ...(step.stdoutConfig?.path ? { stdoutPath: step.stdoutConfig.path } : {}),
    ...(step.stderrConfig?.path ? { stderrPath: step.stderrConfig.path } : {}),
    results: step.results ?? [],
    when: step.when ?? [],
  };
}

function draftContainer(
  container: Step | Sidecar,
  name: string,
  bound: readonly BoundWorkspace[],
  isolated: ReadonlySet<string>,
  podTemplate: PodTemplate,
  override: ResourceRequirements | undefined,
): DraftContainer {
  const script = container.script;
  const workingDir = container.workingDir;
  const security = { ...podSecurity(podTemplate), ...container.securityContext };
  const policy = container.imagePullPolicy;
  return {
    name,
    image: container.image ?? "",
    ...(policy === "Always" || policy === "IfNotPresent" || policy === "Never" ? { imagePullPolicy: policy } : {}),
    command: script === undefined || script === "" ? (container.command ?? []) : [],
    args: container.args ?? [],
    ...(script === undefined || script === "" ? {} : { script: completeScript(script) }),
    ...(workingDir === undefined || workingDir === ""
      ? {}
      : { workingDir: workingDir.startsWith("/") ? workingDir : `/workspace/${workingDir}` }),
    env: mergeEnv(container.env ?? [], podTemplate.env ?? []),
    envFrom: container.envFrom ?? [],
    mounts: [
      ...(container.volumeMounts ?? []).map(draftMount),
      ...bound.flatMap((workspace) => workspaceMount(workspace, container, isolated)),
    ],
    ...(Object.keys(security).length === 0 ? {} : { securityContext: security }),
    resources: override ?? container.computeResources ?? {},
  };
}

function draftMount(mount: VolumeMount): DraftMount {
  return {
    volume: mount.name,
    mountPath: mount.mountPath,
    ...(mount.subPath ? { subPath: mount.subPath } : {}),
    readOnly: mount.readOnly === true,
  };
}

function workspaceMount(
  workspace: BoundWorkspace,
  container: Step | Sidecar,
  isolated: ReadonlySet<string>,
): readonly DraftMount[] {
  const usage = container.workspaces?.find((candidate) => candidate.name === workspace.name);
  if (isolated.has(workspace.name) && usage === undefined) return [];
  const subPath = workspace.binding?.subPath;
  return [
    {
      volume: workspace.volume,
      mountPath: usage?.mountPath || workspace.mountPath,
      ...(subPath === undefined || subPath === "" ? {} : { subPath }),
      readOnly: workspace.readOnly,
    },
  ];
}

function workspaceVolume(workspace: BoundWorkspace): Volume {
  const { name: _name, subPath: _subPath, ...source } = workspace.binding ?? { name: workspace.name };
  return { name: workspace.volume, ...source } as Volume;
}

/** stepTemplate below the step: env by name, volumeMounts by path, everything else of the step replaces. */
function mergeTemplate(template: ContainerFields, step: Step): Step {
  const env = mergeEnv(template.env ?? [], step.env ?? []);
  const mounts = new Map((template.volumeMounts ?? []).map((mount) => [mount.mountPath, mount]));
  for (const mount of step.volumeMounts ?? []) mounts.set(mount.mountPath, mount);
  return { ...template, ...step, env, volumeMounts: [...mounts.values()] };
}

/** Both lists, those of `over` replacing entries of the same name in their place. */
function mergeEnv(base: readonly EnvVar[], over: readonly EnvVar[]): readonly EnvVar[] {
  const entries = new Map(base.map((entry) => [entry.name, entry]));
  for (const entry of over) entries.set(entry.name, entry);
  return [...entries.values()];
}

function podSecurity(template: PodTemplate): SecurityContext {
  const { runAsUser, runAsGroup } = template.securityContext ?? {};
  return {
    ...(typeof runAsUser === "number" ? { runAsUser } : {}),
    ...(typeof runAsGroup === "number" ? { runAsGroup } : {}),
  };
}

/** What each step gets of the resources of a whole run: limits count for each, as one step runs at a time. */
function stepShare(whole: ResourceRequirements | undefined, steps: number): ResourceRequirements | undefined {
  if (whole === undefined) return undefined;
  const requests = Object.entries(whole.requests ?? {}).map(([name, text]) => {
    const amount = parseQuantity(text);
    const { format, nanos } = amount.ok ? amount.value : { format: undefined, nanos: 0n };
    return [
      name,
      format === undefined ? text : printQuantity({ format, nanos: nanos / BigInt(Math.max(steps, 1)) }),
    ] as const;
  });
  return { ...whole, ...(requests.length === 0 ? {} : { requests: Object.fromEntries(requests) }) };
}

function overrideOf(
  overrides: readonly ContainerOverride[] | undefined,
  name: string,
): ResourceRequirements | undefined {
  return overrides?.find((override) => override.name === name)?.computeResources;
}

import {
  claimVolume,
  configMapVolume,
  containerFields,
  csiVolume,
  emptyDirVolume,
  podTemplate,
  projectedVolume,
  resourceRequirements,
  secretVolume,
  sidecarFields,
  volume,
  volumeClaim,
  withResources,
} from "./kube-shapes.ts";
import {
  anything,
  boolean,
  duration,
  extend,
  integer,
  lazy,
  list,
  map,
  object,
  optionalParamValue,
  paramValue,
  type Shape,
  string,
} from "./shape.ts";

/** The shapes of Tekton's kinds, v1 and v1beta1 (spec: pipelines, sections 1 to 10). */
const properties = map(object("PropertySpec", { type: string }));
const paramSpec = object("ParamSpec", {
  name: string,
  type: string,
  description: string,
  properties,
  default: optionalParamValue,
  enum: list(string),
});
const param = object("Param", { name: string, value: paramValue });
const params = list(param);
const when = list(object("WhenExpression", { input: string, operator: string, values: list(string), cel: string }));

const ref = { name: string, kind: string, apiVersion: string, resolver: string, params };
const taskRef = object("TaskRef", ref);
const pipelineRef = object("PipelineRef", ref);
const usage = list(object("WorkspaceUsage", { name: string, mountPath: string }));
const stepResult = object("StepResult", { name: string, type: string, properties, description: string });
const outputConfig = object("StepOutputConfig", { path: string });

const step = object("Step", {
  name: string,
  displayName: string,
  ...containerFields,
  script: string,
  timeout: duration,
  workspaces: usage,
  onError: string,
  stdoutConfig: outputConfig,
  stderrConfig: outputConfig,
  ref: object("Ref", { name: string, resolver: string, params }),
  params,
  results: list(stepResult),
  when,
});
const sidecar = object("Sidecar", {
  name: string,
  ...containerFields,
  ...sidecarFields,
  script: string,
  workspaces: usage,
});
const stepTemplate = object("StepTemplate", containerFields);

const oldContainerFields = { ...sidecarFields };
const betaStep = withResources(step, "Step", oldContainerFields);
const betaSidecar = withResources(sidecar, "Sidecar");
const betaTemplate = withResources(stepTemplate, "StepTemplate", { name: string, ...oldContainerFields });

const taskFields = {
  description: string,
  displayName: string,
  params: list(paramSpec),
  steps: list(step),
  stepTemplate,
  sidecars: list(sidecar),
  volumes: list(volume),
  workspaces: list(
    object("WorkspaceDeclaration", {
      name: string,
      description: string,
      mountPath: string,
      readOnly: boolean,
      optional: boolean,
    }),
  ),
  results: list(extend(stepResult, "TaskResult", { value: optionalParamValue })),
} satisfies Readonly<Record<string, Shape>>;
const taskSpec = object("TaskSpec", taskFields);
const betaTaskFields = { steps: list(betaStep), sidecars: list(betaSidecar), stepTemplate: betaTemplate };
const betaTaskSpec = extend(taskSpec, "TaskSpec", betaTaskFields);

const embeddedMetadata = object("PipelineTaskMetadata", { labels: map(string), annotations: map(string) });
const embeddedTask = extend(taskSpec, "EmbeddedTask", {
  apiVersion: string,
  kind: string,
  spec: anything,
  metadata: embeddedMetadata,
});

const pipelineTaskFields = {
  name: string,
  displayName: string,
  description: string,
  taskRef,
  taskSpec: embeddedTask,
  pipelineRef,
  pipelineSpec: lazy(() => pipelineSpec),
  when,
  retries: integer,
  runAfter: list(string),
  params,
  matrix: object("Matrix", {
    params,
    include: list(object("IncludeParams", { name: string, params })),
  }),
  workspaces: list(object("WorkspacePipelineTaskBinding", { name: string, workspace: string, subPath: string })),
  timeout: duration,
  onError: string,
} satisfies Readonly<Record<string, Shape>>;
const pipelineTask = object("PipelineTask", pipelineTaskFields);
const betaPipelineTask = extend(pipelineTask, "PipelineTask", {
  taskSpec: extend(embeddedTask, "EmbeddedTask", betaTaskFields),
  pipelineSpec: lazy(() => betaPipelineSpec),
});

const pipelineResult = object("PipelineResult", { name: string, type: string, description: string, value: paramValue });
const pipelineSpec: Shape = object("PipelineSpec", {
  displayName: string,
  description: string,
  params: list(paramSpec),
  tasks: list(pipelineTask),
  workspaces: list(object("PipelineWorkspaceDeclaration", { name: string, description: string, optional: boolean })),
  results: list(pipelineResult),
  finally: list(pipelineTask),
});
const betaPipelineSpec: Shape = extend(pipelineSpec, "PipelineSpec", {
  tasks: list(betaPipelineTask),
  finally: list(betaPipelineTask),
});

const workspaceBindings = list(
  object("WorkspaceBinding", {
    name: string,
    subPath: string,
    volumeClaimTemplate: volumeClaim,
    persistentVolumeClaim: claimVolume,
    emptyDir: emptyDirVolume,
    configMap: configMapVolume,
    secret: secretVolume,
    projected: projectedVolume,
    csi: csiVolume,
  }),
);

const override = (name: string, resources: string): Shape =>
  list(object(name, { name: string, [resources]: resourceRequirements }));

const taskRunFields = {
  debug: object("TaskRunDebug", {
    breakpoints: object("TaskBreakpoints", { onFailure: string, beforeSteps: list(string) }),
  }),
  params,
  serviceAccountName: string,
  taskRef,
  taskSpec,
  status: string,
  statusMessage: string,
  retries: integer,
  timeout: duration,
  podTemplate,
  workspaces: workspaceBindings,
  stepSpecs: override("TaskRunStepSpec", "computeResources"),
  sidecarSpecs: override("TaskRunSidecarSpec", "computeResources"),
  computeResources: resourceRequirements,
  managedBy: string,
} satisfies Readonly<Record<string, Shape>>;
const taskRunSpec = object("TaskRunSpec", taskRunFields);
const betaTaskRunSpec = extend(
  taskRunSpec,
  "TaskRunSpec",
  {
    taskSpec: betaTaskSpec,
    stepOverrides: override("TaskRunStepOverride", "resources"),
    sidecarOverrides: override("TaskRunSidecarOverride", "resources"),
  },
  ["stepSpecs", "sidecarSpecs"],
);

const timeouts = object("TimeoutFields", { pipeline: duration, tasks: duration, finally: duration });
const pipelineTaskRunFields = {
  pipelineTaskName: string,
  serviceAccountName: string,
  podTemplate,
  stepSpecs: override("TaskRunStepSpec", "computeResources"),
  sidecarSpecs: override("TaskRunSidecarSpec", "computeResources"),
  metadata: embeddedMetadata,
  computeResources: resourceRequirements,
  timeout: duration,
} satisfies Readonly<Record<string, Shape>>;
const pipelineTaskRunSpec = object("PipelineTaskRunSpec", pipelineTaskRunFields);
const betaPipelineTaskRunSpec = extend(
  pipelineTaskRunSpec,
  "PipelineTaskRunSpec",
  {
    taskServiceAccountName: string,
    taskPodTemplate: podTemplate,
    stepOverrides: override("TaskRunStepOverride", "resources"),
    sidecarOverrides: override("TaskRunSidecarOverride", "resources"),
  },
  ["serviceAccountName", "podTemplate", "stepSpecs", "sidecarSpecs"],
);
const pipelineRunSpec = object("PipelineRunSpec", {
  pipelineRef,
  pipelineSpec,
  params,
  status: string,
  timeouts,
  taskRunTemplate: object("PipelineTaskRunTemplate", { podTemplate, serviceAccountName: string }),
  workspaces: workspaceBindings,
  taskRunSpecs: list(pipelineTaskRunSpec),
  managedBy: string,
});
const betaPipelineRunSpec = extend(
  pipelineRunSpec,
  "PipelineRunSpec",
  {
    pipelineSpec: betaPipelineSpec,
    timeout: duration,
    serviceAccountName: string,
    podTemplate,
    taskRunSpecs: list(betaPipelineTaskRunSpec),
  },
  ["taskRunTemplate"],
);

const stepActionSpec = object("StepActionSpec", {
  description: string,
  image: string,
  command: list(string),
  args: list(string),
  env: containerFields.env,
  script: string,
  workingDir: string,
  params: list(paramSpec),
  results: list(stepResult),
  securityContext: containerFields.securityContext,
  volumeMounts: containerFields.volumeMounts,
});

const customRunSpec = object("CustomRunSpec", {
  customRef: taskRef,
  customSpec: object("EmbeddedCustomRunSpec", {
    apiVersion: string,
    kind: string,
    metadata: embeddedMetadata,
    spec: anything,
  }),
  params,
  status: string,
  statusMessage: string,
  retries: integer,
  serviceAccountName: string,
  timeout: duration,
  workspaces: workspaceBindings,
});

const resolutionRequestSpec = object("ResolutionRequestSpec", { params, url: string });

function kindShape(name: string, spec: Shape, hasStatus: boolean): Shape {
  return object(name, {
    apiVersion: string,
    kind: string,
    metadata: anything,
    spec,
    ...(hasStatus ? { status: anything } : {}),
  });
}

const v1: ReadonlyMap<string, Shape> = new Map([
  ["Task", kindShape("Task", taskSpec, false)],
  ["Pipeline", kindShape("Pipeline", pipelineSpec, false)],
  ["TaskRun", kindShape("TaskRun", taskRunSpec, true)],
  ["PipelineRun", kindShape("PipelineRun", pipelineRunSpec, true)],
]);

const stepAction = kindShape("StepAction", stepActionSpec, false);
const v1beta1: ReadonlyMap<string, Shape> = new Map([
  ["Task", kindShape("Task", betaTaskSpec, false)],
  ["Pipeline", kindShape("Pipeline", betaPipelineSpec, false)],
  ["TaskRun", kindShape("TaskRun", betaTaskRunSpec, true)],
  ["PipelineRun", kindShape("PipelineRun", betaPipelineRunSpec, true)],
  ["StepAction", stepAction],
  ["CustomRun", kindShape("CustomRun", customRunSpec, true)],
  ["ResolutionRequest", kindShape("ResolutionRequest", resolutionRequestSpec, true)],
]);
const v1alpha1: ReadonlyMap<string, Shape> = new Map([["StepAction", stepAction]]);

/** The shape of a kind in one of its versions; undefined when it is not served. */
export function shapeOf(version: string, kind: string): Shape | undefined {
  if (version === "v1") return v1.get(kind);
  return version === "v1beta1" ? v1beta1.get(kind) : version === "v1alpha1" ? v1alpha1.get(kind) : undefined;
}

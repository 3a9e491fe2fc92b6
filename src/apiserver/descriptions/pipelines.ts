/** What kubectl explain says of Tekton Pipelines' kinds. */
export const pipelineDescriptions = `
Task: Steps that run one after the other, with params, results and workspaces.
TaskRun: Runs a Task once.
Pipeline: Tasks with the order in which they run.
PipelineRun: Runs a Pipeline once.
StepAction: A step that Tasks can use.
CustomRun: Runs something that a controller of its own looks after.
TaskSpec
  params: The params that the Task takes.
  displayName: A name for people.
  description: What the Task does.
  steps: The steps, in their order.
  volumes: Volumes that steps can mount.
  stepTemplate: Settings that all steps share.
  sidecars: Containers that run beside the steps.
  workspaces: Folders that the Task is given.
  results: Short texts that the Task gives back.
EmbeddedTask
  apiVersion: Group and version of a custom task.
  kind: Kind of a custom task.
  metadata: Labels and annotations for the run.
  spec: What the custom task is given.
  params: The params that the task takes.
  displayName: A name for people.
  description: What the task does.
  steps: The steps, in their order.
  volumes: Volumes that steps can mount.
  stepTemplate: Settings that all steps share.
  sidecars: Containers that run beside the steps.
  workspaces: Folders that the task is given.
  results: Short texts that the task gives back.
Step: A program that runs in a container of its own.
  name: The step's name, for logs and references.
  displayName: A name for people.
  image: The image that holds the program.
  command: What runs.
  args: Arguments.
  workingDir: The folder in which it runs.
  env: Variables.
  envFrom: ConfigMaps and Secrets whose keys become variables.
  script: A script that runs in place of command; the first line may name its interpreter.
  timeout: How long the step may run.
  workspaces: The workspaces that the step sees, when not all.
  onError: continue, to go on when the step fails; stopAndFail otherwise.
  stdoutConfig: A file that its output is written to.
  stderrConfig: A file that its errors are written to.
  ref: A StepAction that is used.
  params: Params of the StepAction.
  results: Short texts that the step gives back.
  when: Conditions without which the step is skipped.
  computeResources: What the step needs and may use.
  resources: What the step needs and may use.
  volumeMounts: Where volumes are mounted.
  volumeDevices: Where block devices appear.
  imagePullPolicy: Always, IfNotPresent or Never.
  securityContext: Its user and rights.
Sidecar: A container that runs beside the steps and ends with them.
  name: The sidecar's name.
  image: The image that holds the program.
  command: What runs.
  args: Arguments.
  script: A script that runs in place of command.
  env: Variables.
  readinessProbe: Steps wait until this succeeds.
  restartPolicy: Always, to run as a sidecar of Kubernetes.
  workspaces: The workspaces that the sidecar sees.
StepTemplate: Settings that all steps share.
  image: The image of steps that name none.
  command: What runs, where a step does not say.
  args: Arguments, where a step has none.
  env: Variables of all steps.
  workingDir: The folder in which steps run.
TaskResult: A short text, list or object that a Task gives back.
  name: The result's name; steps write to $(results.NAME.path).
  type: string, array or object.
  properties: The keys of an object.
  description: What it says.
  value: Where it comes from: a result of a step.
WorkspaceDeclaration: A folder that a Task is given.
  name: The workspace's name.
  description: What it is for.
  mountPath: Where steps see it; /workspace/NAME unless told.
  readOnly: Whether it may only be read.
  optional: Whether runs may leave it out.
PipelineSpec
  displayName: A name for people.
  description: What the Pipeline does.
  params: The params that the Pipeline takes.
  tasks: The tasks; those that need nothing of each other run at the same time.
  finally: Tasks that run at the end, whatever happened.
  workspaces: Folders that the Pipeline is given.
  results: Short texts that the Pipeline gives back.
PipelineTask: A task of a Pipeline.
  name: The task's name in the Pipeline.
  displayName: A name for people.
  description: What the task does.
  taskRef: The Task that runs.
  taskSpec: The steps, in place of taskRef.
  pipelineRef: A Pipeline that runs in place of a Task.
  pipelineSpec: Tasks that run in place of a Task.
  when: Conditions without which the task is skipped.
  retries: How often a failed task is tried again.
  runAfter: Tasks that have to end before.
  params: Values of the Task's params.
  matrix: Params whose values are all combined: one run for each combination.
  workspaces: The Pipeline's workspaces that the task gets.
  timeout: How long the task may take.
  onError: continue, to go on when the task fails.
Matrix
  params: Lists of values.
  include: Further combinations.
WhenExpression: A condition.
  input: The value that is looked at.
  operator: in or notin.
  values: What it is compared with.
  cel: The condition as a CEL expression, in place of the others.
PipelineResult: A short text, list or object that a Pipeline gives back.
  name: The result's name.
  type: string, array or object.
  description: What it says.
  value: Where it comes from, such as $(tasks.x.results.y).
PipelineWorkspaceDeclaration: A folder that a Pipeline is given.
  name: The workspace's name.
  description: What it is for.
  optional: Whether runs may leave it out.
WorkspacePipelineTaskBinding: A workspace of the Pipeline for a task.
  name: The task's name for it.
  workspace: The Pipeline's name for it; the same unless told.
  subPath: The folder within it.
TaskRef: The Task that runs.
  name: Its name in the same namespace.
  kind: Task, or the kind of a custom task.
  apiVersion: Its version.
  resolver: Who fetches it: git, bundles, hub, http or cluster.
  params: What the resolver has to know.
PipelineRef: The Pipeline that runs.
  name: Its name in the same namespace.
  apiVersion: Its version.
  resolver: Who fetches it: git, bundles, hub, http or cluster.
  params: What the resolver has to know.
TaskRunSpec
  params: Values of the Task's params.
  serviceAccountName: The ServiceAccount that steps run as.
  taskRef: The Task that runs.
  taskSpec: The steps, in place of taskRef.
  status: TaskRunCancelled, to end the run.
  statusMessage: Why the run was ended.
  timeout: How long the run may take; 1h unless told, 0 for ever.
  retries: How often a failed run is tried again.
  podTemplate: Settings of the run's Pod.
  workspaces: What the Task's workspaces are.
  stepSpecs: Settings of single steps.
  sidecarSpecs: Settings of single sidecars.
  computeResources: What all steps together need and may use.
PipelineRunSpec
  pipelineRef: The Pipeline that runs.
  pipelineSpec: The tasks, in place of pipelineRef.
  params: Values of the Pipeline's params.
  status: Cancelled, CancelledRunFinally or StoppedRunFinally, to end the run; PipelineRunPending, to hold it.
  timeouts: How long the run may take.
  taskRunTemplate: Settings of all tasks.
  taskRunSpecs: Settings of single tasks.
  workspaces: What the Pipeline's workspaces are.
TimeoutFields
  pipeline: All of it.
  tasks: The tasks without those at the end.
  finally: The tasks at the end.
PipelineTaskRunTemplate: Settings of all tasks.
  serviceAccountName: The ServiceAccount that steps run as.
  podTemplate: Settings of the Pods.
PipelineTaskRunSpec: Settings of one task.
  pipelineTaskName: The task's name in the Pipeline.
  serviceAccountName: The ServiceAccount that its steps run as.
  podTemplate: Settings of its Pod.
  stepSpecs: Settings of its steps.
  sidecarSpecs: Settings of its sidecars.
  metadata: Labels and annotations of its TaskRun.
  computeResources: What its steps together need and may use.
  timeout: How long it may take.
WorkspaceBinding: What a workspace is. One of its kinds is given.
  name: The workspace's name.
  subPath: The folder within it.
  volumeClaimTemplate: A claim that is made for the run and goes with it.
  persistentVolumeClaim: The storage of a claim.
  emptyDir: A folder that begins empty and ends with the run.
  configMap: The keys of a ConfigMap as files.
  secret: The keys of a Secret as files.
  projected: Several sources in one folder.
  csi: Storage of a CSI driver.
StepActionSpec: A step that Tasks can use.
  description: What the step does.
  image: The image that holds the program.
  command: What runs.
  args: Arguments.
  env: Variables.
  script: A script that runs in place of command.
  workingDir: The folder in which it runs.
  params: The params that it takes.
  results: Short texts that it gives back.
  securityContext: Its user and rights.
  volumeMounts: Where volumes are mounted.
CustomRunSpec
  customRef: The object that runs.
  customSpec: What runs, in place of customRef.
  params: Its params.
  status: RunCancelled, to end the run.
  statusMessage: Why the run was ended.
  retries: How often it is tried again.
  serviceAccountName: The ServiceAccount that it runs as.
  timeout: How long it may take.
  workspaces: What its workspaces are.
`;

/** What kubectl explain says of Pods and their containers. */
export const podDescriptions = `
Pod: Containers that run together on one node.
  spec: What is to run.
  status: How it runs.
PodTemplateSpec: What Pods made from this look like.
  spec: What is to run.
PodSpec: What a Pod runs, and how.
  volumes: Volumes that containers can mount.
  initContainers: Containers that run before the others, one after the other.
  containers: The containers. There is at least one.
  ephemeralContainers: Containers added to a running Pod to look into it.
  restartPolicy: Always, OnFailure or Never: when containers that end are started again.
  terminationGracePeriodSeconds: How long containers may take to end before they are killed.
  activeDeadlineSeconds: How long the Pod may run in all.
  dnsPolicy: Where names are looked up.
  nodeSelector: Labels that the node must have.
  serviceAccountName: The ServiceAccount that the Pod runs as.
  serviceAccount: Old name of serviceAccountName.
  automountServiceAccountToken: Whether the account's token is mounted.
  nodeName: The node that the Pod runs on.
  hostNetwork: Whether the Pod uses the node's network.
  hostPID: Whether the Pod sees the node's processes.
  hostIPC: Whether the Pod shares the node's IPC.
  shareProcessNamespace: Whether containers see each other's processes.
  securityContext: Users, groups and rights for all containers.
  imagePullSecrets: Secrets for pulling images.
  hostname: The Pod's host name; its own name unless told.
  subdomain: The Pod's domain below the namespace.
  affinity: Which nodes are wanted or preferred.
  schedulerName: Who picks the node.
  tolerations: Taints of nodes that do not matter.
  hostAliases: Further lines of /etc/hosts.
  priorityClassName: How important the Pod is.
  priority: How important the Pod is, as a number.
  dnsConfig: Further settings for looking up names.
  readinessGates: Further conditions for being ready.
  runtimeClassName: What runs the containers.
  enableServiceLinks: Whether variables tell of the namespace's Services.
  preemptionPolicy: Whether less important Pods may be pushed out.
  overhead: What running the Pod costs beside its containers.
  topologySpreadConstraints: How Pods are spread over nodes.
  resources: What all containers together may use.
PodStatus: How a Pod runs.
  phase: Pending, Running, Succeeded, Failed or Unknown.
  conditions: Aspects of the state, such as Ready.
  message: Why the Pod is in this state, in words.
  reason: Why, in one word.
  nominatedNodeName: The node that is being made free for the Pod.
  hostIP: The node's address.
  hostIPs: The node's addresses.
  podIP: The Pod's address.
  podIPs: The Pod's addresses.
  startTime: When the node took the Pod on.
  initContainerStatuses: How each init container is.
  containerStatuses: How each container is.
  ephemeralContainerStatuses: How each ephemeral container is.
  qosClass: Guaranteed, Burstable or BestEffort, by requests and limits.
Container: One program of a Pod with its image and settings.
  name: The container's name, unique in the Pod.
  image: The image that holds the program.
  command: What runs, in place of the image's entry point.
  args: Arguments, in place of the image's.
  workingDir: The folder in which it runs.
  ports: Ports that it serves; for information and names.
  envFrom: ConfigMaps and Secrets whose keys become variables.
  env: Variables.
  resources: What it needs and may use.
  resizePolicy: Whether it restarts when its resources change.
  restartPolicy: Always makes an init container a sidecar.
  volumeMounts: Where volumes are mounted.
  volumeDevices: Where block devices appear.
  livenessProbe: When this fails, the container is started again.
  readinessProbe: While this fails, the Pod gets no traffic.
  startupProbe: The other probes wait until this one succeeds.
  lifecycle: What runs after its start and before its end.
  terminationMessagePath: The file from which its last message is read.
  terminationMessagePolicy: File, or FallbackToLogsOnError.
  imagePullPolicy: Always, IfNotPresent or Never.
  securityContext: Its user and rights.
  stdin: Whether it has input.
  stdinOnce: Whether its input ends with the first client.
  tty: Whether it has a terminal.
ContainerPort: A port that a container serves.
  name: The port's name, for Services and probes.
  containerPort: The port's number.
  protocol: TCP, UDP or SCTP.
  hostPort: The port on the node.
  hostIP: The node's address for hostPort.
EnvVar: A variable of a container.
  name: The variable's name.
  value: Its value. $(NAME) stands for a variable set before.
  valueFrom: Where else its value comes from.
EnvVarSource: Where a variable's value comes from.
  fieldRef: A field of the Pod.
  resourceFieldRef: A resource of a container.
  configMapKeyRef: A key of a ConfigMap.
  secretKeyRef: A key of a Secret.
KeySelector: A key of a ConfigMap or Secret.
  name: Name of the ConfigMap or Secret.
  key: The key.
  optional: Whether it may be missing.
EnvFromSource: An object whose keys become variables.
  prefix: Put in front of each key.
  configMapRef: The ConfigMap.
  secretRef: The Secret.
ResourceRequirements: What a container needs and may use.
  limits: The most that it may use, such as cpu and memory.
  requests: What is set aside for it.
  claims: Devices that it uses.
VolumeMount: Where a container sees a volume.
  name: The volume's name.
  mountPath: The path in the container.
  readOnly: Whether it may only be read.
  subPath: The path within the volume.
  subPathExpr: The path within the volume, with variables.
  mountPropagation: Whether later mounts are seen on the other side.
Volume: A folder that containers of the Pod can mount. One of its kinds is given.
  name: The volume's name.
  emptyDir: A folder that begins empty and ends with the Pod.
  hostPath: A path of the node.
  configMap: The keys of a ConfigMap as files.
  secret: The keys of a Secret as files.
  projected: Several sources in one folder.
  downwardAPI: Fields of the Pod as files.
  persistentVolumeClaim: The storage of a claim.
  nfs: A share of an NFS server.
  csi: Storage of a CSI driver.
  ephemeral: A claim that is made for the Pod and goes with it.
  image: The content of an image.
EmptyDirVolumeSource: A folder that begins empty and ends with the Pod.
  medium: Memory for a folder in memory.
  sizeLimit: How large it may grow.
ConfigMapVolumeSource: The keys of a ConfigMap as files.
  name: Name of the ConfigMap.
  items: Which keys, and to what paths; all when none are given.
  defaultMode: The mode of the files.
  optional: Whether the ConfigMap may be missing.
SecretVolumeSource: The keys of a Secret as files.
  secretName: Name of the Secret.
  items: Which keys, and to what paths; all when none are given.
  defaultMode: The mode of the files.
  optional: Whether the Secret may be missing.
KeyToPath: A key as a file.
  key: The key.
  path: The file's path.
  mode: The file's mode.
HostPathVolumeSource: A path of the node.
  path: The path.
  type: What has to be there, or is made.
PersistentVolumeClaimVolumeSource: The storage of a claim.
  claimName: Name of the claim, in the Pod's namespace.
  readOnly: Whether it may only be read.
ProjectedVolumeSource: Several sources in one folder.
  sources: The sources.
  defaultMode: The mode of the files.
Probe: How the state of a container is found out.
  exec: A command; exit code 0 is success.
  httpGet: A request; a status from 200 to 399 is success.
  tcpSocket: A port; a connection is success.
  grpc: A gRPC health check.
  initialDelaySeconds: How long to wait at first.
  timeoutSeconds: How long an answer may take.
  periodSeconds: How often to ask.
  successThreshold: So many successes in a row count.
  failureThreshold: So many failures in a row count.
  terminationGracePeriodSeconds: How long the container may then take to end.
SecurityContext: User and rights of a container.
  capabilities: Capabilities to add and to drop.
  privileged: Whether it has all rights of the node.
  runAsUser: The user's number.
  runAsGroup: The group's number.
  runAsNonRoot: Whether running as root is refused.
  readOnlyRootFilesystem: Whether its own files are read-only.
  allowPrivilegeEscalation: Whether it may gain rights.
  seccompProfile: Which system calls it may make.
PodSecurityContext: Users, groups and rights for all containers of a Pod.
  runAsUser: The user's number.
  runAsGroup: The group's number.
  runAsNonRoot: Whether running as root is refused.
  fsGroup: The group that owns mounted volumes.
  supplementalGroups: Further groups.
  seccompProfile: Which system calls containers may make.
  sysctls: Settings of the kernel.
Toleration: A taint of nodes that does not matter.
  key: The taint's key; empty for all.
  operator: Equal or Exists.
  value: The taint's value.
  effect: NoSchedule, PreferNoSchedule or NoExecute; empty for all.
  tolerationSeconds: How long NoExecute is put up with.
ContainerStatus: How a container is.
  name: The container's name.
  state: What it does now.
  lastState: How it ended the last time.
  ready: Whether it can serve.
  restartCount: How often it was started again.
  image: The image that runs.
  imageID: The image's digest.
  containerID: Its id at what runs it.
  started: Whether its start has succeeded.
ContainerState: What a container does: one of these.
  waiting: It has not started yet.
  running: It runs.
  terminated: It has ended.
`;

/** core/v1: Pod and what it is made of. */
export const podTypes = `
Pod
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec PodSpec !
  status PodStatus !
PodTemplateSpec
  metadata ObjectMeta !
  spec PodSpec !
PodTemplate
  kind string
  apiVersion string
  metadata ObjectMeta !
  template PodTemplateSpec !
PodSpec
  volumes []Volume keys(name) patch(name) retain
  initContainers []Container keys(name) patch(name)
  containers []Container ! keys(name) patch(name)
  ephemeralContainers []EphemeralContainer keys(name) patch(name)
  restartPolicy string
  terminationGracePeriodSeconds *int64
  activeDeadlineSeconds *int64
  dnsPolicy string
  nodeSelector {}string atomic
  serviceAccountName string
  serviceAccount string
  automountServiceAccountToken *bool
  nodeName string
  hostNetwork bool
  hostPID bool
  hostIPC bool
  shareProcessNamespace *bool
  securityContext *PodSecurityContext
  imagePullSecrets []LocalObjectReference keys(name) patch(name)
  hostname string
  subdomain string
  affinity *Affinity
  schedulerName string
  tolerations []Toleration atomic
  hostAliases []HostAlias keys(ip) patch(ip)
  priorityClassName string
  priority *int32
  dnsConfig *PodDNSConfig
  readinessGates []PodReadinessGate atomic
  runtimeClassName *string
  enableServiceLinks *bool
  preemptionPolicy *string
  overhead {}quantity
  topologySpreadConstraints []TopologySpreadConstraint keys(topologyKey,whenUnsatisfiable) patch(topologyKey)
  setHostnameAsFQDN *bool
  os *PodOS
  hostUsers *bool
  schedulingGates []PodSchedulingGate keys(name) patch(name)
  resourceClaims []PodResourceClaim keys(name) patch(name) retain
  resources *ResourceRequirements
  hostnameOverride *string
PodOS
  name string !
PodSchedulingGate
  name string !
PodResourceClaim
  name string !
  resourceClaimName *string
  resourceClaimTemplateName *string
PodReadinessGate
  conditionType string !
HostAlias
  ip string !
  hostnames []string atomic
PodDNSConfig
  nameservers []string atomic
  searches []string atomic
  options []PodDNSConfigOption atomic
PodDNSConfigOption
  name string
  value *string
Toleration
  key string
  operator string
  value string
  effect string
  tolerationSeconds *int64
TopologySpreadConstraint
  maxSkew int32 !
  topologyKey string !
  whenUnsatisfiable string !
  labelSelector *LabelSelector
  minDomains *int32
  nodeAffinityPolicy *string
  nodeTaintsPolicy *string
  matchLabelKeys []string atomic
Affinity
  nodeAffinity *NodeAffinity
  podAffinity *PodAffinity
  podAntiAffinity *PodAffinity
NodeAffinity
  requiredDuringSchedulingIgnoredDuringExecution *NodeSelector
  preferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm atomic
NodeSelector atomic
  nodeSelectorTerms []NodeSelectorTerm ! atomic
NodeSelectorTerm atomic
  matchExpressions []NodeSelectorRequirement atomic
  matchFields []NodeSelectorRequirement atomic
NodeSelectorRequirement
  key string !
  operator string !
  values []string atomic
PreferredSchedulingTerm
  weight int32 !
  preference NodeSelectorTerm !
PodAffinity
  requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm atomic
  preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm atomic
PodAffinityTerm
  labelSelector *LabelSelector
  namespaces []string atomic
  topologyKey string !
  namespaceSelector *LabelSelector
  matchLabelKeys []string atomic
  mismatchLabelKeys []string atomic
WeightedPodAffinityTerm
  weight int32 !
  podAffinityTerm PodAffinityTerm !
LocalObjectReference atomic
  name string
ObjectReference atomic
  kind string
  namespace string
  name string
  uid string
  apiVersion string
  resourceVersion string
  fieldPath string
TypedLocalObjectReference atomic
  apiGroup *string !
  kind string !
  name string !
TypedObjectReference
  apiGroup *string !
  kind string !
  name string !
  namespace *string
SecretReference atomic
  name string
  namespace string
PodSecurityContext
  seLinuxOptions *SELinuxOptions
  windowsOptions *WindowsSecurityContextOptions
  runAsUser *int64
  runAsGroup *int64
  runAsNonRoot *bool
  supplementalGroups []int64 atomic
  supplementalGroupsPolicy *string
  fsGroup *int64
  sysctls []Sysctl atomic
  fsGroupChangePolicy *string
  seccompProfile *SeccompProfile
  appArmorProfile *SeccompProfile
  seLinuxChangePolicy *string
Sysctl
  name string !
  value string !
SELinuxOptions
  user string
  role string
  type string
  level string
WindowsSecurityContextOptions
  gmsaCredentialSpecName *string
  gmsaCredentialSpec *string
  runAsUserName *string
  hostProcess *bool
SeccompProfile
  type string !
  localhostProfile *string
SecurityContext
  capabilities *Capabilities
  privileged *bool
  seLinuxOptions *SELinuxOptions
  windowsOptions *WindowsSecurityContextOptions
  runAsUser *int64
  runAsGroup *int64
  runAsNonRoot *bool
  readOnlyRootFilesystem *bool
  allowPrivilegeEscalation *bool
  procMount *string
  seccompProfile *SeccompProfile
  appArmorProfile *SeccompProfile
Capabilities
  add []string atomic
  drop []string atomic
Container
  name string !
  image string
  command []string atomic
  args []string atomic
  workingDir string
  ports []ContainerPort keys(containerPort,protocol=TCP) patch(containerPort)
  envFrom []EnvFromSource atomic
  env []EnvVar keys(name) patch(name)
  resources ResourceRequirements !
  resizePolicy []ContainerResizePolicy atomic
  restartPolicy *string
  restartPolicyRules []any atomic
  volumeMounts []VolumeMount keys(mountPath) patch(mountPath)
  volumeDevices []VolumeDevice keys(devicePath) patch(devicePath)
  livenessProbe *Probe
  readinessProbe *Probe
  startupProbe *Probe
  lifecycle *Lifecycle
  terminationMessagePath string
  terminationMessagePolicy string
  imagePullPolicy string
  securityContext *SecurityContext
  stdin bool
  stdinOnce bool
  tty bool
EphemeralContainer
  ... Container
  targetContainerName string
ContainerResizePolicy
  resourceName string !
  restartPolicy string !
ContainerPort
  name string
  hostPort int32
  containerPort int32 !
  protocol string
  hostIP string
EnvFromSource
  prefix string
  configMapRef *ConfigMapEnvSource
  secretRef *ConfigMapEnvSource
ConfigMapEnvSource
  name string
  optional *bool
EnvVar
  name string !
  value string
  valueFrom *EnvVarSource
EnvVarSource
  fieldRef *ObjectFieldSelector
  resourceFieldRef *ResourceFieldSelector
  configMapKeyRef *KeySelector
  secretKeyRef *KeySelector
  fileKeyRef *FileKeySelector
FileKeySelector atomic
  volumeName string !
  path string !
  key string !
  optional *bool
ObjectFieldSelector atomic
  apiVersion string
  fieldPath string !
ResourceFieldSelector atomic
  containerName string
  resource string !
  divisor quantity !
KeySelector atomic
  name string
  key string !
  optional *bool
ResourceRequirements
  limits {}quantity
  requests {}quantity
  claims []ResourceClaim keys(name)
ResourceClaim
  name string !
  request string
VolumeMount
  name string !
  readOnly bool
  recursiveReadOnly *string
  mountPath string !
  subPath string
  mountPropagation *string
  subPathExpr string
VolumeDevice
  name string !
  devicePath string !
Probe
  exec *ExecAction
  httpGet *HTTPGetAction
  tcpSocket *TCPSocketAction
  grpc *GRPCAction
  initialDelaySeconds int32
  timeoutSeconds int32
  periodSeconds int32
  successThreshold int32
  failureThreshold int32
  terminationGracePeriodSeconds *int64
ExecAction
  command []string atomic
HTTPGetAction
  path string
  port intstr !
  host string
  scheme string
  httpHeaders []HTTPHeader atomic
HTTPHeader
  name string !
  value string !
TCPSocketAction
  port intstr !
  host string
GRPCAction
  port int32 !
  service *string !
Lifecycle
  postStart *LifecycleHandler
  preStop *LifecycleHandler
  stopSignal *string
LifecycleHandler
  exec *ExecAction
  httpGet *HTTPGetAction
  tcpSocket *TCPSocketAction
  sleep *SleepAction
SleepAction
  seconds int64 !
Volume
  name string !
  ... VolumeSource
PodStatus
  observedGeneration int64
  phase string
  conditions []PodCondition keys(type) patch(type)
  message string
  reason string
  nominatedNodeName string
  hostIP string
  hostIPs []HostIP atomic patch(ip)
  podIP string
  podIPs []HostIP keys(ip) patch(ip)
  startTime *time
  initContainerStatuses []ContainerStatus atomic
  containerStatuses []ContainerStatus atomic
  qosClass string
  ephemeralContainerStatuses []ContainerStatus atomic
  resize string
  resourceClaimStatuses []any keys(name) patch(name)
  allocatedResources {}quantity
  resources *ResourceRequirements
HostIP
  ip string !
PodCondition
  type string !
  observedGeneration int64
  status string !
  lastProbeTime *time !
  lastTransitionTime time !
  reason string
  message string
ContainerStatus
  name string !
  state ContainerState !
  lastState ContainerState !
  ready bool !
  restartCount int32 !
  image string !
  imageID string !
  containerID string
  started *bool
  allocatedResources {}quantity
  resources *ResourceRequirements
  volumeMounts []any keys(mountPath) patch(mountPath)
  user *any
  allocatedResourcesStatus []any keys(name) patch(name)
  stopSignal *string
ContainerState
  waiting *ContainerStateWaiting
  running *ContainerStateRunning
  terminated *ContainerStateTerminated
ContainerStateWaiting
  reason string
  message string
ContainerStateRunning
  startedAt time !
ContainerStateTerminated
  exitCode int32 !
  signal int32
  reason string
  message string
  startedAt time !
  finishedAt time !
  containerID string
Binding
  kind string
  apiVersion string
  metadata ObjectMeta !
  target ObjectReference !
`;

/** core/v1: sources of volumes, of Pods and PersistentVolumes. */
export const volumeTypes = `
VolumeSource
  hostPath *HostPathVolumeSource
  emptyDir *EmptyDirVolumeSource
  gcePersistentDisk *any
  awsElasticBlockStore *any
  gitRepo *any
  secret *SecretVolumeSource
  nfs *NFSVolumeSource
  iscsi *any
  glusterfs *any
  persistentVolumeClaim *PersistentVolumeClaimVolumeSource
  rbd *any
  flexVolume *any
  cinder *any
  cephfs *any
  flocker *any
  downwardAPI *DownwardAPIVolumeSource
  fc *any
  azureFile *any
  configMap *ConfigMapVolumeSource
  vsphereVolume *any
  quobyte *any
  azureDisk *any
  photonPersistentDisk *any
  projected *ProjectedVolumeSource
  portworxVolume *any
  scaleIO *any
  storageos *any
  csi *CSIVolumeSource
  ephemeral *EphemeralVolumeSource
  image *ImageVolumeSource
HostPathVolumeSource
  path string !
  type *string
EmptyDirVolumeSource
  medium string
  sizeLimit *quantity
SecretVolumeSource
  secretName string
  items []KeyToPath atomic
  defaultMode *int32
  optional *bool
KeyToPath
  key string !
  path string !
  mode *int32
NFSVolumeSource
  server string !
  path string !
  readOnly bool
PersistentVolumeClaimVolumeSource
  claimName string !
  readOnly bool
DownwardAPIVolumeSource
  items []DownwardAPIVolumeFile atomic
  defaultMode *int32
DownwardAPIVolumeFile
  path string !
  fieldRef *ObjectFieldSelector
  resourceFieldRef *ResourceFieldSelector
  mode *int32
ConfigMapVolumeSource
  name string
  items []KeyToPath atomic
  defaultMode *int32
  optional *bool
ProjectedVolumeSource
  sources []VolumeProjection ! atomic
  defaultMode *int32
VolumeProjection
  secret *ConfigMapProjection
  downwardAPI *DownwardAPIProjection
  configMap *ConfigMapProjection
  serviceAccountToken *ServiceAccountTokenProjection
  clusterTrustBundle *any
  podCertificate *any
ConfigMapProjection
  name string
  items []KeyToPath atomic
  optional *bool
DownwardAPIProjection
  items []DownwardAPIVolumeFile atomic
ServiceAccountTokenProjection
  audience string
  expirationSeconds *int64
  path string !
CSIVolumeSource
  driver string !
  readOnly *bool
  fsType *string
  volumeAttributes {}string
  nodePublishSecretRef *LocalObjectReference
EphemeralVolumeSource
  volumeClaimTemplate *PersistentVolumeClaimTemplate
PersistentVolumeClaimTemplate
  metadata ObjectMeta !
  spec PersistentVolumeClaimSpec !
ImageVolumeSource
  reference string
  pullPolicy string
PersistentVolumeClaim
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec PersistentVolumeClaimSpec !
  status PersistentVolumeClaimStatus !
PersistentVolumeClaimSpec
  accessModes []string atomic
  selector *LabelSelector
  resources VolumeResourceRequirements !
  volumeName string
  storageClassName *string
  volumeMode *string
  dataSource *TypedLocalObjectReference
  dataSourceRef *TypedObjectReference
  volumeAttributesClassName *string
VolumeResourceRequirements
  limits {}quantity
  requests {}quantity
PersistentVolumeClaimStatus
  phase string
  accessModes []string atomic
  capacity {}quantity
  conditions []PersistentVolumeClaimCondition keys(type) patch(type)
  allocatedResources {}quantity
  allocatedResourceStatuses {}string
  currentVolumeAttributesClassName *string
  modifyVolumeStatus *any
PersistentVolumeClaimCondition
  type string !
  status string !
  lastProbeTime *time !
  lastTransitionTime *time !
  reason string
  message string
PersistentVolume
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec PersistentVolumeSpec !
  status PersistentVolumeStatus !
PersistentVolumeSpec
  capacity {}quantity
  hostPath *HostPathVolumeSource
  nfs *NFSVolumeSource
  local *LocalVolumeSource
  csi *any
  iscsi *any
  fc *any
  gcePersistentDisk *any
  awsElasticBlockStore *any
  azureDisk *any
  azureFile *any
  rbd *any
  cephfs *any
  accessModes []string atomic
  claimRef *ObjectReference
  persistentVolumeReclaimPolicy string
  storageClassName string
  mountOptions []string atomic
  volumeMode *string
  nodeAffinity *VolumeNodeAffinity
  volumeAttributesClassName *string
LocalVolumeSource
  path string !
  fsType *string
VolumeNodeAffinity
  required *NodeSelector
PersistentVolumeStatus
  phase string
  message string
  reason string
  lastPhaseTransitionTime *time
`;

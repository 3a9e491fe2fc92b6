/** Pods and what they are made of: field numbers as in the published .proto files. */
export const podMessages = `
Pod
1 metadata ObjectMeta
2 spec PodSpec
3 status PodStatus

PodStatus
1 phase string
2 conditions []PodCondition
3 message string
4 reason string
5 hostIP string
6 podIP string
7 startTime time
8 containerStatuses []ContainerStatus
9 qosClass string
10 initContainerStatuses []ContainerStatus
11 nominatedNodeName string
12 podIPs []PodIP
13 ephemeralContainerStatuses []ContainerStatus
14 resize string
16 hostIPs []PodIP
17 observedGeneration int

PodCondition
1 type string
2 status string
3 lastProbeTime time
4 lastTransitionTime time
5 reason string
6 message string
7 observedGeneration int

ContainerStatus
1 name string
2 state ContainerState
3 lastState ContainerState
4 ready bool
5 restartCount int
6 image string
7 imageID string
8 containerID string
9 started bool
10 allocatedResources {}quantity
11 resources ResourceRequirements
12 volumeMounts []VolumeMountStatus

VolumeMountStatus
1 name string
2 mountPath string
3 readOnly bool
4 recursiveReadOnly string

ContainerState
1 waiting ContainerStateWaiting
2 running ContainerStateRunning
3 terminated ContainerStateTerminated

ContainerStateWaiting
1 reason string
2 message string

ContainerStateRunning
1 startedAt time

ContainerStateTerminated
1 exitCode int
2 signal int
3 reason string
4 message string
5 startedAt time
6 finishedAt time
7 containerID string

PodIP
1 ip string

EphemeralContainer
1 ephemeralContainerCommon ..Container
2 targetContainerName string

PodSpec
1 volumes []Volume
2 containers []Container
3 restartPolicy string
4 terminationGracePeriodSeconds int
5 activeDeadlineSeconds int
6 dnsPolicy string
7 nodeSelector {}string
8 serviceAccountName string
9 serviceAccount string
10 nodeName string
11 hostNetwork bool
12 hostPID bool
13 hostIPC bool
14 securityContext PodSecurityContext
15 imagePullSecrets []LocalObjectReference
16 hostname string
17 subdomain string
18 affinity Affinity
19 schedulerName string
20 initContainers []Container
21 automountServiceAccountToken bool
22 tolerations []Toleration
23 hostAliases []HostAlias
24 priorityClassName string
25 priority int
26 dnsConfig PodDNSConfig
27 shareProcessNamespace bool
28 readinessGates []PodReadinessGate
29 runtimeClassName string
30 enableServiceLinks bool
31 preemptionPolicy string
32 overhead {}quantity
33 topologySpreadConstraints []TopologySpreadConstraint
34 ephemeralContainers []EphemeralContainer
35 setHostnameAsFQDN bool
36 os PodOS
37 hostUsers bool
38 schedulingGates []PodOS
40 resources ResourceRequirements
41 hostnameOverride string

Container
1 name string
2 image string
3 command []string
4 args []string
5 workingDir string
6 ports []ContainerPort
7 env []EnvVar
8 resources ResourceRequirements
9 volumeMounts []VolumeMount
10 livenessProbe Probe
11 readinessProbe Probe
12 lifecycle Lifecycle
13 terminationMessagePath string
14 imagePullPolicy string
15 securityContext SecurityContext
16 stdin bool
17 stdinOnce bool
18 tty bool
19 envFrom []EnvFromSource
20 terminationMessagePolicy string
21 volumeDevices []VolumeDevice
22 startupProbe Probe
23 resizePolicy []ContainerResizePolicy
24 restartPolicy string

ContainerPort
1 name string
2 hostPort int
3 containerPort int
4 protocol string
5 hostIP string

EnvVar
1 name string
2 value string
3 valueFrom EnvVarSource

EnvVarSource
1 fieldRef ObjectFieldSelector
2 resourceFieldRef ResourceFieldSelector
3 configMapKeyRef KeySelector
4 secretKeyRef KeySelector

ObjectFieldSelector
1 apiVersion string
2 fieldPath string

ResourceFieldSelector
1 containerName string
2 resource string
3 divisor quantity

KeySelector
1 localObjectReference ..LocalObjectReference
2 key string
3 optional bool

EnvFromSource
1 prefix string
2 configMapRef EnvSource
3 secretRef EnvSource

EnvSource
1 localObjectReference ..LocalObjectReference
2 optional bool

ResourceRequirements
1 limits {}quantity
2 requests {}quantity
3 claims []ResourceClaim

ResourceClaim
1 name string
2 request string

ContainerResizePolicy
1 resourceName string
2 restartPolicy string

VolumeMount
1 name string
2 readOnly bool
3 mountPath string
4 subPath string
5 mountPropagation string
6 subPathExpr string
7 recursiveReadOnly string

VolumeDevice
1 name string
2 devicePath string

Probe
1 handler ..Handler
2 initialDelaySeconds int
3 timeoutSeconds int
4 periodSeconds int
5 successThreshold int
6 failureThreshold int
7 terminationGracePeriodSeconds int

Handler
1 exec ExecAction
2 httpGet HTTPGetAction
3 tcpSocket TCPSocketAction
4 grpc GRPCAction

Lifecycle
1 postStart LifecycleHandler
2 preStop LifecycleHandler
3 stopSignal string

LifecycleHandler
1 exec ExecAction
2 httpGet HTTPGetAction
3 tcpSocket TCPSocketAction
4 sleep SleepAction

ExecAction
1 command []string

HTTPGetAction
1 path string
2 port intstr
3 host string
4 scheme string
5 httpHeaders []HTTPHeader

HTTPHeader
1 name string
2 value string

TCPSocketAction
1 port intstr
2 host string

GRPCAction
1 port int
2 service string

SleepAction
1 seconds int

SecurityContext
1 capabilities Capabilities
2 privileged bool
3 seLinuxOptions SELinuxOptions
4 runAsUser int
5 runAsNonRoot bool
6 readOnlyRootFilesystem bool
7 allowPrivilegeEscalation bool
8 runAsGroup int
9 procMount string
11 seccompProfile SecurityProfile
12 appArmorProfile SecurityProfile

Capabilities
1 add []string
2 drop []string

SELinuxOptions
1 user string
2 role string
3 type string
4 level string

SecurityProfile
1 type string
2 localhostProfile string

PodSecurityContext
1 seLinuxOptions SELinuxOptions
2 runAsUser int
3 runAsNonRoot bool
4 supplementalGroups []int
5 fsGroup int
6 runAsGroup int
7 sysctls []HTTPHeader
9 fsGroupChangePolicy string
10 seccompProfile SecurityProfile
11 appArmorProfile SecurityProfile
12 supplementalGroupsPolicy string
13 seLinuxChangePolicy string

Affinity
1 nodeAffinity NodeAffinity
2 podAffinity PodAffinity
3 podAntiAffinity PodAffinity

NodeAffinity
1 requiredDuringSchedulingIgnoredDuringExecution NodeSelector
2 preferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm

NodeSelector
1 nodeSelectorTerms []NodeSelectorTerm

NodeSelectorTerm
1 matchExpressions []LabelSelectorRequirement
2 matchFields []LabelSelectorRequirement

PreferredSchedulingTerm
1 weight int
2 preference NodeSelectorTerm

PodAffinity
1 requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm
2 preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm

WeightedPodAffinityTerm
1 weight int
2 podAffinityTerm PodAffinityTerm

PodAffinityTerm
1 labelSelector LabelSelector
2 namespaces []string
3 topologyKey string
4 namespaceSelector LabelSelector
5 matchLabelKeys []string
6 mismatchLabelKeys []string

Toleration
1 key string
2 operator string
3 value string
4 effect string
5 tolerationSeconds int

HostAlias
1 ip string
2 hostnames []string

PodDNSConfig
1 nameservers []string
2 searches []string
3 options []HTTPHeader

PodReadinessGate
1 conditionType string

PodOS
1 name string

TopologySpreadConstraint
1 maxSkew int
2 topologyKey string
3 whenUnsatisfiable string
4 labelSelector LabelSelector
5 minDomains int
6 nodeAffinityPolicy string
7 nodeTaintsPolicy string
8 matchLabelKeys []string

Volume
1 name string
2 volumeSource ..VolumeSource

VolumeSource
1 hostPath HostPathVolumeSource
2 emptyDir EmptyDirVolumeSource
6 secret SecretVolumeSource
7 nfs NFSVolumeSource
10 persistentVolumeClaim PersistentVolumeClaimVolumeSource
16 downwardAPI DownwardAPIVolumeSource
19 configMap ConfigMapVolumeSource
26 projected ProjectedVolumeSource
28 csi CSIVolumeSource
29 ephemeral EphemeralVolumeSource
30 image ImageVolumeSource

HostPathVolumeSource
1 path string
2 type string

EmptyDirVolumeSource
1 medium string
2 sizeLimit quantity

SecretVolumeSource
1 secretName string
2 items []KeyToPath
3 defaultMode int
4 optional bool

KeyToPath
1 key string
2 path string
3 mode int

NFSVolumeSource
1 server string
2 path string
3 readOnly bool

PersistentVolumeClaimVolumeSource
1 claimName string
2 readOnly bool

DownwardAPIVolumeSource
1 items []DownwardAPIVolumeFile
2 defaultMode int

DownwardAPIVolumeFile
1 path string
2 fieldRef ObjectFieldSelector
3 resourceFieldRef ResourceFieldSelector
4 mode int

ConfigMapVolumeSource
1 localObjectReference ..LocalObjectReference
2 items []KeyToPath
3 defaultMode int
4 optional bool

ProjectedVolumeSource
1 sources []VolumeProjection
2 defaultMode int

VolumeProjection
1 secret KeyProjection
2 downwardAPI DownwardAPIProjection
3 configMap KeyProjection
4 serviceAccountToken ServiceAccountTokenProjection

KeyProjection
1 localObjectReference ..LocalObjectReference
2 items []KeyToPath
4 optional bool

DownwardAPIProjection
1 items []DownwardAPIVolumeFile

ServiceAccountTokenProjection
1 audience string
2 expirationSeconds int
3 path string

CSIVolumeSource
1 driver string
2 readOnly bool
3 fsType string
4 volumeAttributes {}string
5 nodePublishSecretRef LocalObjectReference

EphemeralVolumeSource
1 volumeClaimTemplate PersistentVolumeClaim

ImageVolumeSource
1 reference string
2 pullPolicy string
`;

/** core/v1 without pods: field numbers as in the published .proto files. */
export const coreMessages = `
ConfigMap
1 metadata ObjectMeta
2 data {}string
3 binaryData {}bytes
4 immutable bool

Secret
1 metadata ObjectMeta
2 data {}bytes
3 type string
4 stringData {}string
5 immutable bool

ServiceAccount
1 metadata ObjectMeta
2 secrets []ObjectReference
3 imagePullSecrets []LocalObjectReference
4 automountServiceAccountToken bool

ObjectReference
1 kind string
2 namespace string
3 name string
4 uid string
5 apiVersion string
6 resourceVersion string
7 fieldPath string

LocalObjectReference
1 name string

Namespace
1 metadata ObjectMeta
2 spec NamespaceSpec
3 status NamespaceStatus

NamespaceSpec
1 finalizers []string

NamespaceStatus
1 phase string
2 conditions []NamespaceCondition

NamespaceCondition
1 type string
2 status string
4 lastTransitionTime time
5 reason string
6 message string

Service
1 metadata ObjectMeta
2 spec ServiceSpec
3 status ServiceStatus

ServiceSpec
1 ports []ServicePort
2 selector {}string
3 clusterIP string
4 type string
5 externalIPs []string
7 sessionAffinity string
8 loadBalancerIP string
9 loadBalancerSourceRanges []string
10 externalName string
11 externalTrafficPolicy string
12 healthCheckNodePort int
13 publishNotReadyAddresses bool
14 sessionAffinityConfig SessionAffinityConfig
17 ipFamilyPolicy string
18 clusterIPs []string
19 ipFamilies []string
20 allocateLoadBalancerNodePorts bool
21 loadBalancerClass string
22 internalTrafficPolicy string
23 trafficDistribution string

ServicePort
1 name string
2 protocol string
3 port int
4 targetPort intstr
5 nodePort int
6 appProtocol string

SessionAffinityConfig
1 clientIP ClientIPConfig

ClientIPConfig
1 timeoutSeconds int

ServiceStatus
1 loadBalancer LoadBalancerStatus
2 conditions []Condition

LoadBalancerStatus
1 ingress []LoadBalancerIngress

LoadBalancerIngress
1 ip string
2 hostname string
3 ipMode string
4 ports []PortStatus

PortStatus
1 port int
2 protocol string
3 error string

ResourceQuota
1 metadata ObjectMeta
2 spec ResourceQuotaSpec
3 status ResourceQuotaStatus

ResourceQuotaSpec
1 hard {}quantity
2 scopes []string
3 scopeSelector ScopeSelector

ScopeSelector
1 matchExpressions []ScopedResourceSelectorRequirement

ScopedResourceSelectorRequirement
1 scopeName string
2 operator string
3 values []string

ResourceQuotaStatus
1 hard {}quantity
2 used {}quantity

PersistentVolumeClaim
1 metadata ObjectMeta
2 spec PersistentVolumeClaimSpec
3 status PersistentVolumeClaimStatus

PersistentVolumeClaimStatus
1 phase string
2 accessModes []string
3 capacity {}quantity
4 conditions []PersistentVolumeClaimCondition

PersistentVolumeClaimCondition
1 type string
2 status string
3 lastProbeTime time
4 lastTransitionTime time
5 reason string
6 message string

PersistentVolumeClaimSpec
1 accessModes []string
2 resources VolumeResourceRequirements
3 volumeName string
4 selector LabelSelector
5 storageClassName string
6 volumeMode string
7 dataSource TypedLocalObjectReference
8 dataSourceRef TypedObjectReference
9 volumeAttributesClassName string

VolumeResourceRequirements
1 limits {}quantity
2 requests {}quantity

TypedLocalObjectReference
1 apiGroup string
2 kind string
3 name string

TypedObjectReference
1 apiGroup string
2 kind string
3 name string
4 namespace string
`;

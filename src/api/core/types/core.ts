/** core/v1: everything but Pods and volumes. */
export const coreTypes = `
ConfigMap
  kind string
  apiVersion string
  metadata ObjectMeta !
  immutable *bool
  data {}string
  binaryData {}bytes
Secret
  kind string
  apiVersion string
  metadata ObjectMeta !
  immutable *bool
  data {}bytes
  stringData {}string
  type string
ServiceAccount
  kind string
  apiVersion string
  metadata ObjectMeta !
  secrets []ObjectReference keys(name) patch(name)
  imagePullSecrets []LocalObjectReference atomic
  automountServiceAccountToken *bool
Namespace
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec NamespaceSpec !
  status NamespaceStatus !
NamespaceSpec
  finalizers []string atomic
NamespaceStatus
  phase string
  conditions []NamespaceCondition keys(type) patch(type)
NamespaceCondition
  type string !
  status string !
  lastTransitionTime *time !
  reason string
  message string
Service
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec ServiceSpec !
  status ServiceStatus !
ServiceSpec
  ports []ServicePort keys(port,protocol=TCP) patch(port)
  selector {}string atomic
  clusterIP string
  clusterIPs []string atomic
  type string
  externalIPs []string atomic
  sessionAffinity string
  loadBalancerIP string
  loadBalancerSourceRanges []string atomic
  externalName string
  externalTrafficPolicy string
  healthCheckNodePort int32
  publishNotReadyAddresses bool
  sessionAffinityConfig *SessionAffinityConfig
  ipFamilies []string atomic
  ipFamilyPolicy *string
  allocateLoadBalancerNodePorts *bool
  loadBalancerClass *string
  internalTrafficPolicy *string
  trafficDistribution *string
SessionAffinityConfig
  clientIP *ClientIPConfig
ClientIPConfig
  timeoutSeconds *int32
ServicePort
  name string
  protocol string
  appProtocol *string
  port int32 !
  targetPort intstr
  nodePort int32
ServiceStatus
  loadBalancer LoadBalancerStatus !
  conditions []Condition keys(type) patch(type)
LoadBalancerStatus
  ingress []LoadBalancerIngress atomic
LoadBalancerIngress
  ip string
  hostname string
  ipMode *string
  ports []any atomic
Endpoints
  kind string
  apiVersion string
  metadata ObjectMeta !
  subsets []EndpointSubset atomic
EndpointSubset
  addresses []EndpointAddress atomic
  notReadyAddresses []EndpointAddress atomic
  ports []EndpointPort atomic
EndpointAddress atomic
  ip string !
  hostname string
  nodeName *string
  targetRef *ObjectReference
EndpointPort atomic
  name string
  port int32 !
  protocol string
  appProtocol *string
Event
  kind string
  apiVersion string
  metadata ObjectMeta !
  involvedObject ObjectReference !
  reason string
  message string
  source EventSource !
  firstTimestamp time !
  lastTimestamp time !
  count int32
  type string
  eventTime microtime !
  series *EventSeries
  action string
  related *ObjectReference
  reportingComponent string !
  reportingInstance string !
EventSource
  component string
  host string
EventSeries
  count int32
  lastObservedTime microtime
LimitRange
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec LimitRangeSpec !
LimitRangeSpec
  limits []LimitRangeItem ! atomic
LimitRangeItem
  type string !
  max {}quantity
  min {}quantity
  default {}quantity
  defaultRequest {}quantity
  maxLimitRequestRatio {}quantity
ResourceQuota
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec ResourceQuotaSpec !
  status ResourceQuotaStatus !
ResourceQuotaSpec
  hard {}quantity
  scopes []string atomic
  scopeSelector *ScopeSelector
ScopeSelector atomic
  matchExpressions []ScopedResourceSelectorRequirement atomic
ScopedResourceSelectorRequirement
  scopeName string !
  operator string !
  values []string atomic
ResourceQuotaStatus
  hard {}quantity
  used {}quantity
ReplicationController
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec ReplicationControllerSpec !
  status ReplicationControllerStatus !
ReplicationControllerSpec
  replicas *int32
  minReadySeconds int32
  selector {}string atomic
  template *PodTemplateSpec
ReplicationControllerStatus
  replicas int32 !
  fullyLabeledReplicas int32
  readyReplicas int32
  availableReplicas int32
  observedGeneration int64
  conditions []WorkloadCondition keys(type) patch(type)
WorkloadCondition
  type string !
  status string !
  lastUpdateTime time
  lastTransitionTime time
  reason string
  message string
Node
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec NodeSpec !
  status NodeStatus !
NodeSpec
  podCIDR string
  podCIDRs []string set patch()
  providerID string
  unschedulable bool
  taints []Taint atomic
  configSource *any
  externalID string
Taint
  key string !
  value string
  effect string !
  timeAdded *time
NodeStatus
  capacity {}quantity
  allocatable {}quantity
  phase string
  conditions []NodeCondition keys(type) patch(type)
  addresses []NodeAddress keys(type) patch(type)
  daemonEndpoints NodeDaemonEndpoints !
  nodeInfo NodeSystemInfo !
  images []any atomic
  volumesInUse []string atomic
  volumesAttached []any atomic
  config *any
  runtimeHandlers []any atomic
  features *any
NodeCondition
  type string !
  status string !
  lastHeartbeatTime time
  lastTransitionTime time
  reason string
  message string
NodeAddress
  type string !
  address string !
NodeDaemonEndpoints
  kubeletEndpoint DaemonEndpoint !
DaemonEndpoint
  Port int32 !
NodeSystemInfo
  machineID string !
  systemUUID string !
  bootID string !
  kernelVersion string !
  osImage string !
  containerRuntimeVersion string !
  kubeletVersion string !
  kubeProxyVersion string !
  operatingSystem string !
  architecture string !
  swap *any
ComponentStatus
  kind string
  apiVersion string
  metadata ObjectMeta !
  conditions []any keys(type) patch(type)
`;

/** networking, rbac, coordination, discovery, events, storage and review kinds. */
export const clusterTypes = `
Ingress
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec IngressSpec !
  status IngressStatus !
IngressSpec
  ingressClassName *string
  defaultBackend *IngressBackend
  tls []IngressTLS atomic
  rules []IngressRule atomic
IngressBackend
  service *IngressServiceBackend
  resource *TypedLocalObjectReference
IngressServiceBackend
  name string !
  port ServiceBackendPort !
ServiceBackendPort atomic
  name string
  number int32
IngressTLS
  hosts []string atomic
  secretName string
IngressRule
  host string
  http *HTTPIngressRuleValue
HTTPIngressRuleValue
  paths []HTTPIngressPath ! atomic
HTTPIngressPath
  path string
  pathType *string !
  backend IngressBackend !
IngressStatus
  loadBalancer IngressLoadBalancerStatus !
IngressLoadBalancerStatus
  ingress []IngressLoadBalancerIngress atomic
IngressLoadBalancerIngress
  ip string
  hostname string
  ports []any atomic
IngressClass
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec IngressClassSpec !
IngressClassSpec
  controller string
  parameters *IngressClassParametersReference
IngressClassParametersReference
  apiGroup *string
  kind string !
  name string !
  scope *string
  namespace *string
NetworkPolicy
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec NetworkPolicySpec !
NetworkPolicySpec
  podSelector LabelSelector !
  ingress []NetworkPolicyIngressRule atomic
  egress []NetworkPolicyEgressRule atomic
  policyTypes []string atomic
NetworkPolicyIngressRule
  ports []NetworkPolicyPort atomic
  from []NetworkPolicyPeer atomic
NetworkPolicyEgressRule
  ports []NetworkPolicyPort atomic
  to []NetworkPolicyPeer atomic
NetworkPolicyPort
  protocol *string
  port *intstr
  endPort *int32
NetworkPolicyPeer
  podSelector *LabelSelector
  namespaceSelector *LabelSelector
  ipBlock *IPBlock
IPBlock
  cidr string !
  except []string atomic
IPAddress
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec IPAddressSpec !
IPAddressSpec
  parentRef *IPParentReference
IPParentReference
  group string
  resource string
  namespace string
  name string
ServiceCIDR
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec ServiceCIDRSpec !
  status ServiceCIDRStatus !
ServiceCIDRSpec
  cidrs []string atomic
ServiceCIDRStatus
  conditions []Condition keys(type) patch(type)
Role
  kind string
  apiVersion string
  metadata ObjectMeta !
  rules []PolicyRule ! atomic
PolicyRule
  verbs []string ! atomic
  apiGroups []string atomic
  resources []string atomic
  resourceNames []string atomic
  nonResourceURLs []string atomic
ClusterRole
  kind string
  apiVersion string
  metadata ObjectMeta !
  rules []PolicyRule ! atomic
  aggregationRule *AggregationRule
AggregationRule
  clusterRoleSelectors []LabelSelector atomic
RoleBinding
  kind string
  apiVersion string
  metadata ObjectMeta !
  subjects []Subject atomic
  roleRef RoleRef !
ClusterRoleBinding
  kind string
  apiVersion string
  metadata ObjectMeta !
  subjects []Subject atomic
  roleRef RoleRef !
Subject atomic
  kind string !
  apiGroup string
  name string !
  namespace string
RoleRef atomic
  apiGroup string !
  kind string !
  name string !
Lease
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec LeaseSpec !
LeaseSpec
  holderIdentity *string
  leaseDurationSeconds *int32
  acquireTime *microtime
  renewTime *microtime
  leaseTransitions *int32
  strategy *string
  preferredHolder *string
EndpointSlice
  kind string
  apiVersion string
  metadata ObjectMeta !
  addressType string !
  endpoints []Endpoint ! atomic
  ports []EndpointSlicePort ! atomic
Endpoint
  addresses []string ! set
  conditions EndpointConditions !
  hostname *string
  targetRef *ObjectReference
  deprecatedTopology {}string
  nodeName *string
  zone *string
  hints *any
EndpointConditions
  ready *bool
  serving *bool
  terminating *bool
EndpointSlicePort
  name *string !
  protocol *string !
  port *int32 !
  appProtocol *string
EventsEvent
  kind string
  apiVersion string
  metadata ObjectMeta !
  eventTime microtime !
  series *EventsEventSeries
  reportingController string
  reportingInstance string
  action string
  reason string
  regarding ObjectReference !
  related *ObjectReference
  note string
  type string
  deprecatedSource EventSource !
  deprecatedFirstTimestamp time !
  deprecatedLastTimestamp time !
  deprecatedCount int32
EventsEventSeries
  count int32 !
  lastObservedTime microtime !
StorageClass
  kind string
  apiVersion string
  metadata ObjectMeta !
  provisioner string !
  parameters {}string
  reclaimPolicy *string
  mountOptions []string atomic
  allowVolumeExpansion *bool
  volumeBindingMode *string
  allowedTopologies []any atomic
PriorityClass
  kind string
  apiVersion string
  metadata ObjectMeta !
  value int32 !
  globalDefault bool
  description string
  preemptionPolicy *string
FlowSchema
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec FlowSchemaSpec !
  status FlowSchemaStatus !
FlowSchemaSpec
  priorityLevelConfiguration PriorityLevelConfigurationReference !
  matchingPrecedence int32 !
  distinguisherMethod *FlowDistinguisherMethod
  rules []PolicyRulesWithSubjects atomic
PriorityLevelConfigurationReference
  name string !
FlowDistinguisherMethod
  type string !
PolicyRulesWithSubjects
  subjects []FlowSubject ! atomic
  resourceRules []ResourcePolicyRule atomic
  nonResourceRules []NonResourcePolicyRule atomic
FlowSubject
  kind string !
  user *FlowSubjectName
  group *FlowSubjectName
  serviceAccount *FlowSubjectAccount
FlowSubjectName
  name string !
FlowSubjectAccount
  namespace string !
  name string !
ResourcePolicyRule
  verbs []string ! set
  apiGroups []string ! set
  resources []string ! set
  clusterScope bool
  namespaces []string set
NonResourcePolicyRule
  verbs []string ! set
  nonResourceURLs []string ! set
FlowSchemaStatus
  conditions []FlowCondition keys(type)
FlowCondition
  type string
  status string
  lastTransitionTime time
  reason string
  message string
PriorityLevelConfiguration
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec PriorityLevelConfigurationSpec !
  status PriorityLevelConfigurationStatus !
PriorityLevelConfigurationSpec
  type string !
  limited *LimitedPriorityLevelConfiguration
  exempt *ExemptPriorityLevelConfiguration
LimitedPriorityLevelConfiguration
  nominalConcurrencyShares *int32
  limitResponse LimitResponse !
  lendablePercent *int32
  borrowingLimitPercent *int32
ExemptPriorityLevelConfiguration
  nominalConcurrencyShares *int32
  lendablePercent *int32
LimitResponse
  type string !
  queuing *QueuingConfiguration
QueuingConfiguration
  queues int32 !
  handSize int32 !
  queueLengthLimit int32 !
PriorityLevelConfigurationStatus
  conditions []FlowCondition keys(type)
RuntimeClass
  kind string
  apiVersion string
  metadata ObjectMeta !
  handler string !
  overhead *RuntimeClassOverhead
  scheduling *RuntimeClassScheduling
RuntimeClassOverhead
  podFixed {}quantity
RuntimeClassScheduling
  nodeSelector {}string
  tolerations []any atomic
TokenReview
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec TokenReviewSpec !
  status TokenReviewStatus !
TokenReviewSpec
  token string
  audiences []string atomic
TokenReviewStatus
  authenticated bool
  user UserInfo !
  audiences []string atomic
  error string
UserInfo
  username string
  uid string
  groups []string atomic
  extra {}[]string
SelfSubjectReview
  kind string
  apiVersion string
  metadata ObjectMeta !
  status SelfSubjectReviewStatus !
SelfSubjectReviewStatus
  userInfo UserInfo !
TokenRequest
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec TokenRequestSpec !
  status TokenRequestStatus !
TokenRequestSpec
  audiences []string ! atomic
  expirationSeconds *int64 !
  boundObjectRef *BoundObjectReference !
BoundObjectReference
  kind string
  apiVersion string
  name string
  uid string
TokenRequestStatus
  token string !
  expirationTimestamp time !
SelfSubjectAccessReview
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec SelfSubjectAccessReviewSpec !
  status SubjectAccessReviewStatus !
SelfSubjectAccessReviewSpec
  resourceAttributes *ResourceAttributes
  nonResourceAttributes *NonResourceAttributes
SubjectAccessReview
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec SubjectAccessReviewSpec !
  status SubjectAccessReviewStatus !
LocalSubjectAccessReview
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec SubjectAccessReviewSpec !
  status SubjectAccessReviewStatus !
SubjectAccessReviewSpec
  resourceAttributes *ResourceAttributes
  nonResourceAttributes *NonResourceAttributes
  user string
  groups []string atomic
  extra {}[]string
  uid string
ResourceAttributes
  namespace string
  verb string
  group string
  version string
  resource string
  subresource string
  name string
  fieldSelector *any
  labelSelector *any
NonResourceAttributes
  path string
  verb string
SubjectAccessReviewStatus
  allowed bool !
  denied bool
  reason string
  evaluationError string
SelfSubjectRulesReview
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec SelfSubjectRulesReviewSpec !
  status SubjectRulesReviewStatus !
SelfSubjectRulesReviewSpec
  namespace string
SubjectRulesReviewStatus
  resourceRules []ResourceRule ! atomic
  nonResourceRules []NonResourceRule ! atomic
  incomplete bool !
  evaluationError string
ResourceRule
  verbs []string ! atomic
  apiGroups []string atomic
  resources []string atomic
  resourceNames []string atomic
NonResourceRule
  verbs []string ! atomic
  nonResourceURLs []string atomic
`;

/** What controllers on client-go write: field numbers as in the published .proto files. */
export const controllerMessages = `
Event
1 metadata ObjectMeta
2 involvedObject ObjectReference
3 reason string
4 message string
5 source EventSource
6 firstTimestamp time
7 lastTimestamp time
8 count int
9 type string
10 eventTime microtime
11 series EventSeries
12 action string
13 related ObjectReference
14 reportingComponent string
15 reportingInstance string

EventsEvent
1 metadata ObjectMeta
2 eventTime microtime
3 series EventSeries
4 reportingController string
5 reportingInstance string
6 action string
7 reason string
8 regarding ObjectReference
9 related ObjectReference
10 note string
11 type string
12 deprecatedSource EventSource
13 deprecatedFirstTimestamp time
14 deprecatedLastTimestamp time
15 deprecatedCount int

EventSource
1 component string
2 host string

EventSeries
1 count int
2 lastObservedTime microtime

Lease
1 metadata ObjectMeta
2 spec LeaseSpec

LeaseSpec
1 holderIdentity string
2 leaseDurationSeconds int
3 acquireTime microtime
4 renewTime microtime
5 leaseTransitions int
6 strategy string
7 preferredHolder string

Scale
1 metadata ObjectMeta
2 spec ScaleSpec
3 status ScaleStatus

ScaleSpec
1 replicas int

ScaleStatus
1 replicas int
2 selector string

StatefulSet
1 metadata ObjectMeta
2 spec StatefulSetSpec
3 status StatefulSetStatus

StatefulSetSpec
1 replicas int
2 selector LabelSelector
3 template PodTemplateSpec
4 volumeClaimTemplates []PersistentVolumeClaim
5 serviceName string
6 podManagementPolicy string
7 updateStrategy StatefulSetUpdateStrategy
8 revisionHistoryLimit int
9 minReadySeconds int
10 persistentVolumeClaimRetentionPolicy StatefulSetClaimRetention
11 ordinals StatefulSetOrdinals

StatefulSetUpdateStrategy
1 type string
2 rollingUpdate RollingUpdateStatefulSet

RollingUpdateStatefulSet
1 partition int
2 maxUnavailable intstr

StatefulSetClaimRetention
1 whenDeleted string
2 whenScaled string

StatefulSetOrdinals
1 start int

StatefulSetStatus
1 observedGeneration int
2 replicas int
3 readyReplicas int
4 currentReplicas int
5 updatedReplicas int
6 currentRevision string
7 updateRevision string
9 collisionCount int
10 conditions []ReplicaCondition
11 availableReplicas int

ReplicaCondition
1 type string
2 status string
3 lastTransitionTime time
4 reason string
5 message string

DaemonSet
1 metadata ObjectMeta
2 spec DaemonSetSpec
3 status DaemonSetStatus

DaemonSetSpec
1 selector LabelSelector
2 template PodTemplateSpec
3 updateStrategy DaemonSetUpdateStrategy
4 minReadySeconds int
6 revisionHistoryLimit int

DaemonSetUpdateStrategy
1 type string
2 rollingUpdate RollingUpdateDeployment

DaemonSetStatus
1 currentNumberScheduled int
2 numberMisscheduled int
3 desiredNumberScheduled int
4 numberReady int
5 observedGeneration int
6 updatedNumberScheduled int
7 numberAvailable int
8 numberUnavailable int
9 collisionCount int
10 conditions []ReplicaCondition

ReplicaSet
1 metadata ObjectMeta
2 spec ReplicaSetSpec
3 status ReplicaSetStatus

ReplicaSetSpec
1 replicas int
2 selector LabelSelector
3 template PodTemplateSpec
4 minReadySeconds int

ReplicaSetStatus
1 replicas int
2 fullyLabeledReplicas int
3 observedGeneration int
4 readyReplicas int
5 availableReplicas int
6 conditions []ReplicaCondition
7 terminatingReplicas int

LimitRange
1 metadata ObjectMeta
2 spec LimitRangeSpec

LimitRangeSpec
1 limits []LimitRangeItem

LimitRangeItem
1 type string
2 max {}quantity
3 min {}quantity
4 default {}quantity
5 defaultRequest {}quantity
6 maxLimitRequestRatio {}quantity

Endpoints
1 metadata ObjectMeta
2 subsets []EndpointSubset

EndpointSubset
1 addresses []EndpointAddress
2 notReadyAddresses []EndpointAddress
3 ports []SubsetPort

EndpointAddress
1 ip string
2 targetRef ObjectReference
3 hostname string
4 nodeName string

SubsetPort
1 name string
2 port int
3 protocol string
4 appProtocol string

EndpointSlice
1 metadata ObjectMeta
2 endpoints []Endpoint
3 ports []SlicePort
4 addressType string

Endpoint
1 addresses []string
2 conditions EndpointConditions
3 hostname string
4 targetRef ObjectReference
5 deprecatedTopology {}string
6 nodeName string
7 zone string
8 hints EndpointHints

EndpointConditions
1 ready bool
2 serving bool
3 terminating bool

EndpointHints
1 forZones []HintName
2 forNodes []HintName

HintName
1 name string

SlicePort
1 name string
2 protocol string
3 port int
4 appProtocol string

NetworkPolicy
1 metadata ObjectMeta
2 spec NetworkPolicySpec

NetworkPolicySpec
1 podSelector LabelSelector
2 ingress []NetworkPolicyIngressRule
3 egress []NetworkPolicyEgressRule
4 policyTypes []string

NetworkPolicyIngressRule
1 ports []NetworkPolicyPort
2 from []NetworkPolicyPeer

NetworkPolicyEgressRule
1 ports []NetworkPolicyPort
2 to []NetworkPolicyPeer

NetworkPolicyPort
1 protocol string
2 port intstr
3 endPort int

NetworkPolicyPeer
1 podSelector LabelSelector
2 namespaceSelector LabelSelector
3 ipBlock IPBlock

IPBlock
1 cidr string
2 except []string

MutatingWebhookConfiguration
1 metadata ObjectMeta
2 webhooks []MutatingWebhook

MutatingWebhook
1 name string
2 clientConfig WebhookClientConfig
3 rules []RuleWithOperations
4 failurePolicy string
5 namespaceSelector LabelSelector
6 sideEffects string
7 timeoutSeconds int
8 admissionReviewVersions []string
9 matchPolicy string
10 reinvocationPolicy string
11 objectSelector LabelSelector
12 matchConditions []MatchCondition

ValidatingWebhookConfiguration
1 metadata ObjectMeta
2 webhooks []ValidatingWebhook

ValidatingWebhook
1 name string
2 clientConfig WebhookClientConfig
3 rules []RuleWithOperations
4 failurePolicy string
5 namespaceSelector LabelSelector
6 sideEffects string
7 timeoutSeconds int
8 admissionReviewVersions []string
9 matchPolicy string
10 objectSelector LabelSelector
11 matchConditions []MatchCondition

WebhookClientConfig
1 service WebhookService
2 caBundle bytes
3 url string

WebhookService
1 namespace string
2 name string
3 path string
4 port int

RuleWithOperations
1 operations []string
2 rule ..Rule

Rule
1 apiGroups []string
2 apiVersions []string
3 resources []string
4 scope string

MatchCondition
1 name string
2 expression string
`;

/** apps, batch, networking, policy, scheduling: field numbers as in the published .proto files. */
export const workloadMessages = `
Deployment
1 metadata ObjectMeta
2 spec DeploymentSpec
3 status DeploymentStatus

DeploymentSpec
1 replicas int
2 selector LabelSelector
3 template PodTemplateSpec
4 strategy DeploymentStrategy
5 minReadySeconds int
6 revisionHistoryLimit int
7 paused bool
9 progressDeadlineSeconds int

DeploymentStrategy
1 type string
2 rollingUpdate RollingUpdateDeployment

RollingUpdateDeployment
1 maxUnavailable intstr
2 maxSurge intstr

DeploymentStatus
1 observedGeneration int
2 replicas int
3 updatedReplicas int
4 availableReplicas int
5 unavailableReplicas int
6 conditions []DeploymentCondition
7 readyReplicas int
8 collisionCount int
9 terminatingReplicas int

DeploymentCondition
1 type string
2 status string
4 reason string
5 message string
6 lastUpdateTime time
7 lastTransitionTime time

PodTemplateSpec
1 metadata ObjectMeta
2 spec PodSpec

Job
1 metadata ObjectMeta
2 spec JobSpec
3 status JobStatus

JobSpec
1 parallelism int
2 completions int
3 activeDeadlineSeconds int
4 selector LabelSelector
5 manualSelector bool
6 template PodTemplateSpec
7 backoffLimit int
8 ttlSecondsAfterFinished int
9 completionMode string
10 suspend bool
11 podFailurePolicy PodFailurePolicy
12 backoffLimitPerIndex int
13 maxFailedIndexes int
14 podReplacementPolicy string
15 managedBy string
16 successPolicy SuccessPolicy

PodFailurePolicy
1 rules []PodFailurePolicyRule

PodFailurePolicyRule
1 action string
2 onExitCodes PodFailurePolicyOnExitCodesRequirement
3 onPodConditions []PodFailurePolicyOnPodConditionsPattern

PodFailurePolicyOnExitCodesRequirement
1 containerName string
2 operator string
3 values []int

PodFailurePolicyOnPodConditionsPattern
1 type string
2 status string

SuccessPolicy
1 rules []SuccessPolicyRule

SuccessPolicyRule
1 succeededIndexes string
2 succeededCount int

JobCondition
1 type string
2 status string
3 lastProbeTime time
4 lastTransitionTime time
5 reason string
6 message string

UncountedTerminatedPods
1 succeeded []string
2 failed []string

JobStatus
1 conditions []JobCondition
2 startTime time
3 completionTime time
4 active int
5 succeeded int
6 failed int
7 completedIndexes string
8 uncountedTerminatedPods UncountedTerminatedPods
9 ready int
10 failedIndexes string
11 terminating int

CronJob
1 metadata ObjectMeta
2 spec CronJobSpec
3 status CronJobStatus

CronJobSpec
1 schedule string
2 startingDeadlineSeconds int
3 concurrencyPolicy string
4 suspend bool
5 jobTemplate JobTemplateSpec
6 successfulJobsHistoryLimit int
7 failedJobsHistoryLimit int
8 timeZone string

JobTemplateSpec
1 metadata ObjectMeta
2 spec JobSpec

CronJobStatus
1 active []ObjectReference
4 lastScheduleTime time
5 lastSuccessfulTime time

Ingress
1 metadata ObjectMeta
2 spec IngressSpec
3 status IngressStatus

IngressSpec
1 defaultBackend IngressBackend
2 tls []IngressTLS
3 rules []IngressRule
4 ingressClassName string

IngressTLS
1 hosts []string
2 secretName string

IngressRule
1 host string
2 ingressRuleValue ..IngressRuleValue

IngressRuleValue
1 http HTTPIngressRuleValue

HTTPIngressRuleValue
1 paths []HTTPIngressPath

HTTPIngressPath
1 path string
2 backend IngressBackend
3 pathType string

IngressBackend
3 resource TypedLocalObjectReference
4 service IngressServiceBackend

IngressServiceBackend
1 name string
2 port ServiceBackendPort

ServiceBackendPort
1 name string
2 number int

IngressStatus
1 loadBalancer LoadBalancerStatus

PodDisruptionBudget
1 metadata ObjectMeta
2 spec PodDisruptionBudgetSpec
3 status PodDisruptionBudgetStatus

PodDisruptionBudgetSpec
1 minAvailable intstr
2 selector LabelSelector
3 maxUnavailable intstr
4 unhealthyPodEvictionPolicy string

PodDisruptionBudgetStatus
1 observedGeneration int
2 disruptedPods {}time
3 disruptionsAllowed int
4 currentHealthy int
5 desiredHealthy int
6 expectedPods int
7 conditions []Condition

Eviction
1 metadata ObjectMeta
2 deleteOptions DeleteOptions

PriorityClass
1 metadata ObjectMeta
2 value int
3 globalDefault bool
4 description string
5 preemptionPolicy string

HorizontalPodAutoscaler
1 metadata ObjectMeta
2 spec HorizontalPodAutoscalerSpec
3 status HorizontalPodAutoscalerStatus

HorizontalPodAutoscalerSpec
1 scaleTargetRef CrossVersionObjectReference
2 minReplicas int
3 maxReplicas int
4 metrics []MetricSpec
5 behavior HorizontalPodAutoscalerBehavior

CrossVersionObjectReference
1 kind string
2 name string
3 apiVersion string

MetricSpec
1 type string
2 object ObjectMetricSource
3 pods PodsMetricSource
4 resource ResourceMetricSource
5 external PodsMetricSource
7 containerResource ContainerResourceMetricSource

ObjectMetricSource
1 describedObject CrossVersionObjectReference
2 target MetricTarget
3 metric MetricIdentifier

PodsMetricSource
1 metric MetricIdentifier
2 target MetricTarget

ResourceMetricSource
1 name string
2 target MetricTarget

ContainerResourceMetricSource
1 name string
2 target MetricTarget
3 container string

MetricIdentifier
1 name string
2 selector LabelSelector

MetricTarget
1 type string
2 value quantity
3 averageValue quantity
4 averageUtilization int

HorizontalPodAutoscalerBehavior
1 scaleUp HPAScalingRules
2 scaleDown HPAScalingRules

HPAScalingRules
1 selectPolicy string
2 policies []HPAScalingPolicy
3 stabilizationWindowSeconds int
4 tolerance quantity

HPAScalingPolicy
1 type string
2 value int
3 periodSeconds int

HorizontalPodAutoscalerStatus
1 observedGeneration int
2 lastScaleTime time
3 currentReplicas int
4 desiredReplicas int
6 conditions []HorizontalPodAutoscalerCondition

HorizontalPodAutoscalerCondition
1 type string
2 status string
3 lastTransitionTime time
4 reason string
5 message string
`;

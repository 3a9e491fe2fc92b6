/** apps/v1, batch/v1, autoscaling and policy/v1. */
export const workloadTypes = `
Deployment
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec DeploymentSpec !
  status DeploymentStatus !
DeploymentSpec
  replicas *int32
  selector *LabelSelector !
  template PodTemplateSpec !
  strategy DeploymentStrategy ! retain
  minReadySeconds int32
  revisionHistoryLimit *int32
  paused bool
  progressDeadlineSeconds *int32
DeploymentStrategy
  type string
  rollingUpdate *RollingUpdate
RollingUpdate
  maxUnavailable *intstr
  maxSurge *intstr
DeploymentStatus
  observedGeneration int64
  replicas int32
  updatedReplicas int32
  readyReplicas int32
  availableReplicas int32
  unavailableReplicas int32
  terminatingReplicas *int32
  conditions []DeploymentCondition keys(type) patch(type)
  collisionCount *int32
DeploymentCondition
  type string !
  status string !
  lastUpdateTime time !
  lastTransitionTime time !
  reason string
  message string
ReplicaSet
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec ReplicaSetSpec !
  status ReplicaSetStatus !
ReplicaSetSpec
  replicas *int32
  minReadySeconds int32
  selector *LabelSelector !
  template PodTemplateSpec !
ReplicaSetStatus
  replicas int32 !
  fullyLabeledReplicas int32
  readyReplicas int32
  availableReplicas int32
  terminatingReplicas *int32
  observedGeneration int64
  conditions []WorkloadCondition keys(type) patch(type)
StatefulSet
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec StatefulSetSpec !
  status StatefulSetStatus !
StatefulSetSpec
  replicas *int32
  selector *LabelSelector !
  template PodTemplateSpec !
  volumeClaimTemplates []PersistentVolumeClaim atomic
  serviceName string !
  podManagementPolicy string
  updateStrategy StatefulSetUpdateStrategy !
  revisionHistoryLimit *int32
  minReadySeconds int32
  persistentVolumeClaimRetentionPolicy *StatefulSetRetentionPolicy
  ordinals *StatefulSetOrdinals
StatefulSetRetentionPolicy
  whenDeleted string
  whenScaled string
StatefulSetOrdinals
  start int32 !
StatefulSetUpdateStrategy
  type string
  rollingUpdate *RollingUpdateStatefulSetStrategy
RollingUpdateStatefulSetStrategy
  partition *int32
  maxUnavailable *intstr
StatefulSetStatus
  observedGeneration int64
  replicas int32 !
  readyReplicas int32
  currentReplicas int32
  updatedReplicas int32
  currentRevision string
  updateRevision string
  collisionCount *int32
  conditions []WorkloadCondition keys(type) patch(type)
  availableReplicas int32
DaemonSet
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec DaemonSetSpec !
  status DaemonSetStatus !
DaemonSetSpec
  selector *LabelSelector !
  template PodTemplateSpec !
  updateStrategy DaemonSetUpdateStrategy !
  minReadySeconds int32
  revisionHistoryLimit *int32
DaemonSetUpdateStrategy
  type string
  rollingUpdate *RollingUpdate
DaemonSetStatus
  currentNumberScheduled int32 !
  numberMisscheduled int32 !
  desiredNumberScheduled int32 !
  numberReady int32 !
  observedGeneration int64
  updatedNumberScheduled int32
  numberAvailable int32
  numberUnavailable int32
  collisionCount *int32
  conditions []WorkloadCondition keys(type) patch(type)
ControllerRevision
  kind string
  apiVersion string
  metadata ObjectMeta !
  data any
  revision int64 !
Job
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec JobSpec !
  status JobStatus !
JobSpec
  parallelism *int32
  completions *int32
  activeDeadlineSeconds *int64
  podFailurePolicy *any
  successPolicy *any
  backoffLimit *int32
  backoffLimitPerIndex *int32
  maxFailedIndexes *int32
  selector *LabelSelector
  manualSelector *bool
  template PodTemplateSpec !
  ttlSecondsAfterFinished *int32
  completionMode *string
  suspend *bool
  podReplacementPolicy *string
  managedBy *string
JobStatus
  conditions []JobCondition atomic patch(type)
  startTime *time
  completionTime *time
  active int32
  succeeded int32
  failed int32
  terminating *int32
  completedIndexes string
  failedIndexes *string
  uncountedTerminatedPods *any
  ready *int32
JobCondition
  type string !
  status string !
  lastProbeTime time
  lastTransitionTime time
  reason string
  message string
CronJob
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec CronJobSpec !
  status CronJobStatus !
CronJobSpec
  schedule string !
  timeZone *string
  startingDeadlineSeconds *int64
  concurrencyPolicy string
  suspend *bool
  jobTemplate JobTemplateSpec !
  successfulJobsHistoryLimit *int32
  failedJobsHistoryLimit *int32
JobTemplateSpec
  metadata ObjectMeta !
  spec JobSpec !
CronJobStatus
  active []ObjectReference atomic
  lastScheduleTime *time
  lastSuccessfulTime *time
Scale
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec ScaleSpec !
  status ScaleStatus !
ScaleSpec
  replicas int32
ScaleStatus
  replicas int32 !
  selector string
HorizontalPodAutoscaler
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec HorizontalPodAutoscalerSpec !
  status HorizontalPodAutoscalerStatus !
HorizontalPodAutoscalerSpec
  scaleTargetRef CrossVersionObjectReference !
  minReplicas *int32
  maxReplicas int32 !
  metrics []MetricSpec atomic
  behavior *HPABehavior
HPABehavior
  scaleUp *HPAScalingRules
  scaleDown *HPAScalingRules
HPAScalingRules
  stabilizationWindowSeconds *int32
  selectPolicy *string
  policies []HPAScalingPolicy atomic
  tolerance *quantity
HPAScalingPolicy
  type string !
  value int32 !
  periodSeconds int32 !
CrossVersionObjectReference atomic
  kind string !
  name string !
  apiVersion string
MetricSpec
  type string !
  object *ObjectMetricSource
  pods *PodsMetricSource
  resource *ResourceMetricSource
  containerResource *ContainerResourceMetricSource
  external *PodsMetricSource
MetricTarget
  type string !
  value *quantity
  averageValue *quantity
  averageUtilization *int32
MetricIdentifier
  name string !
  selector *LabelSelector
ObjectMetricSource
  describedObject CrossVersionObjectReference !
  target MetricTarget !
  metric MetricIdentifier !
PodsMetricSource
  metric MetricIdentifier !
  target MetricTarget !
ResourceMetricSource
  name string !
  target MetricTarget !
ContainerResourceMetricSource
  name string !
  target MetricTarget !
  container string !
HorizontalPodAutoscalerStatus
  observedGeneration *int64
  lastScaleTime *time
  currentReplicas int32
  desiredReplicas int32 !
  currentMetrics []any ! atomic
  conditions []WorkloadCondition keys(type) patch(type)
HorizontalPodAutoscalerV1
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec HorizontalPodAutoscalerV1Spec !
  status HorizontalPodAutoscalerV1Status !
HorizontalPodAutoscalerV1Spec
  scaleTargetRef CrossVersionObjectReference !
  minReplicas *int32
  maxReplicas int32 !
  targetCPUUtilizationPercentage *int32
HorizontalPodAutoscalerV1Status
  observedGeneration *int64
  lastScaleTime *time
  currentReplicas int32 !
  desiredReplicas int32 !
  currentCPUUtilizationPercentage *int32
PodDisruptionBudget
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec PodDisruptionBudgetSpec !
  status PodDisruptionBudgetStatus !
PodDisruptionBudgetSpec
  minAvailable *intstr
  selector *LabelSelector replace
  maxUnavailable *intstr
  unhealthyPodEvictionPolicy *string
PodDisruptionBudgetStatus
  observedGeneration int64
  disruptedPods {}time
  disruptionsAllowed int32 !
  currentHealthy int32 !
  desiredHealthy int32 !
  expectedPods int32 !
  conditions []Condition keys(type) patch(type)
Eviction
  kind string
  apiVersion string
  metadata ObjectMeta !
  deleteOptions *DeleteOptions
`;

import type { TableColumn } from "./table-column.ts";
import { ageColumn, nameColumn } from "./table-column.ts";

/** Columns of workloads and what scales and guards them, by `group/resource`. */
export const workloadColumns: Readonly<Record<string, readonly TableColumn[]>> = {
  "apps/controllerrevisions": [
    nameColumn,
    { name: "Controller", type: "string", description: "Controller of the object" },
    {
      name: "Revision",
      type: "string",
      description: "Revision indicates the revision of the state represented by Data.",
    },
    ageColumn,
  ],
  "apps/daemonsets": [
    nameColumn,
    {
      name: "Desired",
      type: "integer",
      description:
        "The total number of nodes that should be running the daemon pod (including nodes correctly running the daemon pod). More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/",
    },
    {
      name: "Current",
      type: "integer",
      description:
        "The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod. More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/",
    },
    {
      name: "Ready",
      type: "integer",
      description:
        "numberReady is the number of nodes that should be running the daemon pod and have one or more of the daemon pod running with a Ready Condition.",
    },
    {
      name: "Up-to-date",
      type: "integer",
      description: "The total number of nodes that are running updated daemon pod",
    },
    {
      name: "Available",
      type: "integer",
      description:
        "The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available (ready for at least spec.minReadySeconds)",
    },
    {
      name: "Node Selector",
      type: "string",
      description:
        "NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a node's labels for the pod to be scheduled on that node. More info: https://kubernetes.io/docs/concepts/configuration/assign-pod-node/",
    },
    ageColumn,
    { name: "Containers", type: "string", priority: 1, description: "Names of each container in the template." },
    {
      name: "Images",
      type: "string",
      priority: 1,
      description: "Images referenced by each container in the template.",
    },
    {
      name: "Selector",
      type: "string",
      priority: 1,
      description:
        "A label query over pods that are managed by the daemon set. Must match in order to be controlled. It must match the pod template's labels. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    },
  ],
  "apps/deployments": [
    nameColumn,
    { name: "Ready", type: "string", description: "Number of the pod with ready state" },
    {
      name: "Up-to-date",
      type: "string",
      description:
        "Total number of non-terminating pods targeted by this deployment that have the desired template spec.",
    },
    {
      name: "Available",
      type: "string",
      description:
        "Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this deployment.",
    },
    ageColumn,
    { name: "Containers", type: "string", priority: 1, description: "Names of each container in the template." },
    {
      name: "Images",
      type: "string",
      priority: 1,
      description: "Images referenced by each container in the template.",
    },
    {
      name: "Selector",
      type: "string",
      priority: 1,
      description:
        "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment. It must match the pod template's labels.",
    },
  ],
  "apps/replicasets": [
    nameColumn,
    {
      name: "Desired",
      type: "integer",
      description:
        "Replicas is the number of desired pods. This is a pointer to distinguish between explicit zero and unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset",
    },
    {
      name: "Current",
      type: "integer",
      description:
        "Replicas is the most recently observed number of non-terminating pods. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset",
    },
    {
      name: "Ready",
      type: "integer",
      description: "The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.",
    },
    ageColumn,
    { name: "Containers", type: "string", priority: 1, description: "Names of each container in the template." },
    {
      name: "Images",
      type: "string",
      priority: 1,
      description: "Images referenced by each container in the template.",
    },
    {
      name: "Selector",
      type: "string",
      priority: 1,
      description:
        "Selector is a label query over pods that should match the replica count. Label keys and values that must match in order to be controlled by this replica set. It must match the pod template's labels. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    },
  ],
  "apps/statefulsets": [
    nameColumn,
    { name: "Ready", type: "string", description: "Number of the pod with ready state" },
    ageColumn,
    { name: "Containers", type: "string", priority: 1, description: "Names of each container in the template." },
    {
      name: "Images",
      type: "string",
      priority: 1,
      description: "Images referenced by each container in the template.",
    },
  ],
  "autoscaling/horizontalpodautoscalers": [
    nameColumn,
    {
      name: "Reference",
      type: "string",
      description:
        "scaleTargetRef points to the target resource to scale, and is used to the pods for which metrics should be collected, as well as to actually change the replica count.",
    },
    {
      name: "Targets",
      type: "string",
      description:
        "metrics contains the specifications for which to use to calculate the desired replica count (the maximum replica count across all metrics will be used).  The desired replica count is calculated multiplying the ratio between the target value and the current value by the current number of pods.  Ergo, metrics used must decrease as the pod count is increased, and vice-versa.  See the individual metric source types for more information about how each type of metric must respond. If not set, the default metric will be set to 80% average CPU utilization.",
    },
    {
      name: "MinPods",
      type: "string",
      description:
        "minReplicas is the lower limit for the number of replicas to which the autoscaler can scale down.  It defaults to 1 pod.  minReplicas is allowed to be 0 if the alpha feature gate HPAScaleToZero is enabled and at least one Object or External metric is configured.  Scaling is active as long as at least one metric value is available.",
    },
    {
      name: "MaxPods",
      type: "string",
      description:
        "maxReplicas is the upper limit for the number of replicas to which the autoscaler can scale up. It cannot be less that minReplicas.",
    },
    {
      name: "Replicas",
      type: "string",
      description:
        "currentReplicas is current number of replicas of pods managed by this autoscaler, as last seen by the autoscaler.",
    },
    ageColumn,
  ],
  "batch/cronjobs": [
    nameColumn,
    {
      name: "Schedule",
      type: "string",
      description: "The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.",
    },
    {
      name: "Timezone",
      type: "string",
      description:
        "The time zone name for the given schedule, see https://en.wikipedia.org/wiki/List_of_tz_database_time_zones. If not specified, this will default to the time zone of the kube-controller-manager process. The set of valid time zone names and the time zone offset is loaded from the system-wide time zone database by the API server during CronJob validation and the controller manager during execution. If no system-wide time zone database can be found a bundled version of the database is used instead. If the time zone name becomes invalid during the lifetime of a CronJob or due to a change in host configuration, the controller will stop creating new new Jobs and will create a system event with the reason UnknownTimeZone. More information can be found in https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones",
    },
    {
      name: "Suspend",
      type: "boolean",
      description:
        "This flag tells the controller to suspend subsequent executions, it does not apply to already started executions.  Defaults to false.",
    },
    { name: "Active", type: "integer", description: "A list of pointers to currently running jobs." },
    {
      name: "Last Schedule",
      type: "string",
      description: "Information when was the last time the job was successfully scheduled.",
    },
    ageColumn,
    { name: "Containers", type: "string", priority: 1, description: "Names of each container in the template." },
    {
      name: "Images",
      type: "string",
      priority: 1,
      description: "Images referenced by each container in the template.",
    },
    {
      name: "Selector",
      type: "string",
      priority: 1,
      description:
        "A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    },
  ],
  "batch/jobs": [
    nameColumn,
    { name: "Status", type: "string", description: "Status of the job." },
    {
      name: "Completions",
      type: "string",
      description:
        "The number of pods which reached phase Succeeded. The value increases monotonically for a given spec. However, it may decrease in reaction to scale down of elastic indexed jobs.",
    },
    { name: "Duration", type: "string", description: "Time required to complete the job." },
    ageColumn,
    { name: "Containers", type: "string", priority: 1, description: "Names of each container in the template." },
    {
      name: "Images",
      type: "string",
      priority: 1,
      description: "Images referenced by each container in the template.",
    },
    {
      name: "Selector",
      type: "string",
      priority: 1,
      description:
        "A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    },
  ],
  "policy/poddisruptionbudgets": [
    nameColumn,
    { name: "Min Available", type: "string", description: "The minimum number of pods that must be available." },
    { name: "Max Unavailable", type: "string", description: "The maximum number of pods that may be unavailable." },
    {
      name: "Allowed Disruptions",
      type: "integer",
      description: "Calculated number of pods that may be disrupted at this time.",
    },
    ageColumn,
  ],
};

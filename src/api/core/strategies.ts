import { type KindStrategy, plainStrategy } from "./kind-strategy.ts";
import {
  mutatingBindingStrategy,
  mutatingPolicyStrategy,
  validatingBindingStrategy,
  validatingPolicyStrategy,
} from "./kinds/admission-policies.ts";
import { apiServiceStrategy } from "./kinds/api-service.ts";
import { autoscalerStrategy } from "./kinds/autoscaler.ts";
import { crdStrategy } from "./kinds/crd.ts";
import { coreEventStrategy, newEventStrategy } from "./kinds/event.ts";
import { ingressStrategy } from "./kinds/ingress.ts";
import { limitRangeStrategy } from "./kinds/limit-range.ts";
import {
  disruptionBudgetStrategy,
  endpointSliceStrategy,
  endpointsStrategy,
  networkPolicyStrategy,
  priorityClassStrategy,
} from "./kinds/network.ts";
import { nodeStrategy } from "./kinds/node.ts";
import { podStrategy } from "./kinds/pod.ts";
import { clusterRoleBindingStrategy, clusterRoleStrategy, roleBindingStrategy, roleStrategy } from "./kinds/rbac.ts";
import { resourceQuotaStrategy } from "./kinds/resource-quota.ts";
import { serviceStrategy } from "./kinds/service.ts";
import {
  configMapStrategy,
  leaseStrategy,
  namespaceStrategy,
  secretStrategy,
  serviceAccountStrategy,
} from "./kinds/small-kinds.ts";
import { claimStrategy, storageClassStrategy, volumeStrategy } from "./kinds/storage.ts";
import { mutatingWebhookStrategy, validatingWebhookStrategy } from "./kinds/webhook-configurations.ts";
import {
  cronJobStrategy,
  daemonSetStrategy,
  deploymentStrategy,
  jobStrategy,
  podTemplateStrategy,
  replicaSetStrategy,
  replicationControllerStrategy,
  statefulSetStrategy,
} from "./kinds/workloads.ts";

const rbac = "rbac.authorization.k8s.io";
const admission = "admissionregistration.k8s.io";

const byKind = new Map<string, KindStrategy>([
  ["Namespace", namespaceStrategy],
  ["ConfigMap", configMapStrategy],
  ["Secret", secretStrategy],
  ["ServiceAccount", serviceAccountStrategy],
  ["Service", serviceStrategy],
  ["Node", nodeStrategy],
  ["Pod", podStrategy],
  ["PodTemplate", podTemplateStrategy],
  ["ReplicationController", replicationControllerStrategy],
  ["Event", coreEventStrategy],
  ["Event.events.k8s.io", newEventStrategy],
  ["Endpoints", endpointsStrategy],
  ["PersistentVolumeClaim", claimStrategy],
  ["PersistentVolume", volumeStrategy],
  ["LimitRange", limitRangeStrategy],
  ["ResourceQuota", resourceQuotaStrategy],
  ["StorageClass.storage.k8s.io", storageClassStrategy],
  ["PriorityClass.scheduling.k8s.io", priorityClassStrategy],
  ["Deployment.apps", deploymentStrategy],
  ["ReplicaSet.apps", replicaSetStrategy],
  ["StatefulSet.apps", statefulSetStrategy],
  ["DaemonSet.apps", daemonSetStrategy],
  ["Job.batch", jobStrategy],
  ["CronJob.batch", cronJobStrategy],
  ["HorizontalPodAutoscaler.autoscaling", autoscalerStrategy],
  ["PodDisruptionBudget.policy", disruptionBudgetStrategy],
  ["Ingress.networking.k8s.io", ingressStrategy],
  ["IngressClass.networking.k8s.io", { nameRule: "subdomain", generation: true }],
  ["NetworkPolicy.networking.k8s.io", networkPolicyStrategy],
  ["EndpointSlice.discovery.k8s.io", endpointSliceStrategy],
  ["FlowSchema.flowcontrol.apiserver.k8s.io", { nameRule: "subdomain", generation: true }],
  ["PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io", { nameRule: "subdomain", generation: true }],
  ["Lease.coordination.k8s.io", leaseStrategy],
  [`Role.${rbac}`, roleStrategy],
  [`ClusterRole.${rbac}`, clusterRoleStrategy],
  [`RoleBinding.${rbac}`, roleBindingStrategy],
  [`ClusterRoleBinding.${rbac}`, clusterRoleBindingStrategy],
  [`MutatingWebhookConfiguration.${admission}`, mutatingWebhookStrategy],
  [`ValidatingWebhookConfiguration.${admission}`, validatingWebhookStrategy],
  [`MutatingAdmissionPolicy.${admission}`, mutatingPolicyStrategy],
  [`MutatingAdmissionPolicyBinding.${admission}`, mutatingBindingStrategy],
  [`ValidatingAdmissionPolicy.${admission}`, validatingPolicyStrategy],
  [`ValidatingAdmissionPolicyBinding.${admission}`, validatingBindingStrategy],
  ["APIService.apiregistration.k8s.io", apiServiceStrategy],
  ["CustomResourceDefinition.apiextensions.k8s.io", crdStrategy],
]);

/** The rules of a built-in kind; kinds without any get the plain ones. */
export function strategyOf(group: string, kind: string): KindStrategy {
  return byKind.get(group === "" ? kind : `${kind}.${group}`) ?? plainStrategy;
}

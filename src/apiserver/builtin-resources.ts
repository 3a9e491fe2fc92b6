import { goTypes } from "../api/core/core-types.ts";
import { convertAutoscaler } from "../api/core/kinds/autoscaler.ts";
import { convertEvent } from "../api/core/kinds/event.ts";
import { strategyOf } from "../api/core/strategies.ts";
import type { K8sObject } from "../api/object.ts";
import type { JsonObject } from "../json/value.ts";
import { ok } from "../result.ts";
import type { ResourceDefinition, SubresourceDefinition, VersionConverter } from "./resource-definition.ts";

const allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/**
 * The built-in resources as discovery tells them, one a line: scope (N namespaced, C cluster), plural, singular, Kind;
 * then `short:`, `cat:`, `verbs:`, `also:` (another version and its type), and sub-resources as `/name:Kind[@group/version]:verbs`.
 */
const table = `
v1
  N bindings binding Binding verbs:create
  C componentstatuses componentstatus ComponentStatus short:cs verbs:get,list
  N configmaps configmap ConfigMap short:cm
  N endpoints endpoints Endpoints short:ep
  N events event Event short:ev
  N limitranges limitrange LimitRange short:limits
  C namespaces namespace Namespace short:ns verbs:create,delete,get,list,patch,update,watch /finalize:Namespace:update /status:Namespace:get,patch,update
  C nodes node Node short:no /proxy:NodeProxyOptions:create,delete,get,patch,update /status:Node:get,patch,update
  N persistentvolumeclaims persistentvolumeclaim PersistentVolumeClaim short:pvc /status:PersistentVolumeClaim:get,patch,update
  C persistentvolumes persistentvolume PersistentVolume short:pv /status:PersistentVolume:get,patch,update
  N pods pod Pod short:po cat:all /attach:PodAttachOptions:create,get /binding:Binding:create /ephemeralcontainers:Pod:get,patch,update /eviction:Eviction@policy/v1:create /exec:PodExecOptions:create,get /log:Pod:get /portforward:PodPortForwardOptions:create,get /proxy:PodProxyOptions:create,delete,get,patch,update /resize:Pod:get,patch,update /status:Pod:get,patch,update
  N podtemplates podtemplate PodTemplate
  N replicationcontrollers replicationcontroller ReplicationController short:rc cat:all /scale:Scale@autoscaling/v1:get,patch,update /status:ReplicationController:get,patch,update
  N resourcequotas resourcequota ResourceQuota short:quota /status:ResourceQuota:get,patch,update
  N secrets secret Secret
  N serviceaccounts serviceaccount ServiceAccount short:sa /token:TokenRequest@authentication.k8s.io/v1:create
  N services service Service short:svc cat:all /proxy:ServiceProxyOptions:create,delete,get,patch,update /status:Service:get,patch,update
apiregistration.k8s.io/v1
  C apiservices apiservice APIService cat:api-extensions /status:APIService:get,patch,update
apps/v1
  N controllerrevisions controllerrevision ControllerRevision
  N daemonsets daemonset DaemonSet short:ds cat:all /status:DaemonSet:get,patch,update
  N deployments deployment Deployment short:deploy cat:all /scale:Scale@autoscaling/v1:get,patch,update /status:Deployment:get,patch,update
  N replicasets replicaset ReplicaSet short:rs cat:all /scale:Scale@autoscaling/v1:get,patch,update /status:ReplicaSet:get,patch,update
  N statefulsets statefulset StatefulSet short:sts cat:all /scale:Scale@autoscaling/v1:get,patch,update /status:StatefulSet:get,patch,update
events.k8s.io/v1
  N events event Event type:EventsEvent short:ev
authentication.k8s.io/v1
  C selfsubjectreviews selfsubjectreview SelfSubjectReview verbs:create
  C tokenreviews tokenreview TokenReview verbs:create
authorization.k8s.io/v1
  N localsubjectaccessreviews localsubjectaccessreview LocalSubjectAccessReview verbs:create
  C selfsubjectaccessreviews selfsubjectaccessreview SelfSubjectAccessReview verbs:create
  C selfsubjectrulesreviews selfsubjectrulesreview SelfSubjectRulesReview verbs:create
  C subjectaccessreviews subjectaccessreview SubjectAccessReview verbs:create
autoscaling/v2
  N horizontalpodautoscalers horizontalpodautoscaler HorizontalPodAutoscaler short:hpa cat:all also:v1=HorizontalPodAutoscalerV1 /status:HorizontalPodAutoscaler:get,patch,update
batch/v1
  N cronjobs cronjob CronJob short:cj cat:all /status:CronJob:get,patch,update
  N jobs job Job cat:all /status:Job:get,patch,update
networking.k8s.io/v1
  C ingressclasses ingressclass IngressClass
  N ingresses ingress Ingress short:ing /status:Ingress:get,patch,update
  C ipaddresses ipaddress IPAddress short:ip
  N networkpolicies networkpolicy NetworkPolicy short:netpol
  C servicecidrs servicecidr ServiceCIDR /status:ServiceCIDR:get,patch,update
policy/v1
  N poddisruptionbudgets poddisruptionbudget PodDisruptionBudget short:pdb /status:PodDisruptionBudget:get,patch,update
rbac.authorization.k8s.io/v1
  C clusterrolebindings clusterrolebinding ClusterRoleBinding
  C clusterroles clusterrole ClusterRole
  N rolebindings rolebinding RoleBinding
  N roles role Role
storage.k8s.io/v1
  C storageclasses storageclass StorageClass short:sc
admissionregistration.k8s.io/v1
  C mutatingadmissionpolicies mutatingadmissionpolicy MutatingAdmissionPolicy cat:api-extensions
  C mutatingadmissionpolicybindings mutatingadmissionpolicybinding MutatingAdmissionPolicyBinding cat:api-extensions
  C mutatingwebhookconfigurations mutatingwebhookconfiguration MutatingWebhookConfiguration cat:api-extensions
  C validatingadmissionpolicies validatingadmissionpolicy ValidatingAdmissionPolicy cat:api-extensions /status:ValidatingAdmissionPolicy:get,patch,update
  C validatingadmissionpolicybindings validatingadmissionpolicybinding ValidatingAdmissionPolicyBinding cat:api-extensions
  C validatingwebhookconfigurations validatingwebhookconfiguration ValidatingWebhookConfiguration cat:api-extensions
apiextensions.k8s.io/v1
  C customresourcedefinitions customresourcedefinition CustomResourceDefinition short:crd,crds cat:api-extensions /status:CustomResourceDefinition:get,patch,update
scheduling.k8s.io/v1
  C priorityclasses priorityclass PriorityClass short:pc
coordination.k8s.io/v1
  N leases lease Lease
discovery.k8s.io/v1
  N endpointslices endpointslice EndpointSlice
node.k8s.io/v1
  C runtimeclasses runtimeclass RuntimeClass
flowcontrol.apiserver.k8s.io/v1
  C flowschemas flowschema FlowSchema /status:FlowSchema:get,patch,update
  C prioritylevelconfigurations prioritylevelconfiguration PriorityLevelConfiguration /status:PriorityLevelConfiguration:get,patch,update
`;

const autoscalerConverter: VersionConverter = (objects, version) =>
  Promise.resolve(
    ok(
      objects.map((object) =>
        object.apiVersion === `autoscaling/${version}`
          ? object
          : (convertAutoscaler(object as unknown as JsonObject, version) as unknown as K8sObject),
      ),
    ),
  );

/** Kinds whose every use is warned of. */
const deprecations: Readonly<Record<string, string>> = {
  ComponentStatus: "v1 ComponentStatus is deprecated in v1.19+",
  Endpoints: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
};

/** Events of either group, in the form of one. */
function eventConverter(group: "" | "events.k8s.io"): VersionConverter {
  const apiVersion = group === "" ? "v1" : "events.k8s.io/v1";
  return (objects) =>
    Promise.resolve(
      ok(
        objects.map((object) =>
          object.apiVersion === apiVersion
            ? object
            : (convertEvent(object as unknown as JsonObject, group) as unknown as K8sObject),
        ),
      ),
    );
}

function parseTable(): readonly ResourceDefinition[] {
  const found: ResourceDefinition[] = [];
  let group = "";
  let version = "";
  for (const line of table.split("\n")) {
    if (line.trim() === "") continue;
    if (!line.startsWith(" ")) {
      [group, version] = line.includes("/") ? (line.split("/") as [string, string]) : ["", line];
      continue;
    }
    const [scope, resource, singular, kind, ...rest] = line.trim().split(" ") as [
      string,
      string,
      string,
      string,
      ...string[],
    ];
    const option = (name: string): string | undefined =>
      rest.find((word) => word.startsWith(`${name}:`))?.slice(name.length + 1);
    const list = (name: string): readonly string[] => option(name)?.split(",") ?? [];
    const subresources = rest
      .filter((word) => word.startsWith("/"))
      .map((word): SubresourceDefinition => {
        const [name, target, verbs] = word.slice(1).split(":") as [string, string, string];
        const [subKind, gv] = target.split("@") as [string, string | undefined];
        const [subGroup, subVersion] = gv?.split("/") ?? [];
        return {
          name,
          kind: subKind,
          verbs: verbs.split(","),
          ...(subGroup !== undefined && { group: subGroup }),
          ...(subVersion !== undefined && { version: subVersion }),
        };
      });
    found.push({
      group,
      resource,
      singular,
      kind,
      listKind: `${kind}List`,
      namespaced: scope === "N",
      shortNames: list("short"),
      categories: list("cat"),
      versions: [
        {
          version,
          subresources,
          type: goTypes.struct(option("type") ?? kind),
          ...(Object.hasOwn(deprecations, kind) && { deprecationWarning: deprecations[kind]! }),
        },
        ...list("also").map((other) => {
          const [olderVersion = "", type = ""] = other.split("=");
          return { version: olderVersion, subresources, type: goTypes.struct(type) };
        }),
      ],
      storageVersion: version,
      verbs: option("verbs")?.split(",") ?? allVerbs,
      custom: false,
      collection: resource === "events" ? "/events" : `${group}/${resource}`,
      strategy: strategyOf(group, kind),
      ...(kind === "HorizontalPodAutoscaler" && { convert: autoscalerConverter }),
      ...(resource === "events" && { convert: eventConverter(group === "" ? "" : "events.k8s.io") }),
    });
  }
  return found;
}

/** All built-in resources, groups in discovery's order. */
export const builtinResources: readonly ResourceDefinition[] = parseTable();

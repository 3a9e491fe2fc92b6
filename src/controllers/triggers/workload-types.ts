import { defineTypes } from "../../api/triggers/go-type.ts";
import { kubernetesTypes } from "../../api/triggers/pod-types.ts";

/** The specs of what is deployed for a listener, to write and to compare them. */
export const workloadTypes = defineTypes(
  "v1",
  {
    DeploymentSpec: `replicas:*int32 selector!:*LabelSelector template:PodTemplateSpec strategy:DeploymentStrategy
      minReadySeconds:int32 revisionHistoryLimit:*int32 paused:bool progressDeadlineSeconds:*int32`,
    DeploymentStrategy: "type:string rollingUpdate:*RollingUpdateDeployment",
    RollingUpdateDeployment: "maxUnavailable:*intOrString maxSurge:*intOrString",
    ServiceSpec: `ports:[]ServicePort selector:map[string]string clusterIP:string clusterIPs:[]string type:string
      externalIPs:[]string sessionAffinity:string loadBalancerIP:string loadBalancerSourceRanges:[]string
      externalName:string externalTrafficPolicy:string healthCheckNodePort:int32 publishNotReadyAddresses:bool
      sessionAffinityConfig:*SessionAffinityConfig ipFamilies:[]string ipFamilyPolicy:*string
      allocateLoadBalancerNodePorts:*bool loadBalancerClass:*string internalTrafficPolicy:*string
      trafficDistribution:*string`,
    ServicePort: `name:string protocol:string appProtocol:*string port!:int32 targetPort!:intOrString nodePort:int32`,
    SessionAffinityConfig: "clientIP:*ClientIPConfig",
    ClientIPConfig: "timeoutSeconds:*int32",
  },
  kubernetesTypes,
);

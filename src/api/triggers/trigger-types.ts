import { defineTypes, type GoTypes } from "./go-type.ts";
import { kubernetesTypes } from "./pod-types.ts";

const object = "...TypeMeta metadata:ObjectMeta";

/** What both versions share (spec: resources, section 2). */
const shared = {
  TriggerSpecBinding: "name:string value:*string ref:string kind:string apiversion:string",
  TriggerSpecTemplate: "ref:*string apiversion:string spec:*TriggerTemplateSpec",
  TriggerSpec: `bindings!:[]*TriggerSpecBinding template:TriggerSpecTemplate name:string
    interceptors:[]*TriggerInterceptor serviceAccountName:string`,
  EventListenerTrigger: `bindings:[]*TriggerSpecBinding template:*TriggerSpecTemplate triggerRef:string name:string
    interceptors:[]*TriggerInterceptor serviceAccountName:string`,
  InterceptorRef: "name:string kind:string apiVersion:string",
  InterceptorParams: "name!:string value!:raw",
  WebhookInterceptor: "objectRef:*ObjectReference url:*url header:[]HeaderParam",
  HeaderParam: "name!:string value!:headerValue",
  NamespaceSelector: "matchNames:[]string",
  Resources: "kubernetesResource:*KubernetesResource customResource:*raw",
  WithPodSpec: "template:PodTemplateSpec",
  Param: "name!:string value!:string",
  TriggerBindingSpec: "params:[]Param",
  NoStatus: "",
  ParamSpec: "name!:string description:string default:*string",
  TriggerTemplateSpec: "params:[]ParamSpec resourcetemplates:[]raw",
  Condition: "type!:string status!:string severity:string lastTransitionTime!:time reason:string message:string",
  Status: "observedGeneration:int64 conditions:[]Condition annotations:map[string]string",
  EventListenerConfig: "generatedName!:string",

  EventListener: `${object} spec:EventListenerSpec status:EventListenerStatus`,
  Trigger: `${object} spec:TriggerSpec`,
  TriggerBinding: `${object} spec:TriggerBindingSpec status:NoStatus`,
  ClusterTriggerBinding: `${object} spec:TriggerBindingSpec status:NoStatus`,
  TriggerTemplate: `${object} spec:TriggerTemplateSpec status:NoStatus`,
};

const v1beta1 = defineTypes(
  "v1beta1",
  {
    ...shared,
    EventListenerSpec: `serviceAccountName:string triggers:[]EventListenerTrigger
      triggerGroups:[]EventListenerTriggerGroup namespaceSelector:NamespaceSelector labelSelector:*LabelSelector
      resources:Resources cloudEventURI:string`,
    EventListenerTriggerGroup: `name!:string interceptors!:[]*TriggerInterceptor
      triggerSelector:EventListenerTriggerSelector`,
    EventListenerTriggerSelector: "namespaceSelector:NamespaceSelector labelSelector:*LabelSelector",
    KubernetesResource: `replicas:*int32 serviceType:string servicePort:*int32 serviceLoadBalancerClass:*string
      spec:WithPodSpec`,
    TriggerInterceptor: "name:string ref:InterceptorRef params:[]InterceptorParams webhook:*WebhookInterceptor",
    Addressable: "name:*string url:*url CACerts:*string",
    EventListenerStatus: "...Status address:*Addressable addresses:[]Addressable configuration:EventListenerConfig",
  },
  kubernetesTypes,
);

const v1alpha1 = defineTypes(
  "v1alpha1",
  {
    ...shared,
    EventListenerSpec: `serviceAccountName:string triggers!:[]EventListenerTrigger namespaceSelector:NamespaceSelector
      labelSelector:*LabelSelector resources:Resources`,
    KubernetesResource: "replicas:*int32 serviceType:string spec:WithPodSpec",
    TriggerInterceptor: `name:string ref:InterceptorRef params:[]InterceptorParams webhook:*WebhookInterceptor
      github:*GitHubInterceptor gitlab:*GitLabInterceptor cel:*CELInterceptor bitbucket:*BitbucketInterceptor`,
    SecretRef: "secretKey:string secretName:string",
    GitHubInterceptor: "secretRef:*SecretRef eventTypes:[]string",
    GitLabInterceptor: "secretRef:*SecretRef eventTypes:[]string",
    BitbucketInterceptor: "secretRef:*SecretRef eventTypes:[]string",
    CELInterceptor: "filter:string overlays:[]CELOverlay",
    CELOverlay: "key:string expression:string",
    Addressable: "name:*string url:*url CACerts:*string hostname:string",
    EventListenerStatus: "...Status address:*Addressable addresses:[]Addressable configuration:EventListenerConfig",

    ClusterInterceptor: `${object} spec:InterceptorSpec status:InterceptorStatus`,
    Interceptor: `${object} spec:InterceptorSpec status:InterceptorStatus`,
    InterceptorSpec: "clientConfig:ClientConfig",
    ClientConfig: "caBundle:bytes url:*url service:*ServiceReference",
    ServiceReference: "name!:string namespace!:string path:string port:*int32",
    InterceptorAddress: "name:*string url:*url CACerts:*string audience:*string",
    InterceptorStatus: "...Status address:*InterceptorAddress addresses:[]InterceptorAddress",
  },
  kubernetesTypes,
);

/** A custom resource as far as a listener reads it; everything else in it is not looked at. */
export const customResourceTypes: GoTypes = defineTypes(
  "v1",
  {
    WithPod: `${object} spec:WithPodSpec`,
    WithPodSpec: "template:PodSpecable",
    PodSpecable: "metadata:ObjectMeta spec:PodSpec",
  },
  kubernetesTypes,
);

/** The Go types of each served version of `triggers.tekton.dev`. */
export const triggersTypes = { v1alpha1, v1beta1 } as const satisfies Readonly<Record<string, GoTypes>>;

/** What kubectl explain says of Tekton Triggers' kinds. */
export const triggerDescriptions = `
EventListener: Takes events over HTTP and gives them to triggers.
  spec: The triggers and how they are served.
  status: Where the listener is reached, and whether it is.
EventListenerSpec
  serviceAccountName: The ServiceAccount that creates objects and reads triggers.
  triggers: The listener's own triggers, each of which is tried on every event.
  triggerGroups: Interceptors that several Triggers share.
  namespaceSelector: Namespaces whose Triggers are used.
  labelSelector: Labels of the Triggers that are used.
  resources: What serves the listener, and its settings.
  cloudEventURI: Where CloudEvents about the handling are sent.
EventListenerTrigger: What becomes of an event: interceptors, then bindings, then a template.
  name: The trigger's name, in logs and labels.
  interceptors: Checks and changes, one after the other. The first that says no ends the trigger.
  bindings: Where the template's params come from.
  template: What is created.
  triggerRef: The name of a Trigger that stands in for all of this.
  serviceAccountName: The ServiceAccount that creates this trigger's objects.
Trigger: What becomes of an event: interceptors, then bindings, then a template.
  spec: The steps.
TriggerSpec
  name: The trigger's name, in logs and labels.
  interceptors: Checks and changes, one after the other. The first that says no ends the trigger.
  bindings: Where the template's params come from.
  template: What is created.
  serviceAccountName: The ServiceAccount that creates this trigger's objects.
TriggerSpecBinding: A param with its value, or the name of a TriggerBinding.
  name: The param's name.
  value: The param's value; $(body.x), $(header.X) and $(extensions.x) are taken from the event.
  ref: The name of a TriggerBinding.
  kind: TriggerBinding or ClusterTriggerBinding.
  apiversion: The binding's version.
TriggerSpecTemplate
  ref: The name of a TriggerTemplate.
  apiversion: The template's version.
  spec: The template itself.
TriggerTemplate: The objects that an event creates.
  spec: The params and the objects.
TriggerTemplateSpec
  params: The params that the objects use.
  resourcetemplates: The objects; $(tt.params.x) stands for a param.
ParamSpec: A param that is taken.
  name: The param's name.
  description: What the param is for.
  default: Its value when none is given.
  type: string, array or object.
  properties: The keys of an object param.
  enum: The values that are allowed.
TriggerBinding: Params taken out of events.
  spec: The params.
TriggerBindingSpec: Params taken out of events.
  params: Each param with where it is in the event.
ClusterTriggerBinding: Params taken out of events, for all namespaces.
Param: A param with its value.
  name: The param's name.
  value: The param's value.
TriggerInterceptor: A check or change of an event.
  name: The interceptor's name, for messages.
  ref: Which interceptor: cel, github, gitlab, gitea, bitbucket, slack or one of your own.
  params: Settings of the interceptor.
  webhook: A service that is asked.
InterceptorRef
  name: Its name.
  kind: ClusterInterceptor, or NamespacedInterceptor.
  apiVersion: Its version.
InterceptorParams: A setting of an interceptor.
  name: The setting's name.
  value: Its value.
WebhookInterceptor: A service that is asked.
  objectRef: The Service.
  url: Its URL.
  header: Headers that are sent along.
EventListenerTriggerGroup: Interceptors that several Triggers share.
  name: The group's name.
  interceptors: The interceptors that run before those of each Trigger.
  triggerSelector: Which Triggers belong to the group.
EventListenerTriggerSelector
  namespaceSelector: Their namespaces.
  labelSelector: Their labels.
NamespaceSelector
  matchNames: Their names; * for all.
Resources
  kubernetesResource: A Deployment and a Service.
  customResource: An object of another kind.
KubernetesResource
  replicas: How many Pods serve the listener.
  serviceType: ClusterIP, NodePort or LoadBalancer.
  servicePort: The Service's port.
  serviceLoadBalancerClass: Which kind of load balancer is wanted.
  spec: Settings of the Pods.
EventListenerStatus
  conditions: Aspects of the state, such as Available and Ready.
  address: The listener's URL.
  configuration: The names of what was made for it.
ClusterInterceptor: An interceptor for all namespaces.
  spec: Where it is asked.
Interceptor: An interceptor for one namespace.
  spec: Where it is asked.
InterceptorSpec
  clientConfig: Its URL or Service, and the authority to trust.
ClientConfig
  caBundle: The authority to trust, in PEM.
  url: Its URL.
  service: Its Service.
ServiceReference: A Service with a path.
  name: Name of the Service.
  namespace: Namespace of the Service.
  path: The path of the request.
  port: The Service's port.
`;

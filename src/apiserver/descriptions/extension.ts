/** What kubectl explain says of API services and admission policies. */
export const extensionDescriptions = `
APIService: Which server answers for one version of an API group.
  spec: The version, and who serves it.
  status: Whether it is served.
APIServiceSpec: A version of an API group, and who serves it.
  service: The Service that requests would go to; none means this server.
  group: The API group.
  version: The version.
  insecureSkipTLSVerify: Whether the certificate of the service goes unchecked.
  caBundle: Authorities that the certificate of the service may come from.
  groupPriorityMinimum: Groups with a higher number are preferred by clients.
  versionPriority: Versions with a higher number are preferred within their group.
APIServiceStatus: Whether the version is served.
  conditions: Aspects of the state, such as Available.
ValidatingAdmissionPolicy: Refuses or warns of objects that break its rules, where a binding puts it to work.
ValidatingAdmissionPolicySpec: Which requests are looked at, and what has to hold.
  paramKind: The kind of object that bindings give as params.
  matchConstraints: The requests that it is about.
  validations: What has to hold.
  failurePolicy: What an expression that fails leads to: Fail or Ignore.
  matchConditions: What has to hold for a request to be looked at.
  variables: Expressions that others use by name.
Validation: One rule.
  expression: CEL that comes to true when the object may pass.
  message: What the sender is told otherwise.
  messageExpression: CEL that makes this message.
  reason: The reason of the refusal.
MutatingAdmissionPolicy: Changes objects before they are stored, where a binding puts it to work.
MutatingAdmissionPolicySpec: Which objects are changed, and how.
  paramKind: The kind of object that bindings give as params.
  matchConstraints: The requests that it is about.
  variables: Expressions that others use by name.
  mutations: The changes, in this order.
  failurePolicy: What an expression that fails leads to: Fail or Ignore.
  matchConditions: What has to hold for an object to be changed.
  reinvocationPolicy: Whether it runs again when others changed the object after it: IfNeeded or Never.
Mutation: One change.
  patchType: ApplyConfiguration or JSONPatch.
  applyConfiguration: What is merged into the object.
  jsonPatch: Operations on the object.
ApplyConfiguration: What is merged into the object.
  expression: CEL that comes to an Object.
JSONPatch: Operations on the object.
  expression: CEL that comes to a list of JSONPatch.
ValidatingAdmissionPolicyBinding: Puts a ValidatingAdmissionPolicy to work.
MutatingAdmissionPolicyBinding: Puts a MutatingAdmissionPolicy to work.
MatchResources: Which requests are meant.
  namespaceSelector: Labels of the namespace.
  objectSelector: Labels of the object.
  resourceRules: Operations and resources, of which one has to fit.
  excludeResourceRules: Operations and resources that are left out.
  matchPolicy: Exact, or Equivalent for other versions of the same resource too.
ParamRef: The objects that a policy has as its params.
  name: One by its name.
  namespace: Where; that of the request unless told.
  selector: Or all with these labels.
  parameterNotFoundAction: What it means that there is none: Allow or Deny.
`;

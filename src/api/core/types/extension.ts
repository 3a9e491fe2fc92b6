/** apiextensions.k8s.io and admissionregistration.k8s.io. */
export const extensionTypes = `
CustomResourceDefinition
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec CustomResourceDefinitionSpec !
  status CustomResourceDefinitionStatus !
CustomResourceDefinitionSpec
  group string !
  names CustomResourceDefinitionNames !
  scope string !
  versions []CustomResourceDefinitionVersion ! atomic
  conversion *CustomResourceConversion
  preserveUnknownFields bool
CustomResourceDefinitionNames
  plural string !
  singular string
  shortNames []string atomic
  kind string !
  listKind string
  categories []string atomic
CustomResourceDefinitionVersion
  name string !
  served bool !
  storage bool !
  deprecated bool
  deprecationWarning *string
  schema *CustomResourceValidation
  subresources *CustomResourceSubresources
  additionalPrinterColumns []CustomResourceColumnDefinition atomic
  selectableFields []SelectableField atomic
SelectableField
  jsonPath string !
CustomResourceValidation
  openAPIV3Schema *any
CustomResourceSubresources
  status *any
  scale *CustomResourceSubresourceScale
CustomResourceSubresourceScale
  specReplicasPath string !
  statusReplicasPath string !
  labelSelectorPath *string
CustomResourceColumnDefinition
  name string !
  type string !
  format string
  description string
  priority int32
  jsonPath string !
CustomResourceConversion
  strategy string !
  webhook *WebhookConversion
WebhookConversion
  clientConfig *WebhookClientConfig
  conversionReviewVersions []string ! atomic
WebhookClientConfig
  url *string
  service *ServiceReference
  caBundle bytes
ServiceReference
  namespace string !
  name string !
  path *string
  port *int32
CustomResourceDefinitionStatus
  conditions []CustomResourceDefinitionCondition ! keys(type)
  acceptedNames CustomResourceDefinitionNames !
  storedVersions []string ! atomic
  observedGeneration int64
CustomResourceDefinitionCondition
  type string !
  status string !
  lastTransitionTime time
  reason string
  message string
  observedGeneration int64
APIService
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec APIServiceSpec !
  status APIServiceStatus !
APIServiceSpec
  service *APIServiceReference
  group string
  version string
  insecureSkipTLSVerify bool
  caBundle bytes
  groupPriorityMinimum int32 !
  versionPriority int32 !
APIServiceReference
  namespace string
  name string
  port *int32
APIServiceStatus
  conditions []APIServiceCondition keys(type)
APIServiceCondition
  type string !
  status string !
  lastTransitionTime time
  reason string
  message string
MutatingWebhookConfiguration
  kind string
  apiVersion string
  metadata ObjectMeta !
  webhooks []MutatingWebhook keys(name) patch(name)
ValidatingWebhookConfiguration
  kind string
  apiVersion string
  metadata ObjectMeta !
  webhooks []ValidatingWebhook keys(name) patch(name)
ValidatingWebhook
  name string !
  clientConfig WebhookClientConfig !
  rules []RuleWithOperations atomic
  failurePolicy *string
  matchPolicy *string
  namespaceSelector *LabelSelector
  objectSelector *LabelSelector
  sideEffects *string !
  timeoutSeconds *int32
  admissionReviewVersions []string ! atomic
  matchConditions []MatchCondition keys(name) patch(name)
MutatingWebhook
  name string !
  clientConfig WebhookClientConfig !
  rules []RuleWithOperations atomic
  failurePolicy *string
  matchPolicy *string
  namespaceSelector *LabelSelector
  objectSelector *LabelSelector
  sideEffects *string !
  timeoutSeconds *int32
  admissionReviewVersions []string ! atomic
  reinvocationPolicy *string
  matchConditions []MatchCondition keys(name) patch(name)
MatchCondition
  name string !
  expression string !
RuleWithOperations
  operations []string atomic
  apiGroups []string atomic
  apiVersions []string atomic
  resources []string atomic
  scope *string
ValidatingAdmissionPolicy
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec ValidatingAdmissionPolicySpec !
  status ValidatingAdmissionPolicyStatus !
ValidatingAdmissionPolicySpec
  paramKind *ParamKind
  matchConstraints *MatchResources
  validations []Validation atomic
  failurePolicy *string
  auditAnnotations []AuditAnnotation atomic
  matchConditions []MatchCondition keys(name) patch(name)
  variables []Variable keys(name) patch(name)
ValidatingAdmissionPolicyStatus
  observedGeneration int64
  typeChecking *TypeChecking
  conditions []Condition keys(type)
TypeChecking
  expressionWarnings []ExpressionWarning atomic
ExpressionWarning
  fieldRef string !
  warning string !
ParamKind atomic
  apiVersion string
  kind string
MatchResources atomic
  namespaceSelector *LabelSelector
  objectSelector *LabelSelector
  resourceRules []NamedRuleWithOperations atomic
  excludeResourceRules []NamedRuleWithOperations atomic
  matchPolicy *string
NamedRuleWithOperations atomic
  resourceNames []string atomic
  ... RuleWithOperations
Validation
  expression string !
  message string
  reason *string
  messageExpression string
AuditAnnotation
  key string !
  valueExpression string !
Variable atomic
  name string !
  expression string !
ValidatingAdmissionPolicyBinding
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec ValidatingAdmissionPolicyBindingSpec !
ValidatingAdmissionPolicyBindingSpec
  policyName string
  paramRef *ParamRef
  matchResources *MatchResources
  validationActions []string set
ParamRef atomic
  name string
  namespace string
  selector *LabelSelector
  parameterNotFoundAction *string
MutatingAdmissionPolicy
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec MutatingAdmissionPolicySpec !
MutatingAdmissionPolicySpec
  paramKind *ParamKind
  matchConstraints *MatchResources
  variables []Variable atomic
  mutations []Mutation atomic
  failurePolicy *string
  matchConditions []MatchCondition keys(name) patch(name)
  reinvocationPolicy string
Mutation
  patchType string !
  applyConfiguration *ApplyConfiguration
  jsonPatch *JSONPatch
ApplyConfiguration
  expression string
JSONPatch
  expression string
MutatingAdmissionPolicyBinding
  kind string
  apiVersion string
  metadata ObjectMeta !
  spec MutatingAdmissionPolicyBindingSpec !
MutatingAdmissionPolicyBindingSpec
  policyName string
  paramRef *ParamRef
  matchResources *MatchResources
`;

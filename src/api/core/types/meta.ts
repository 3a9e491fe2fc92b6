/** meta/v1 types shared by all kinds. */
export const metaTypes = `
ObjectMeta
  name string
  generateName string
  namespace string
  selfLink string
  uid string
  resourceVersion string
  generation int64
  creationTimestamp time
  deletionTimestamp *time
  deletionGracePeriodSeconds *int64
  labels {}string
  annotations {}string
  ownerReferences []OwnerReference keys(uid) patch(uid)
  finalizers []string set patch()
  managedFields []ManagedFieldsEntry atomic
OwnerReference atomic
  apiVersion string !
  kind string !
  name string !
  uid string !
  controller *bool
  blockOwnerDeletion *bool
ManagedFieldsEntry
  manager string
  operation string
  apiVersion string
  time *time
  fieldsType string
  fieldsV1 *any
  subresource string
ListMeta
  selfLink string
  resourceVersion string
  continue string
  remainingItemCount *int64
LabelSelector atomic
  matchLabels {}string
  matchExpressions []LabelSelectorRequirement atomic
LabelSelectorRequirement
  key string !
  operator string !
  values []string atomic
Condition
  type string !
  status string !
  observedGeneration int64
  lastTransitionTime time !
  reason string !
  message string !
GroupVersionKind
  group string !
  version string !
  kind string !
GroupVersionResource
  group string !
  version string !
  resource string !
Preconditions
  uid *string
  resourceVersion *string
DeleteOptions
  kind string
  apiVersion string
  gracePeriodSeconds *int64
  preconditions *Preconditions
  orphanDependents *bool
  propagationPolicy *string
  dryRun []string atomic
  ignoreStoreReadErrorWithClusterBreakingPotential *bool
`;

/** meta.k8s.io, authentication, authorization and RBAC: field numbers as in the published .proto files. */
export const identityMessages = `
ObjectMeta
1 name string
2 generateName string
3 namespace string
4 selfLink string
5 uid string
6 resourceVersion string
7 generation int
8 creationTimestamp time
9 deletionTimestamp time
10 deletionGracePeriodSeconds int
11 labels {}string
12 annotations {}string
13 ownerReferences []OwnerReference
14 finalizers []string
17 managedFields []ManagedFieldsEntry

OwnerReference
1 kind string
3 name string
4 uid string
5 apiVersion string
6 controller bool
7 blockOwnerDeletion bool

ManagedFieldsEntry
1 manager string
2 operation string
3 apiVersion string
4 time time
6 fieldsType string
7 fieldsV1 json
8 subresource string

LabelSelector
1 matchLabels {}string
2 matchExpressions []LabelSelectorRequirement

LabelSelectorRequirement FieldSelectorRequirement
1 key string
2 operator string
3 values []string

Condition
1 type string
2 status string
3 observedGeneration int
4 lastTransitionTime time
5 reason string
6 message string

DeleteOptions
1 gracePeriodSeconds int
2 preconditions Preconditions
3 orphanDependents bool
4 propagationPolicy string
5 dryRun []string
6 ignoreStoreReadErrorWithClusterBreakingPotential bool

Preconditions
1 uid string
2 resourceVersion string

Status
1 metadata ListMeta
2 status string
3 message string
4 reason string
5 details StatusDetails
6 code int

ListMeta
1 selfLink string
2 resourceVersion string
3 continue string
4 remainingItemCount int

StatusDetails
1 name string
2 group string
3 kind string
4 causes []StatusCause
5 retryAfterSeconds int
6 uid string

StatusCause
1 reason string
2 message string
3 field string

TokenRequest
1 metadata ObjectMeta
2 spec TokenRequestSpec
3 status TokenRequestStatus

TokenRequestSpec
1 audiences []string
3 boundObjectRef BoundObjectReference
4 expirationSeconds int

BoundObjectReference
1 kind string
2 apiVersion string
3 name string
4 uid string

TokenRequestStatus
1 token string
2 expirationTimestamp time

TokenReview
1 metadata ObjectMeta
2 spec TokenReviewSpec
3 status TokenReviewStatus

TokenReviewSpec
1 token string
2 audiences []string

TokenReviewStatus
1 authenticated bool
2 user UserInfo
3 error string
4 audiences []string

UserInfo
1 username string
2 uid string
3 groups []string
4 extra {}items

SelfSubjectReview
1 metadata ObjectMeta
2 status SelfSubjectReviewStatus

SelfSubjectReviewStatus
1 userInfo UserInfo

SelfSubjectAccessReview SubjectAccessReview LocalSubjectAccessReview
1 metadata ObjectMeta
2 spec SubjectAccessReviewSpec
3 status SubjectAccessReviewStatus

SubjectAccessReviewSpec
1 resourceAttributes ResourceAttributes
2 nonResourceAttributes NonResourceAttributes
3 user string
4 groups []string
5 extra {}items
6 uid string

ResourceAttributes
1 namespace string
2 verb string
3 group string
4 version string
5 resource string
6 subresource string
7 name string
8 fieldSelector FieldSelectorAttributes
9 labelSelector LabelSelectorAttributes

FieldSelectorAttributes
1 rawSelector string
2 requirements []FieldSelectorRequirement

LabelSelectorAttributes
1 rawSelector string
2 requirements []LabelSelectorRequirement

NonResourceAttributes
1 path string
2 verb string

SubjectAccessReviewStatus
1 allowed bool
2 reason string
3 evaluationError string
4 denied bool

SelfSubjectRulesReview
1 metadata ObjectMeta
2 spec SelfSubjectRulesReviewSpec
3 status SubjectRulesReviewStatus

SelfSubjectRulesReviewSpec
1 namespace string

SubjectRulesReviewStatus
1 resourceRules []ResourceRule
2 nonResourceRules []NonResourceRule
3 incomplete bool
4 evaluationError string

ResourceRule
1 verbs []string
2 apiGroups []string
3 resources []string
4 resourceNames []string

NonResourceRule
1 verbs []string
2 nonResourceURLs []string

Role ClusterRole
1 metadata ObjectMeta
2 rules []PolicyRule
3 aggregationRule AggregationRule

AggregationRule
1 clusterRoleSelectors []LabelSelector

PolicyRule
1 verbs []string
2 apiGroups []string
3 resources []string
4 resourceNames []string
5 nonResourceURLs []string

RoleBinding ClusterRoleBinding
1 metadata ObjectMeta
2 subjects []Subject
3 roleRef RoleRef

Subject
1 kind string
2 apiGroup string
3 name string
4 namespace string

RoleRef
1 apiGroup string
2 kind string
3 name string
`;

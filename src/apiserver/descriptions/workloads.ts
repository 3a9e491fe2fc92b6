/** What kubectl explain says of Deployments, Jobs, Ingresses and roles. */
export const workloadDescriptions = `
Deployment: Keeps a number of equal Pods running and replaces them when their template changes.
  spec: What is to run, and how often.
  status: How far that is.
DeploymentSpec: What a Deployment runs.
  replicas: How many Pods; 1 unless told.
  selector: Labels of the Pods. It never changes.
  template: What the Pods look like.
  strategy: How old Pods are replaced.
  minReadySeconds: How long a Pod has to be ready to count.
  revisionHistoryLimit: How many old versions are kept.
  paused: Whether changes of the template wait.
  progressDeadlineSeconds: After how long a change has failed.
DeploymentStrategy: How old Pods are replaced.
  type: RollingUpdate or Recreate.
  rollingUpdate: Settings of RollingUpdate.
DeploymentStatus: How far a Deployment is.
  observedGeneration: The generation that this speaks of.
  replicas: How many Pods there are.
  updatedReplicas: How many are of the present template.
  readyReplicas: How many are ready.
  availableReplicas: How many have been ready for long enough.
  unavailableReplicas: How many are missing.
  conditions: Aspects of the state, such as Available.
ReplicaSet: Keeps a number of equal Pods running.
StatefulSet: Keeps Pods with lasting names and storage running.
DaemonSet: Keeps a Pod running on every node.
Job: Runs Pods until so many have succeeded.
CronJob: Makes Jobs at certain times.
HorizontalPodAutoscaler: Changes the number of Pods with the load.
Ingress: Routes HTTP requests from outside to Services by host and path.
  spec: The rules.
  status: Where the Ingress is reached.
IngressSpec: Which requests go where.
  ingressClassName: Who serves this Ingress.
  defaultBackend: Where requests go that no rule takes.
  tls: Certificates for hosts.
  rules: The rules; the first that takes a request counts.
IngressRule: Where requests for a host go.
  host: The host; empty for all, *.x for those below x.
  http: The paths of the host.
HTTPIngressRuleValue: The paths of a host.
  paths: Each path with where its requests go.
HTTPIngressPath: A path with where its requests go.
  path: The path.
  pathType: Exact, Prefix or ImplementationSpecific.
  backend: Where the requests go.
IngressBackend: Where requests go.
  service: A Service and its port.
  resource: Another object.
IngressServiceBackend: A Service and its port.
  name: Name of the Service, in the Ingress's namespace.
  port: The port, by name or number.
IngressTLS: A certificate for hosts.
  hosts: The hosts.
  secretName: The Secret that holds certificate and key.
Role: Rights within a namespace.
  rules: What may be done.
ClusterRole: Rights in all namespaces, and to what has no namespace.
  rules: What may be done.
  aggregationRule: Other ClusterRoles whose rules are put together into this one.
PolicyRule: What may be done to which resources.
  verbs: What may be done: get, list, watch, create, update, patch, delete and others, or *.
  apiGroups: Groups of the resources; empty text for the core group.
  resources: Resources, such as pods or pods/log, or *.
  resourceNames: Only objects of these names; all when empty.
  nonResourceURLs: Paths that are no resources.
RoleBinding: Gives the rights of a role to users within a namespace.
  subjects: Who gets the rights.
  roleRef: The role. It never changes.
ClusterRoleBinding: Gives the rights of a ClusterRole to users everywhere.
  subjects: Who gets the rights.
  roleRef: The ClusterRole. It never changes.
Subject: A user, group or ServiceAccount.
  kind: User, Group or ServiceAccount.
  apiGroup: rbac.authorization.k8s.io for users and groups, empty for ServiceAccounts.
  name: Its name.
  namespace: The ServiceAccount's namespace.
RoleRef: Names a role.
  apiGroup: Always rbac.authorization.k8s.io.
  kind: Role or ClusterRole.
  name: The role's name.
`;

/** What kubectl explain says of configuration, storage, namespaces and Services. */
export const coreDescriptions = `
ConfigMap: Configuration as keys and values, for Pods and controllers to read.
  immutable: When true, the data can never change.
  data: The values, as text. A key may have letters, digits, dashes, underscores and dots.
  binaryData: Values that are no text, in base64.
Secret: Sensitive data, such as tokens and passwords, as keys and values.
  immutable: When true, the data can never change.
  data: The values, in base64.
  stringData: Values as plain text, for writing only: the server puts them into data.
  type: What the data is for; some types ask for certain keys. It never changes.
ServiceAccount: Who the processes in a Pod are to the API.
  secrets: Secrets that Pods with this account may use.
  imagePullSecrets: Secrets for pulling the images of such Pods.
  automountServiceAccountToken: Whether such Pods get a token as a file.
Namespace: A space of names: objects in different namespaces do not know each other.
  spec: What is wanted of the namespace.
  status: How the namespace is.
NamespaceSpec: What is wanted of a namespace.
  finalizers: Who has to empty the namespace before it may go.
NamespaceStatus: How a namespace is.
  phase: Active, or Terminating while it is being deleted.
  conditions: What keeps it from going.
PersistentVolumeClaim: Asks for storage that outlives a Pod.
  spec: What storage is wanted.
  status: What was found.
PersistentVolumeClaimSpec: What storage is wanted.
  accessModes: How it is mounted: ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.
  selector: Chooses among volumes by their labels.
  resources: How much storage is needed, under requests.storage.
  volumeName: The volume that the claim is bound to.
  storageClassName: The class of storage that is wanted.
  volumeMode: Filesystem or Block.
  dataSource: What the new volume is filled with.
  dataSourceRef: What the new volume is filled with, of any kind.
  volumeAttributesClassName: The class of the volume's attributes.
PersistentVolumeClaimStatus: What storage was found.
  phase: Pending, Bound or Lost.
  accessModes: How the volume can be mounted.
  capacity: How large the volume is.
  conditions: What is happening to the volume, such as a resize.
  allocatedResources: How large the volume is to become.
VolumeResourceRequirements: How much storage is needed.
  limits: The most that may be given.
  requests: The least that is needed.
Service: One address for several Pods that serve the same.
  spec: Which Pods, and which ports.
  status: How the Service is reached from outside.
ServiceSpec: Which Pods a Service stands for, and how it is reached.
  ports: The ports that the Service has.
  selector: Labels of the Pods behind the Service.
  clusterIP: The Service's address; None for a Service without one. The server picks it.
  clusterIPs: All addresses of the Service, one for each family.
  type: ClusterIP, NodePort, LoadBalancer or ExternalName.
  externalIPs: Further addresses at which the Service is reached.
  sessionAffinity: ClientIP to keep a client at one Pod, else None.
  loadBalancerIP: The address that is wanted of the load balancer.
  loadBalancerSourceRanges: From where the load balancer may be reached.
  externalName: The name that an ExternalName Service stands for.
  externalTrafficPolicy: Cluster, or Local to keep the sender's address.
  healthCheckNodePort: The port at which load balancers ask for the state of a node.
  publishNotReadyAddresses: Whether Pods that are not ready count as well.
  sessionAffinityConfig: Settings of sessionAffinity.
  ipFamilies: IPv4, IPv6 or both.
  ipFamilyPolicy: SingleStack, PreferDualStack or RequireDualStack.
  allocateLoadBalancerNodePorts: Whether a LoadBalancer gets node ports too.
  loadBalancerClass: Which kind of load balancer is wanted.
  internalTrafficPolicy: Cluster, or Local for Pods of the same node only.
  trafficDistribution: Which Pods are preferred, such as those nearby.
ServicePort: One port of a Service.
  name: The port's name; needed when there are several.
  protocol: TCP, UDP or SCTP.
  appProtocol: What is spoken on the port.
  port: The port's number.
  targetPort: Number or name of the Pods' port; the same as port unless told.
  nodePort: The port on every node, for NodePort and LoadBalancer.
ServiceStatus: How a Service is reached from outside.
  loadBalancer: The load balancer's addresses.
  conditions: The Service's state.
`;

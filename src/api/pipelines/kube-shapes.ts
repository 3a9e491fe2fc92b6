import {
  any,
  boolean,
  extend,
  integer,
  intOrString,
  list,
  map,
  object,
  quantity,
  type Shape,
  string,
} from "./shape.ts";

/** Parts of Kubernetes' own types that Tekton's embed (core/v1). */
const keyRef = object("ConfigMapKeySelector", { name: string, key: string, optional: boolean });
const envVarSource = object("EnvVarSource", {
  configMapKeyRef: keyRef,
  secretKeyRef: keyRef,
  fieldRef: object("ObjectFieldSelector", { apiVersion: string, fieldPath: string }),
  resourceFieldRef: object("ResourceFieldSelector", { containerName: string, resource: string, divisor: quantity }),
  fileKeyRef: object("FileKeySelector", { volumeName: string, path: string, key: string, optional: boolean }),
});

const envVar = object("EnvVar", { name: string, value: string, valueFrom: envVarSource });
const namedSource = object("ConfigMapEnvSource", { name: string, optional: boolean });
const envFrom = object("EnvFromSource", { prefix: string, configMapRef: namedSource, secretRef: namedSource });

export const resourceRequirements = object("ResourceRequirements", {
  limits: map(quantity),
  requests: map(quantity),
  claims: list(object("ResourceClaim", { name: string, request: string })),
});

const volumeMount = object("VolumeMount", {
  name: string,
  readOnly: boolean,
  recursiveReadOnly: string,
  mountPath: string,
  subPath: string,
  mountPropagation: string,
  subPathExpr: string,
});

const seLinux = object("SELinuxOptions", { user: string, role: string, type: string, level: string });
const seccomp = object("SeccompProfile", { type: string, localhostProfile: string });
const windows = object("WindowsSecurityContextOptions", {
  gmsaCredentialSpecName: string,
  gmsaCredentialSpec: string,
  runAsUserName: string,
  hostProcess: boolean,
});
const securityContext = object("SecurityContext", {
  capabilities: object("Capabilities", { add: list(string), drop: list(string) }),
  privileged: boolean,
  seLinuxOptions: seLinux,
  windowsOptions: windows,
  runAsUser: integer,
  runAsGroup: integer,
  runAsNonRoot: boolean,
  readOnlyRootFilesystem: boolean,
  allowPrivilegeEscalation: boolean,
  procMount: string,
  seccompProfile: seccomp,
  appArmorProfile: seccomp,
});

const podSecurityContext = object("PodSecurityContext", {
  seLinuxOptions: seLinux,
  windowsOptions: windows,
  runAsUser: integer,
  runAsGroup: integer,
  runAsNonRoot: boolean,
  supplementalGroups: list(integer),
  supplementalGroupsPolicy: string,
  fsGroup: integer,
  sysctls: list(object("Sysctl", { name: string, value: string })),
  fsGroupChangePolicy: string,
  seccompProfile: seccomp,
  appArmorProfile: seccomp,
  seLinuxChangePolicy: string,
});

const httpGet = object("HTTPGetAction", {
  path: string,
  port: intOrString,
  host: string,
  scheme: string,
  httpHeaders: list(object("HTTPHeader", { name: string, value: string })),
});
const handlers = {
  exec: object("ExecAction", { command: list(string) }),
  httpGet,
  tcpSocket: object("TCPSocketAction", { port: intOrString, host: string }),
};
const probe = object("Probe", {
  ...handlers,
  grpc: object("GRPCAction", { port: integer, service: string }),
  initialDelaySeconds: integer,
  timeoutSeconds: integer,
  periodSeconds: integer,
  successThreshold: integer,
  failureThreshold: integer,
  terminationGracePeriodSeconds: integer,
});
const lifecycleHandler = object("LifecycleHandler", {
  ...handlers,
  sleep: object("SleepAction", { seconds: integer }),
});
const lifecycle = object("Lifecycle", { postStart: lifecycleHandler, preStop: lifecycleHandler, stopSignal: string });

const containerPort = object("ContainerPort", {
  name: string,
  hostPort: integer,
  containerPort: integer,
  protocol: string,
  hostIP: string,
});

/** Fields that steps, sidecars and stepTemplate share. */
export const containerFields = {
  image: string,
  command: list(string),
  args: list(string),
  workingDir: string,
  env: list(envVar),
  envFrom: list(envFrom),
  computeResources: resourceRequirements,
  volumeMounts: list(volumeMount),
  volumeDevices: list(object("VolumeDevice", { name: string, devicePath: string })),
  imagePullPolicy: string,
  securityContext,
} satisfies Readonly<Record<string, Shape>>;

/** Container fields that only sidecars have. */
export const sidecarFields = {
  ports: list(containerPort),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle,
  terminationMessagePath: string,
  terminationMessagePolicy: string,
  stdin: boolean,
  stdinOnce: boolean,
  tty: boolean,
  restartPolicy: string,
} satisfies Readonly<Record<string, Shape>>;

const keyToPath = object("KeyToPath", { key: string, path: string, mode: integer });
export const configMapVolume = object("ConfigMapVolumeSource", {
  name: string,
  items: list(keyToPath),
  defaultMode: integer,
  optional: boolean,
});
export const secretVolume = object("SecretVolumeSource", {
  secretName: string,
  items: list(keyToPath),
  defaultMode: integer,
  optional: boolean,
});
const projectedKeys = object("ConfigMapProjection", { name: string, items: list(keyToPath), optional: boolean });
const downwardItems = list(
  object("DownwardAPIVolumeFile", {
    path: string,
    fieldRef: object("ObjectFieldSelector", { apiVersion: string, fieldPath: string }),
    resourceFieldRef: object("ResourceFieldSelector", { containerName: string, resource: string, divisor: quantity }),
    mode: integer,
  }),
);
export const projectedVolume = object("ProjectedVolumeSource", {
  sources: list(
    object("VolumeProjection", {
      secret: projectedKeys,
      configMap: projectedKeys,
      downwardAPI: object("DownwardAPIProjection", { items: downwardItems }),
      serviceAccountToken: object("ServiceAccountTokenProjection", {
        audience: string,
        expirationSeconds: integer,
        path: string,
      }),
      clusterTrustBundle: any,
      podCertificate: any,
    }),
  ),
  defaultMode: integer,
});
export const emptyDirVolume = object("EmptyDirVolumeSource", { medium: string, sizeLimit: quantity });
export const claimVolume = object("PersistentVolumeClaimVolumeSource", { claimName: string, readOnly: boolean });
export const csiVolume = object("CSIVolumeSource", {
  driver: string,
  readOnly: boolean,
  fsType: string,
  volumeAttributes: map(string),
  nodePublishSecretRef: object("LocalObjectReference", { name: string }),
});

const otherVolumeSources = Object.fromEntries(
  [
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "azureDisk",
    "vsphereVolume",
    "quobyte",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
    "ephemeral",
    "image",
  ].map((name) => [name, any]),
);

export const volume = object("Volume", {
  name: string,
  emptyDir: emptyDirVolume,
  hostPath: object("HostPathVolumeSource", { path: string, type: string }),
  configMap: configMapVolume,
  secret: secretVolume,
  projected: projectedVolume,
  downwardAPI: object("DownwardAPIVolumeSource", { items: downwardItems, defaultMode: integer }),
  persistentVolumeClaim: claimVolume,
  csi: csiVolume,
  ...otherVolumeSources,
});

/** pod.Template of Tekton. */
export const podTemplate = object("Template", {
  nodeSelector: map(string),
  env: list(envVar),
  tolerations: list(any),
  affinity: any,
  securityContext: podSecurityContext,
  volumes: list(volume),
  runtimeClassName: string,
  automountServiceAccountToken: boolean,
  dnsPolicy: string,
  dnsConfig: object("PodDNSConfig", {
    nameservers: list(string),
    searches: list(string),
    options: list(object("PodDNSConfigOption", { name: string, value: string })),
  }),
  enableServiceLinks: boolean,
  priorityClassName: string,
  schedulerName: string,
  imagePullSecrets: list(object("LocalObjectReference", { name: string })),
  hostAliases: list(object("HostAlias", { ip: string, hostnames: list(string) })),
  hostNetwork: boolean,
  hostUsers: boolean,
  topologySpreadConstraints: list(any),
});

/** A claim in a volumeClaimTemplate. */
export const volumeClaim = object("PersistentVolumeClaim", {
  apiVersion: string,
  kind: string,
  metadata: any,
  spec: object("PersistentVolumeClaimSpec", {
    accessModes: list(string),
    selector: any,
    resources: object("VolumeResourceRequirements", { limits: map(quantity), requests: map(quantity) }),
    volumeName: string,
    storageClassName: string,
    volumeMode: string,
    dataSource: any,
    dataSourceRef: any,
    volumeAttributesClassName: string,
  }),
  status: any,
});

/** Container fields with `resources` under its Kubernetes (and v1beta1) name. */
export function withResources(shape: Shape, name: string, fields: Readonly<Record<string, Shape>> = {}): Shape {
  return extend(shape, name, { resources: resourceRequirements, ...fields }, ["computeResources"]);
}

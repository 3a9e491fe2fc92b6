import { goTypes } from "../core/core-types.ts";
import type { GoType } from "../core/go-type.ts";
import {
  anything,
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

/** Parts of Kubernetes' own types (core/v1) that Tekton's embed, in the form in which Tekton's are written here. */

type Fields = Readonly<Record<string, Shape>>;

const known = new Map<string, Shape>();

function shapeOf(type: GoType): Shape {
  switch (type.kind) {
    case "struct": {
      const shape = known.get(type.name) ?? object(type.name, fieldsOf(type.name));
      known.set(type.name, shape);
      return shape;
    }
    case "list":
      return list(shapeOf(type.items));
    case "map":
      return map(shapeOf(type.values));
    case "int32":
    case "int64":
      return integer;
    case "bool":
      return boolean;
    case "quantity":
      return quantity;
    case "intstr":
      return intOrString;
    case "any":
    case "float":
      return anything;
    case "string":
    case "bytes":
    case "time":
    case "microtime":
    case "duration":
      return string;
    default:
      return type satisfies never;
  }
}

/** All fields of a struct. */
function fieldsOf(name: string): Fields {
  return Object.fromEntries([...goTypes.struct(name).fields].map(([field, { type }]) => [field, shapeOf(type)]));
}

/** The named fields of a struct. */
function pick<K extends string>(name: string, fields: readonly K[]): { readonly [key in K]: Shape } {
  const all = fieldsOf(name);
  const missing = fields.find((field) => all[field] === undefined);
  if (missing !== undefined) throw new Error(`${name} has no field ${missing}`);
  return Object.fromEntries(fields.map((field) => [field, all[field]])) as { readonly [key in K]: Shape };
}

function shapeNamed(name: string, more: Fields = {}): Shape {
  return object(name, { ...fieldsOf(name), ...more });
}

export const resourceRequirements: Shape = shapeNamed("ResourceRequirements");

/** Fields that steps, sidecars and stepTemplate share. */
export const containerFields = {
  ...pick("Container", [
    "image",
    "command",
    "args",
    "workingDir",
    "env",
    "envFrom",
    "volumeMounts",
    "volumeDevices",
    "imagePullPolicy",
    "securityContext",
  ]),
  computeResources: resourceRequirements,
};

/** Names of the container fields that only sidecars have. */
export const sidecarFieldNames = [
  "ports",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "stdin",
  "stdinOnce",
  "tty",
  "restartPolicy",
] as const;

/** Container fields that only sidecars have. */
export const sidecarFields: Fields = pick("Container", sidecarFieldNames);

export const configMapVolume: Shape = shapeNamed("ConfigMapVolumeSource");
export const secretVolume: Shape = shapeNamed("SecretVolumeSource");
export const projectedVolume: Shape = shapeNamed("ProjectedVolumeSource");
export const emptyDirVolume: Shape = shapeNamed("EmptyDirVolumeSource");
export const claimVolume: Shape = shapeNamed("PersistentVolumeClaimVolumeSource");
export const csiVolume: Shape = shapeNamed("CSIVolumeSource");

/** Sources of single vendors and old ones, which the core does not spell out. */
const otherVolumeSources = Object.fromEntries(
  [
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
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
  ].map((name) => [name, anything]),
);

export const volume: Shape = shapeNamed("Volume", otherVolumeSources);

/** pod.Template of Tekton. */
export const podTemplate: Shape = object("Template", {
  ...pick("PodSpec", [
    "nodeSelector",
    "tolerations",
    "affinity",
    "securityContext",
    "runtimeClassName",
    "automountServiceAccountToken",
    "dnsPolicy",
    "dnsConfig",
    "enableServiceLinks",
    "priorityClassName",
    "schedulerName",
    "imagePullSecrets",
    "hostAliases",
    "hostNetwork",
    "hostUsers",
    "topologySpreadConstraints",
  ]),
  ...pick("Container", ["env"]),
  volumes: list(volume),
});

/** A claim in a volumeClaimTemplate. */
export const volumeClaim: Shape = shapeNamed("PersistentVolumeClaim", { metadata: anything, status: anything });

/** Container fields with `resources` under its Kubernetes (and v1beta1) name. */
export function withResources(shape: Shape, name: string, fields: Fields = {}): Shape {
  return extend(shape, name, { resources: resourceRequirements, ...fields }, ["computeResources"]);
}

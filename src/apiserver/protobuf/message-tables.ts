import { controllerMessages } from "./controller-messages.ts";
import { coreMessages } from "./core-messages.ts";
import { identityMessages } from "./identity-messages.ts";
import { podMessages } from "./pod-messages.ts";
import { workloadMessages } from "./workload-messages.ts";

/** How a field's value is read. */
export type FieldType =
  | { readonly kind: "scalar"; readonly scalar: Scalar }
  | { readonly kind: "message"; readonly name: string }
  /** A message whose fields appear in JSON beside those of the message that holds it. */
  | { readonly kind: "inline"; readonly name: string }
  | { readonly kind: "list"; readonly items: FieldType }
  | { readonly kind: "map"; readonly values: FieldType };

export type Scalar =
  | "string"
  | "int"
  | "bool"
  | "bytes"
  | "time"
  | "microtime"
  | "quantity"
  | "intstr"
  | "json"
  | "items";

interface MessageField {
  /** The name in JSON. */
  readonly name: string;
  readonly type: FieldType;
}

/** The fields of one message by number. */
export type MessageTable = ReadonlyMap<number, MessageField>;

const scalars: ReadonlySet<string> = new Set([
  "string",
  "int",
  "bool",
  "bytes",
  "time",
  "microtime",
  "quantity",
  "intstr",
  "json",
  "items",
]);

/**
 * Reads tables of one message a paragraph: its name, then `NUMBER field TYPE` a line. A type is a scalar, a message,
 * `[]TYPE`, `{}TYPE` (a map by strings) or `..MESSAGE` (inline).
 */
function parseTables(text: string): ReadonlyMap<string, MessageTable> {
  const tables = new Map<string, MessageTable>();
  for (const paragraph of text.trim().split(/\n\s*\n/)) {
    const [head = "", ...lines] = paragraph.split("\n").map((line) => line.trim());
    const fields = lines.map((line): readonly [number, MessageField] => {
      const [number = "", name = "", type = ""] = line.split(" ");
      return [Number(number), { name, type: parseType(type) }];
    });
    for (const name of head.split(" ")) tables.set(name, new Map(fields));
  }
  return tables;
}

function parseType(text: string): FieldType {
  if (text.startsWith("[]")) return { kind: "list", items: parseType(text.slice(2)) };
  if (text.startsWith("{}")) return { kind: "map", values: parseType(text.slice(2)) };
  if (text.startsWith("..")) return { kind: "inline", name: text.slice(2) };
  if (scalars.has(text)) return { kind: "scalar", scalar: text as Scalar };
  return { kind: "message", name: text };
}

/** Kinds that have a message of their name, by apiVersion. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  v1: [
    "ConfigMap",
    "DeleteOptions",
    "Endpoints",
    "Event",
    "LimitRange",
    "Namespace",
    "PersistentVolumeClaim",
    "Pod",
    "ResourceQuota",
    "Secret",
    "Service",
    "ServiceAccount",
    "Status",
  ],
  "admissionregistration.k8s.io/v1": ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
  "apps/v1": ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
  "authentication.k8s.io/v1": ["SelfSubjectReview", "TokenRequest", "TokenReview"],
  "authorization.k8s.io/v1": [
    "LocalSubjectAccessReview",
    "SelfSubjectAccessReview",
    "SelfSubjectRulesReview",
    "SubjectAccessReview",
  ],
  "autoscaling/v1": ["Scale"],
  "autoscaling/v2": ["HorizontalPodAutoscaler"],
  "batch/v1": ["CronJob", "Job"],
  "coordination.k8s.io/v1": ["Lease"],
  "discovery.k8s.io/v1": ["EndpointSlice"],
  "meta.k8s.io/v1": ["DeleteOptions"],
  "networking.k8s.io/v1": ["Ingress", "NetworkPolicy"],
  "policy/v1": ["Eviction", "PodDisruptionBudget"],
  "rbac.authorization.k8s.io/v1": ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
  "scheduling.k8s.io/v1": ["PriorityClass"],
};

/** The message that carries objects of that kind; undefined when we have no table for it. */
export function messageOf(apiVersion: string, kind: string): string | undefined {
  if (apiVersion === "events.k8s.io/v1" && kind === "Event") return "EventsEvent";
  return kinds[apiVersion]?.includes(kind) === true || kind === "DeleteOptions" ? kind : undefined;
}

let parsed: ReadonlyMap<string, MessageTable> | undefined;

/** All tables by message; read when first needed. */
export function messageTables(): ReadonlyMap<string, MessageTable> {
  parsed ??= parseTables(
    [identityMessages, coreMessages, workloadMessages, podMessages, controllerMessages].join("\n"),
  );
  return parsed;
}

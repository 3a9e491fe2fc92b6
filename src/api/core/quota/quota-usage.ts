import type { JsonObject } from "../../../json/value.ts";
import { parseQuantity, type Quantity } from "../../quantity.ts";
import { child, items, strings, text } from "../fields.ts";
import { podResources, type ResourceList } from "./resource-list.ts";

/** Names a resource, as `count/<resource>.<group>` does. */
export interface CountedResource {
  readonly group: string;
  /** Plural. */
  readonly resource: string;
}

const one: Quantity = { nanos: 1_000_000_000n, format: "decimal" };

/** Core kinds that a quota may also count by their bare name. */
const bareCounts: ReadonlySet<string> = new Set([
  "configmaps",
  "persistentvolumeclaims",
  "pods",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "services",
]);

const computeResources: ReadonlySet<string> = new Set(["cpu", "memory", "ephemeral-storage"]);
const storageClassInfix = ".storageclass.storage.k8s.io/";

/** The name under which a quota counts any object of the resource. */
function countName({ group, resource }: CountedResource): string {
  return group === "" ? `count/${resource}` : `count/${resource}.${group}`;
}

/** The resource whose objects a name in `spec.hard` is about; undefined for a name that counts nothing. */
export function countedBy(name: string): CountedResource | undefined {
  if (name.startsWith("count/")) {
    const [resource = "", ...group] = name.slice("count/".length).split(".");
    return { resource, group: group.join(".") };
  }
  if (name === "requests.storage" || name.includes(storageClassInfix))
    return { group: "", resource: "persistentvolumeclaims" };
  if (name === "services.nodeports" || name === "services.loadbalancers") return { group: "", resource: "services" };
  if (bareCounts.has(name)) return { group: "", resource: name };
  if (isComputeName(name)) return { group: "", resource: "pods" };
  return undefined;
}

function isComputeName(name: string): boolean {
  return computeResources.has(name) || /^(requests|limits)\./.test(name) || name.startsWith("hugepages-");
}

/** What an object takes of each resource that a quota may bound. */
export function usageOf(counted: CountedResource, object: JsonObject): ResourceList {
  const usage = new Map<string, Quantity>([[countName(counted), one]]);
  if (counted.group !== "") return usage;
  switch (counted.resource) {
    case "pods":
      addPod(usage, object);
      return usage;
    case "services":
      addService(usage, child(object, "spec"));
      return usage;
    case "persistentvolumeclaims":
      addClaim(usage, object);
      return usage;
    default:
      if (bareCounts.has(counted.resource)) usage.set(counted.resource, one);
      return usage;
  }
}

/** A Pod that has ended takes nothing but its place among the objects. */
function addPod(usage: Map<string, Quantity>, pod: JsonObject): void {
  const phase = text(child(pod, "status"), "phase");
  if (phase === "Failed" || phase === "Succeeded") return;
  usage.set("pods", one);
  for (const [name, quantity] of podResources(pod, "requests")) {
    usage.set(`requests.${name}`, quantity);
    if (computeResources.has(name) || name.startsWith("hugepages-")) usage.set(name, quantity);
  }
  for (const [name, quantity] of podResources(pod, "limits")) {
    if (computeResources.has(name)) usage.set(`limits.${name}`, quantity);
  }
}

function addService(usage: Map<string, Quantity>, spec: JsonObject | undefined): void {
  usage.set("services", one);
  const type = text(spec, "type");
  const ports = BigInt(items(spec, "ports").length);
  const hasNodePorts =
    type === "NodePort" || (type === "LoadBalancer" && spec?.["allocateLoadBalancerNodePorts"] !== false);
  usage.set("services.nodeports", { nanos: hasNodePorts ? ports * one.nanos : 0n, format: "decimal" });
  usage.set("services.loadbalancers", type === "LoadBalancer" ? one : { ...one, nanos: 0n });
}

function addClaim(usage: Map<string, Quantity>, claim: JsonObject): void {
  const spec = child(claim, "spec");
  const storage = parseQuantity(text(child(child(spec, "resources"), "requests"), "storage"));
  const className =
    text(child(child(claim, "metadata"), "annotations"), "volume.beta.kubernetes.io/storage-class") ||
    text(spec, "storageClassName");
  usage.set("persistentvolumeclaims", one);
  if (storage.ok) usage.set("requests.storage", storage.value);
  if (className === "") return;
  usage.set(`${className}${storageClassInfix}persistentvolumeclaims`, one);
  if (storage.ok) usage.set(`${className}${storageClassInfix}requests.storage`, storage.value);
}

/** What a quota on computing wants each container to state, when it bounds that. */
const stated: ReadonlySet<string> = new Set([
  "cpu",
  "memory",
  "requests.cpu",
  "requests.memory",
  "limits.cpu",
  "limits.memory",
]);

/** The resources that a quota bounds and containers of the Pod do not state, with the names of those containers. */
export function unstatedResources(pod: JsonObject, hard: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const unstated = new Map<string, readonly string[]>();
  const spec = child(pod, "spec");
  for (const name of hard.filter((each) => stated.has(each)).sort()) {
    const side = name.startsWith("limits.") ? "limits" : "requests";
    const resource = name.replace(/^(requests|limits)\./, "");
    const silent = [...items(spec, "containers"), ...items(spec, "initContainers")]
      .filter((container) => !Object.hasOwn(child(child(container, "resources"), side) ?? {}, resource))
      .map((container) => text(container, "name"));
    if (silent.length > 0) unstated.set(name, [...new Set(silent)].sort());
  }
  return unstated;
}

/** One scope of a quota with what it asks for. */
interface Scope {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** Whether the object is within all scopes of a quota's spec. Only Pods can be. */
export function inScopes(spec: JsonObject | undefined, counted: CountedResource, object: JsonObject): boolean {
  const scopes: readonly Scope[] = [
    ...strings(spec, "scopes").map((name) => ({ name, operator: "Exists", values: [] })),
    ...items(child(spec, "scopeSelector"), "matchExpressions").map((expression) => ({
      name: text(expression, "scopeName"),
      operator: text(expression, "operator"),
      values: strings(expression, "values"),
    })),
  ];
  if (scopes.length === 0) return true;
  if (counted.group !== "" || counted.resource !== "pods") return false;
  return scopes.every((scope) => podInScope(scope, object));
}

function podInScope({ name, operator, values }: Scope, pod: JsonObject): boolean {
  const spec = child(pod, "spec");
  const hasDeadline = typeof spec?.["activeDeadlineSeconds"] === "number";
  switch (name) {
    case "Terminating":
      return hasDeadline;
    case "NotTerminating":
      return !hasDeadline;
    case "BestEffort":
      return isBestEffort(pod);
    case "NotBestEffort":
      return !isBestEffort(pod);
    case "PriorityClass":
      return matches(text(spec, "priorityClassName"), operator, values);
    case "CrossNamespacePodAffinity":
      return hasForeignAffinity(spec);
    default:
      return false;
  }
}

function matches(value: string, operator: string, values: readonly string[]): boolean {
  switch (operator) {
    case "In":
      return values.includes(value);
    case "NotIn":
      return !values.includes(value);
    case "Exists":
      return value !== "";
    case "DoesNotExist":
      return value === "";
    default:
      return false;
  }
}

function isBestEffort(pod: JsonObject): boolean {
  return [...podResources(pod, "requests"), ...podResources(pod, "limits")].every(([, { nanos }]) => nanos === 0n);
}

function hasForeignAffinity(spec: JsonObject | undefined): boolean {
  return ["podAffinity", "podAntiAffinity"]
    .map((kind) => child(child(spec, "affinity"), kind))
    .flatMap((affinity) => [
      ...items(affinity, "requiredDuringSchedulingIgnoredDuringExecution"),
      ...items(affinity, "preferredDuringSchedulingIgnoredDuringExecution").map(
        (preferred) => child(preferred, "podAffinityTerm") ?? {},
      ),
    ])
    .some((term) => strings(term, "namespaces").length > 0 || child(term, "namespaceSelector") !== undefined);
}

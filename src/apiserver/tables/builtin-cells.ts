import { child, type Fields, items, number, stringMap, strings, text } from "../../api/core/fields.ts";
import type { JsonObject } from "../../json/value.ts";
import { ageOf } from "./age.ts";
import {
  age,
  type Cells,
  count,
  labelsText,
  nameOf,
  none,
  selectorText,
  specOf,
  statusOf,
  unset,
} from "./cell-texts.ts";
import { controlCells } from "./control-cells.ts";
import { podCells } from "./pod-cells.ts";
import { workloadCells } from "./workload-cells.ts";

export { podConditions } from "./pod-cells.ts";

const serviceCells: Cells = (object, nowMs) => {
  const spec = specOf(object);
  const type = text(spec, "type") || "ClusterIP";
  const ports = items(spec, "ports").map((port) => {
    const node = number(port, "nodePort");
    return `${count(port, "port")}${node ? `:${node}` : ""}/${text(port, "protocol")}`;
  });
  return [
    nameOf(object),
    type,
    text(spec, "clusterIP") || none,
    externalIp(object, spec, type),
    ports.join(",") || none,
    age(object, nowMs),
    labelsText(stringMap(spec, "selector")),
  ];
};

function externalIp(object: JsonObject, spec: Fields, type: string): string {
  const external = strings(spec, "externalIPs");
  if (type === "ExternalName") return text(spec, "externalName");
  if (type !== "LoadBalancer") return external.join(",") || none;
  return [...balancerAddresses(object), ...external].join(",") || "<pending>";
}

/** The addresses at which a load balancer takes requests, sorted, each once. */
function balancerAddresses(object: JsonObject): readonly string[] {
  const ingress = items(child(statusOf(object), "loadBalancer"), "ingress");
  const addresses = new Set(ingress.map((item) => text(item, "ip") || text(item, "hostname")));
  return [...addresses].filter((address) => address !== "").sort();
}

const accessModeNames: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

function accessModes(object: JsonObject | undefined): string {
  return ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]
    .filter((mode) => strings(object, "accessModes").includes(mode))
    .map((mode) => accessModeNames[mode])
    .join(",");
}

const claimCells: Cells = (object, nowMs) => {
  const spec = specOf(object);
  const status = statusOf(object);
  const bound = text(spec, "volumeName") !== "";
  const phase = child(object, "metadata")?.["deletionTimestamp"] !== undefined ? "Terminating" : text(status, "phase");
  return [
    nameOf(object),
    phase,
    text(spec, "volumeName"),
    bound ? text(child(status, "capacity"), "storage") : "",
    bound ? accessModes(status) : "",
    text(spec, "storageClassName"),
    text(spec, "volumeAttributesClassName") || unset,
    age(object, nowMs),
    text(spec, "volumeMode") || unset,
  ];
};

const volumeCells: Cells = (object, nowMs) => {
  const spec = specOf(object);
  const status = statusOf(object);
  const claim = child(spec, "claimRef");
  const phase = child(object, "metadata")?.["deletionTimestamp"] !== undefined ? "Terminating" : text(status, "phase");
  return [
    nameOf(object),
    text(child(spec, "capacity"), "storage"),
    accessModes(spec),
    text(spec, "persistentVolumeReclaimPolicy"),
    phase,
    claim ? `${text(claim, "namespace")}/${text(claim, "name")}` : "",
    text(spec, "storageClassName"),
    text(spec, "volumeAttributesClassName") || unset,
    text(status, "reason"),
    age(object, nowMs),
    text(spec, "volumeMode") || unset,
  ];
};

const bindingCells: Cells = (object, nowMs) => {
  const ref = child(object, "roleRef");
  const subjects = items(object, "subjects");
  const named = (kind: string): string =>
    subjects
      .filter((subject) => text(subject, "kind") === kind)
      .map((subject) =>
        kind === "ServiceAccount" ? `${text(subject, "namespace")}/${text(subject, "name")}` : text(subject, "name"),
      )
      .join(", ");
  return [
    nameOf(object),
    `${text(ref, "kind")}/${text(ref, "name")}`,
    age(object, nowMs),
    named("User"),
    named("Group"),
    named("ServiceAccount"),
  ];
};

const ingressCells: Cells = (object, nowMs) => {
  const spec = specOf(object);
  const hosts = items(spec, "rules")
    .map((rule) => text(rule, "host"))
    .filter((host) => host !== "");
  const shown = hosts.slice(0, 3).join(",");
  return [
    nameOf(object),
    text(spec, "ingressClassName") || none,
    hosts.length === 0 ? "*" : hosts.length > 3 ? `${shown} + ${hosts.length - 3} more...` : shown,
    balancerAddresses(object).join(","),
    items(spec, "tls").length > 0 ? "80, 443" : "80",
    age(object, nowMs),
  ];
};

const nodeCells: Cells = (object, nowMs) => {
  const spec = specOf(object);
  const status = statusOf(object);
  const ready = items(status, "conditions").find((item) => text(item, "type") === "Ready");
  const state = [ready ? (text(ready, "status") === "True" ? "Ready" : "NotReady") : "Unknown"];
  if (spec["unschedulable"] === true) state.push("SchedulingDisabled");
  const prefix = "node-role.kubernetes.io/";
  const labels = stringMap(child(object, "metadata"), "labels");
  const roles = Object.keys(labels)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .concat(labels["kubernetes.io/role"] ?? [])
    .filter((role, index, all) => role !== "" && all.indexOf(role) === index)
    .sort();
  const info = child(status, "nodeInfo");
  const address = (type: string): string =>
    text(
      items(status, "addresses").find((item) => text(item, "type") === type),
      "address",
    ) || none;
  const known = (key: string): string => text(info, key) || "<unknown>";
  return [
    nameOf(object),
    state.join(","),
    roles.join(",") || none,
    age(object, nowMs),
    text(info, "kubeletVersion"),
    address("InternalIP"),
    address("ExternalIP"),
    known("osImage"),
    known("kernelVersion"),
    known("containerRuntimeVersion"),
  ];
};

const eventCells: Cells = (object, nowMs) => {
  const about = child(object, "involvedObject") ?? child(object, "regarding");
  const series = child(object, "series");
  const eventTime = text(object, "eventTime");
  const first = text(object, "firstTimestamp") || text(object, "deprecatedFirstTimestamp") || eventTime;
  const last =
    text(series, "lastObservedTime") ||
    text(object, "lastTimestamp") ||
    text(object, "deprecatedLastTimestamp") ||
    first;
  const source = child(object, "source") ?? child(object, "deprecatedSource");
  const component =
    text(source, "component") || text(object, "reportingComponent") || text(object, "reportingController");
  const host = text(source, "host") || (text(source, "component") === "" ? text(object, "reportingInstance") : "");
  const times = number(series, "count") ?? number(object, "count") ?? number(object, "deprecatedCount") ?? 0;
  const name = text(about, "name");
  return [
    ageOf(last, nowMs),
    text(object, "type"),
    text(object, "reason"),
    name === "" ? text(about, "kind").toLowerCase() : `${text(about, "kind").toLowerCase()}/${name}`,
    text(about, "fieldPath"),
    host === "" ? component : `${component}, ${host}`,
    (text(object, "message") || text(object, "note")).trim(),
    ageOf(first, nowMs),
    times === 0 ? 1 : times,
    nameOf(object),
  ];
};

const sliceCells: Cells = (object, nowMs) => {
  const ports = items(object, "ports");
  const addresses = items(object, "endpoints").flatMap((endpoint) => [...strings(endpoint, "addresses")]);
  const portText =
    ports.length === 0 ? unset : limited(ports.map((port) => (port["port"] === null ? "*" : String(port["port"]))));
  return [
    nameOf(object),
    text(object, "addressType"),
    portText,
    addresses.length === 0 ? unset : limited(addresses),
    age(object, nowMs),
  ];
};

function limited(list: readonly string[]): string {
  const shown = list.slice(0, 3).join(",");
  return list.length > 3 ? `${shown} + ${list.length - 3} more...` : shown;
}

const endpointsCells: Cells = (object, nowMs) => {
  const all = items(object, "subsets").flatMap((subset) => {
    const ports = items(subset, "ports");
    const addresses = items(subset, "addresses").map((item) => text(item, "ip"));
    if (ports.length === 0) return addresses;
    return ports.flatMap((port) => addresses.map((address) => `${address}:${count(port, "port")}`));
  });
  return [nameOf(object), all.length === 0 ? none : limited(all), age(object, nowMs)];
};

const quotaCells: Cells = (object, nowMs) => {
  const status = statusOf(object);
  const hard = stringMap(status, "hard");
  const used = stringMap(status, "used");
  const requests: string[] = [];
  const limits: string[] = [];
  for (const key of Object.keys(hard).sort()) {
    (key.startsWith("limits.") ? limits : requests).push(`${key}: ${used[key] ?? "0"}/${hard[key]}`);
  }
  return [nameOf(object), requests.join(", "), limits.join(", "), age(object, nowMs)];
};

/** Cells of the built-in kinds by `group/resource`, in the order of their columns. */
export const builtinCells: Readonly<Record<string, Cells>> = {
  ...workloadCells,
  ...controlCells,
  "/namespaces": (object, nowMs) => [nameOf(object), text(statusOf(object), "phase"), age(object, nowMs)],
  "/configmaps": (object, nowMs) => [
    nameOf(object),
    Object.keys(child(object, "data") ?? {}).length + Object.keys(child(object, "binaryData") ?? {}).length,
    age(object, nowMs),
  ],
  "/secrets": (object, nowMs) => [
    nameOf(object),
    text(object, "type"),
    Object.keys(child(object, "data") ?? {}).length,
    age(object, nowMs),
  ],
  "/serviceaccounts": (object, nowMs) => [nameOf(object), items(object, "secrets").length, age(object, nowMs)],
  "/pods": podCells,
  "/services": serviceCells,
  "/endpoints": endpointsCells,
  "/events": eventCells,
  "events.k8s.io/events": eventCells,
  "/nodes": nodeCells,
  "/persistentvolumes": volumeCells,
  "/persistentvolumeclaims": claimCells,
  "/resourcequotas": quotaCells,
  "apiregistration.k8s.io/apiservices": (object, nowMs) => {
    const service = child(specOf(object), "service");
    const shown = service === undefined ? "Local" : `${text(service, "namespace")}/${text(service, "name")}`;
    const available = items(statusOf(object), "conditions").find(({ type }) => type === "Available");
    const status = text(available, "status");
    const isAvailable =
      available === undefined ? "Unknown" : status === "True" ? status : `${status} (${text(available, "reason")})`;
    return [nameOf(object), shown, isAvailable, age(object, nowMs)];
  },
  "networking.k8s.io/ingresses": ingressCells,
  "networking.k8s.io/ingressclasses": (object, nowMs) => {
    const spec = specOf(object);
    const parameters = child(spec, "parameters");
    const group = text(parameters, "apiGroup");
    const shown = parameters
      ? `${text(parameters, "kind")}${group === "" ? "" : `.${group}`}/${text(parameters, "name")}`
      : none;
    return [nameOf(object), text(spec, "controller"), shown, age(object, nowMs)];
  },
  "networking.k8s.io/networkpolicies": (object, nowMs) => [
    nameOf(object),
    selectorText(child(specOf(object), "podSelector")),
    age(object, nowMs),
  ],
  "networking.k8s.io/ipaddresses": (object, nowMs) => {
    const ref = child(specOf(object), "parentRef");
    const parts = [text(ref, "resource"), text(ref, "group")].filter((part) => part !== "").join(".");
    const name = [text(ref, "namespace"), text(ref, "name")].filter((part) => part !== "").join("/");
    return [nameOf(object), ref ? `${parts}/${name}` : none, age(object, nowMs)];
  },
  "networking.k8s.io/servicecidrs": (object, nowMs) => [
    nameOf(object),
    strings(specOf(object), "cidrs").join(","),
    age(object, nowMs),
  ],
  "rbac.authorization.k8s.io/rolebindings": bindingCells,
  "rbac.authorization.k8s.io/clusterrolebindings": bindingCells,
  "coordination.k8s.io/leases": (object, nowMs) => [
    nameOf(object),
    text(specOf(object), "holderIdentity"),
    age(object, nowMs),
  ],
  "discovery.k8s.io/endpointslices": sliceCells,
  "storage.k8s.io/storageclasses": (object, nowMs) => {
    const isDefault =
      stringMap(child(object, "metadata"), "annotations")["storageclass.kubernetes.io/is-default-class"] === "true";
    return [
      nameOf(object) + (isDefault ? " (default)" : ""),
      text(object, "provisioner"),
      text(object, "reclaimPolicy") || "Delete",
      text(object, "volumeBindingMode") || unset,
      object["allowVolumeExpansion"] === true,
      age(object, nowMs),
    ];
  },
  "scheduling.k8s.io/priorityclasses": (object, nowMs) => [
    nameOf(object),
    count(object, "value"),
    object["globalDefault"] === true,
    age(object, nowMs),
    text(object, "preemptionPolicy"),
  ],
  "node.k8s.io/runtimeclasses": (object, nowMs) => [nameOf(object), text(object, "handler"), age(object, nowMs)],
};

import { child, ensureChild, type Fields, items, text } from "../../api/core/fields.ts";
import { podResources, type ResourceList, readResourceList } from "../../api/core/quota/resource-list.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { printQuantity, type Quantity } from "../../api/quantity.ts";
import type { JsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ObjectStore } from "../../store/object-store.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../pipeline.ts";
import { forbiddenObject } from "../status.ts";

const annotation = "kubernetes.io/limit-ranger";
/** Beyond this a ratio is compared in whole numbers, as the bound does not fit in thousandths. */
const nanosPerMilli = 1_000_000n;

/** What a container or claim asks for, against one bound of a LimitRange. */
interface Measured {
  readonly limitType: string;
  readonly requests: ResourceList;
  readonly limits: ResourceList;
}

/**
 * Enforces the LimitRanges of a namespace: containers that state no requests or limits get the default ones, and what is
 * outside of the bounds is refused. Pods when they are created, claims whenever they are written.
 */
export class LimitRanger implements AdmissionPlugin {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles({ operation, definition, subresource, namespace }: AdmissionAttributes): boolean {
    if (subresource !== undefined || namespace === undefined) return false;
    if (definition.collection === "/pods") return operation === "CREATE" && this.#limitRanges(namespace).length > 0;
    if (definition.collection !== "/persistentvolumeclaims") return false;
    return (operation === "CREATE" || operation === "UPDATE") && this.#limitRanges(namespace).length > 0;
  }

  admit({ object, namespace = "", definition }: AdmissionAttributes): Result<K8sObject | undefined, Status> {
    if (definition.collection !== "/pods") return ok(undefined);
    const pod = structuredClone(object) as unknown as Fields;
    for (const range of this.#limitRanges(namespace)) setContainerDefaults(pod, range);
    return ok(pod as unknown as K8sObject);
  }

  validate({ object, namespace = "", name, definition }: AdmissionAttributes): Result<undefined, Status> {
    const shape = object as unknown as JsonObject;
    for (const range of this.#limitRanges(namespace)) {
      const problems = definition.collection === "/pods" ? podProblems(shape, range) : claimProblems(shape, range);
      const [only, ...others] = [...new Set(problems)];
      if (only === undefined) continue;
      const cause = others.length === 0 ? only : `[${[only, ...others].join(", ")}]`;
      return err(forbiddenObject({ group: "", resource: definition.resource }, name, cause));
    }
    return ok(undefined);
  }

  #limitRanges(namespace: string): readonly JsonObject[] {
    return this.#store
      .list("/limitranges", `${namespace}/`)
      .map(({ object }) => child(object as unknown as JsonObject, "spec") ?? {});
  }
}

function setContainerDefaults(pod: Fields, range: JsonObject): void {
  const limits: Fields = {};
  const requests: Fields = {};
  for (const item of items(range, "limits")) {
    if (text(item, "type") !== "Container") continue;
    Object.assign(limits, child(item, "default"));
    Object.assign(requests, child(item, "defaultRequest"));
  }
  const told: string[] = [];
  const spec = child(pod, "spec");
  for (const [list, label] of [
    ["containers", "container"],
    ["initContainers", "init container"],
  ] as const) {
    for (const container of items(spec, list)) {
      for (const [side, defaults] of [
        ["requests", requests],
        ["limits", limits],
      ] as const) {
        const set = fillIn(container, side, defaults);
        if (set.length > 0) told.push(`${set.join(", ")} ${side.slice(0, -1)} for ${label} ${text(container, "name")}`);
      }
    }
  }
  if (told.length === 0) return;
  ensureChild(ensureChild(pod, "metadata"), "annotations")[annotation] = `LimitRanger plugin set: ${told.join("; ")}`;
}

/** The names of the resources that the container did not state. */
function fillIn(container: Fields, side: "requests" | "limits", defaults: Fields): readonly string[] {
  const stated = child(child(container, "resources"), side) ?? {};
  const missing = Object.keys(defaults)
    .filter((name) => !Object.hasOwn(stated, name))
    .sort();
  if (missing.length === 0) return missing;
  const target = ensureChild(ensureChild(container, "resources"), side);
  for (const name of missing) target[name] = defaults[name]!;
  return missing;
}

function podProblems(pod: JsonObject, range: JsonObject): readonly string[] {
  const spec = child(pod, "spec");
  return items(range, "limits").flatMap((item) => {
    const limitType = text(item, "type");
    if (limitType === "Pod")
      return problemsOf(item, {
        limitType,
        requests: podResources(pod, "requests"),
        limits: podResources(pod, "limits"),
      });
    if (limitType !== "Container") return [];
    return [...items(spec, "containers"), ...items(spec, "initContainers")].flatMap((container) => {
      const resources = child(container, "resources");
      const requests = readResourceList(child(resources, "requests"));
      return problemsOf(item, { limitType, requests, limits: readResourceList(child(resources, "limits")) });
    });
  });
}

function problemsOf(item: JsonObject, measured: Measured): readonly string[] {
  return [
    ...each(item, "min", (name, bound) => minimumProblem(name, bound, measured)),
    ...each(item, "max", (name, bound) => maximumProblem(name, bound, measured)),
    ...each(item, "maxLimitRequestRatio", (name, bound) => ratioProblem(name, bound, measured)),
  ];
}

function claimProblems(claim: JsonObject, range: JsonObject): readonly string[] {
  const requests = readResourceList(child(child(child(claim, "spec"), "resources"), "requests"));
  return items(range, "limits").flatMap((item) => {
    const limitType = text(item, "type");
    if (limitType !== "PersistentVolumeClaim") return [];
    const measured: Measured = { limitType, requests, limits: new Map() };
    return [
      ...each(item, "min", (name, bound) => minimumProblem(name, bound, measured)),
      ...each(item, "max", (name, bound) => {
        const request = requests.get(name);
        const start = `maximum ${name} usage per ${limitType} is ${printQuantity(bound)}`;
        if (request === undefined) return `${start}.  No request is specified`;
        return request.nanos > bound.nanos ? `${start}, but request is ${printQuantity(request)}` : undefined;
      }),
    ];
  });
}

function each(
  item: JsonObject,
  field: string,
  judge: (name: string, bound: Quantity) => string | undefined,
): readonly string[] {
  return [...readResourceList(child(item, field))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, bound]) => judge(name, bound) ?? []);
}

function minimumProblem(name: string, bound: Quantity, measured: Measured): string | undefined {
  const request = measured.requests.get(name);
  const limit = measured.limits.get(name);
  const start = `minimum ${name} usage per ${measured.limitType} is ${printQuantity(bound)}`;
  if (request === undefined) return `${start}.  No request is specified`;
  if (request.nanos < bound.nanos) return `${start}, but request is ${printQuantity(request)}`;
  if (limit !== undefined && limit.nanos < bound.nanos) return `${start}, but limit is ${printQuantity(limit)}`;
  return undefined;
}

function maximumProblem(name: string, bound: Quantity, measured: Measured): string | undefined {
  const request = measured.requests.get(name);
  const limit = measured.limits.get(name);
  const start = `maximum ${name} usage per ${measured.limitType} is ${printQuantity(bound)}`;
  if (limit === undefined) return `${start}.  No limit is specified`;
  if (limit.nanos > bound.nanos) return `${start}, but limit is ${printQuantity(limit)}`;
  if (request !== undefined && request.nanos > bound.nanos) return `${start}, but request is ${printQuantity(request)}`;
  return undefined;
}

function ratioProblem(name: string, bound: Quantity, measured: Measured): string | undefined {
  const request = measured.requests.get(name)?.nanos ?? 0n;
  const limit = measured.limits.get(name)?.nanos ?? 0n;
  const start = `${name} max limit to request ratio per ${measured.limitType} is ${printQuantity(bound)}`;
  if (request === 0n) return `${start}, but no request is specified or request is 0`;
  if (limit === 0n) return `${start}, but no limit is specified or limit is 0`;
  const ratio = Number(limit / nanosPerMilli) / Number(request / nanosPerMilli);
  const isTooMuch = limit * 1_000_000_000n > bound.nanos * request;
  return isTooMuch ? `${start}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}

import { isDeepStrictEqual } from "node:util";
import type { K8sObject, Status } from "../../api/object.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import type { KubeClient } from "../../kube/client.ts";
import { resourcePath } from "../../kube/client.ts";
import { type DiscoveredResource, Discovery } from "../../kube/discovery.ts";
import { namespaces } from "../../kube/known-resources.ts";
import { err, ok, type Result } from "../../result.ts";

const finalizer = "kubernetes";

/** What is left in a namespace after everything in it was asked to go. */
interface Remains {
  /** `RESOURCE.GROUP` and how many, in the order of discovery. */
  readonly resources: readonly { readonly name: string; readonly count: number }[];
  /** By finalizer: how many objects still carry it. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** What could not be deleted or listed, and why. */
  readonly failures: readonly string[];
}

/**
 * Empties a namespace that is to go, tells in its conditions what is in the way, and lets it go once nothing is
 * (spec: kube-api, section 9). Answers whether it has to be looked at again.
 */
export async function deleteNamespace(
  client: KubeClient,
  namespace: K8sObject,
  nowMs: number,
): Promise<Result<"done" | "again", Status>> {
  const name = namespace.metadata.name ?? "";
  const discovery = await Discovery.fetch(client.transport);
  if (!discovery.ok) return discovery;
  const resources = contentResources(discovery.value);
  const remains = await emptyNamespace(client, name, resources);
  const reported = await reportConditions(client, namespace, remains, nowMs);
  if (!reported.ok) return reported;
  if (remains.resources.length > 0 || remains.failures.length > 0) return ok("again");
  return finalize(client, reported.value);
}

/** One version of everything in a namespace that can be listed and deleted. Pods come first: they hold on to the rest. */
function contentResources(discovery: Discovery): readonly DiscoveredResource[] {
  const found = new Map<string, DiscoveredResource>();
  for (const resource of discovery.resources) {
    // Events of both groups are the same objects.
    const id = resource.resource === "events" ? "events" : `${resource.resource}.${resource.group}`;
    const deletable = resource.verbs.includes("list") && resource.verbs.includes("delete");
    if (resource.namespaced && deletable && !found.has(id)) found.set(id, resource);
  }
  const isPod = (resource: DiscoveredResource): boolean => resource.group === "" && resource.resource === "pods";
  return [...found.values()].sort((a, b) => Number(isPod(b)) - Number(isPod(a)));
}

async function emptyNamespace(
  client: KubeClient,
  namespace: string,
  resources: readonly DiscoveredResource[],
): Promise<Remains> {
  const counts: { name: string; count: number }[] = [];
  const finalizers = new Map<string, number>();
  const failures: string[] = [];
  for (const resource of resources) {
    const before = await client.list(resource, { namespace });
    if (!before.ok) {
      if (before.error.code !== 404) failures.push(before.error.message ?? "");
      continue;
    }
    if (before.value.items.length === 0) continue;
    const failed = await deleteAll(client, namespace, resource, before.value.items);
    if (failed !== undefined) failures.push(failed);
    const left = await client.list(resource, { namespace });
    const items = left.ok ? left.value.items : before.value.items;
    if (items.length === 0) continue;
    counts.push({ name: `${resource.resource}.${resource.group}`, count: items.length });
    for (const item of items)
      for (const held of item.metadata.finalizers ?? []) finalizers.set(held, (finalizers.get(held) ?? 0) + 1);
    // What pods use must outlive them.
    if (resource.group === "" && resource.resource === "pods") break;
  }
  return { resources: counts, finalizers, failures };
}

async function deleteAll(
  client: KubeClient,
  namespace: string,
  resource: DiscoveredResource,
  items: readonly K8sObject[],
): Promise<string | undefined> {
  if (items.every((item) => item.metadata.deletionTimestamp !== undefined)) return undefined;
  if (resource.verbs.includes("deletecollection")) {
    const response = await client.transport.send({
      method: "DELETE",
      path: resourcePath(resource, { namespace }),
      body: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Background" },
    });
    if (response.status < 300) return undefined;
    return isJsonObject(response.body) ? String(response.body["message"] ?? "") : `answered ${response.status}`;
  }
  for (const item of items) {
    const { name = "" } = item.metadata;
    const deleted = await client.delete(resource, { namespace, name }, { propagationPolicy: "Background" });
    if (!deleted.ok && deleted.error.code !== 404) return deleted.error.message ?? "";
  }
  return undefined;
}

interface Condition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

function conditionsOf(remains: Remains): readonly Condition[] {
  const { resources, finalizers, failures } = remains;
  const left = resources.map(({ name, count }) => `${name} has ${count} resource instances`).sort();
  const held = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).sort();
  return [
    {
      type: "NamespaceDeletionDiscoveryFailure",
      status: "False",
      reason: "ResourcesDiscovered",
      message: "All resources successfully discovered",
    },
    {
      type: "NamespaceDeletionGroupVersionParsingFailure",
      status: "False",
      reason: "ParsedGroupVersions",
      message: "All legacy kube types successfully parsed",
    },
    failures.length === 0
      ? {
          type: "NamespaceDeletionContentFailure",
          status: "False",
          reason: "ContentDeleted",
          message: "All content successfully deleted, may be waiting on finalization",
        }
      : {
          type: "NamespaceDeletionContentFailure",
          status: "True",
          reason: "ContentDeletionFailed",
          message: `Failed to delete all resource types, ${failures.length} remaining: ${failures.join(", ")}`,
        },
    left.length === 0
      ? {
          type: "NamespaceContentRemaining",
          status: "False",
          reason: "ContentRemoved",
          message: "All content successfully removed",
        }
      : {
          type: "NamespaceContentRemaining",
          status: "True",
          reason: "SomeResourcesRemain",
          message: `Some resources are remaining: ${left.join(", ")}`,
        },
    held.length === 0
      ? {
          type: "NamespaceFinalizersRemaining",
          status: "False",
          reason: "ContentHasNoFinalizers",
          message: "All content-preserving finalizers finished",
        }
      : {
          type: "NamespaceFinalizersRemaining",
          status: "True",
          reason: "SomeFinalizersRemain",
          message: `Some content in the namespace has finalizers remaining: ${held.join(", ")}`,
        },
  ];
}

/** Writes the conditions when they say something new; answers the namespace as it then is. */
async function reportConditions(
  client: KubeClient,
  namespace: K8sObject,
  remains: Remains,
  nowMs: number,
): Promise<Result<K8sObject, Status>> {
  const status = objectOf(namespace["status"]);
  const present = isJsonArray(status["conditions"]) ? status["conditions"].filter(isJsonObject) : [];
  const lastTransitionTime = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
  const wanted = conditionsOf(remains).map((condition): JsonObject => {
    const old = present.find((candidate) => candidate["type"] === condition.type);
    const same =
      old !== undefined &&
      old["status"] === condition.status &&
      old["reason"] === condition.reason &&
      old["message"] === condition.message;
    const { type, status: state, reason, message } = condition;
    return same ? old : { type, status: state, lastTransitionTime, reason, message };
  });
  const others = present.filter((condition) => !wanted.some((candidate) => candidate["type"] === condition["type"]));
  const conditions = [...others, ...wanted];
  if (isDeepStrictEqual(present, conditions)) return ok(namespace);
  return client.update(namespaces, { ...namespace, status: { ...status, conditions } }, { subresource: "status" });
}

async function finalize(client: KubeClient, namespace: K8sObject): Promise<Result<"done", Status>> {
  const spec = objectOf(namespace["spec"]);
  const finalizers = isJsonArray(spec["finalizers"]) ? spec["finalizers"] : [];
  const rest = finalizers.filter((item) => item !== finalizer);
  const done = await client.update(
    namespaces,
    { ...namespace, spec: { ...spec, finalizers: rest } },
    { subresource: "finalize" },
  );
  return done.ok || done.error.code === 404 ? ok("done") : err(done.error);
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value as JsonValue | undefined) ? (value as JsonObject) : {};
}

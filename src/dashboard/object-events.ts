import type { K8sObject, Status } from "../api/object.ts";
import { textOf } from "../api/object-fields.ts";
import type { KubeClient } from "../kube/client.ts";
import { events } from "../kube/known-resources.ts";
import { ok, type Result } from "../result.ts";
import type { ObjectEvent } from "./views/object-event.ts";

/** The Kubernetes events about an object, oldest first. */
export async function listObjectEvents(
  client: KubeClient,
  { kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string },
): Promise<Result<readonly ObjectEvent[], Status>> {
  const listed = await client.list(events, {
    namespace,
    fieldSelector: `involvedObject.kind=${kind},involvedObject.name=${name}`,
  });
  if (!listed.ok) return listed;
  // Times are whole seconds: within one, what was written later has the larger resource version.
  const lastSeen = (event: K8sObject) =>
    textOf(event, "lastTimestamp") ?? textOf(event, "eventTime") ?? event.metadata.creationTimestamp ?? undefined;
  const version = (event: K8sObject) => Number(event.metadata.resourceVersion);
  const items = listed.value.items.toSorted(
    (a, b) => (lastSeen(a) ?? "").localeCompare(lastSeen(b) ?? "") || version(a) - version(b),
  );
  return ok(
    items.map((event) => ({
      type: textOf(event, "type") ?? "",
      reason: textOf(event, "reason") ?? "",
      message: textOf(event, "message") ?? "",
      count: Number(event["count"] ?? 1),
      lastSeenAt: lastSeen(event),
      source: textOf(event, "source", "component") ?? textOf(event, "reportingComponent") ?? "",
    })),
  );
}

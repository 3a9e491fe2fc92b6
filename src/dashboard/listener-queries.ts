import type { K8sObject, Status } from "../api/object.ts";
import { conditionsOf, objectsOf, shown, textOf } from "../api/object-fields.ts";
import { isJsonArray, type JsonObject, type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { eventListeners } from "../kube/known-resources.ts";
import { webhookAddress } from "../kube/webhook-address.ts";
import { ok, type Result } from "../result.ts";
import type { ListenerDetail, ListenerSummary, ListenerTrigger } from "./views/listener-view.ts";

export async function listListeners(
  client: KubeClient,
  namespace: string | undefined,
): Promise<Result<readonly ListenerSummary[], Status>> {
  const listed = await client.list(eventListeners, { namespace });
  return listed.ok ? ok(listed.value.items.map(listenerSummary)) : listed;
}

function listenerSummary(listener: K8sObject): ListenerSummary {
  const conditions = conditionsOf(listener);
  const ready = conditions.find(({ type }) => type === "Ready");
  const culprit = conditions.find(({ type, status }) => type !== "Ready" && status !== "True") ?? ready;
  return {
    namespace: listener.metadata.namespace ?? "",
    name: listener.metadata.name ?? "",
    createdAt: listener.metadata.creationTimestamp ?? undefined,
    address: textOf(listener, "status", "address", "url"),
    isReady: ready?.status === "True",
    reason: ready?.status === "True" ? ready.message : ((culprit?.message || culprit?.reason) ?? ""),
    conditions,
    triggers: objectsOf(listener, "spec", "triggers").map((trigger) =>
      shown(trigger["name"] ?? trigger["triggerRef"] ?? ""),
    ),
  };
}

/** A listener with its triggers as it writes them. */
export async function getListener(
  client: KubeClient,
  key: { readonly namespace: string; readonly name: string },
): Promise<Result<ListenerDetail, Status>> {
  const listener = await client.get(eventListeners, key);
  if (!listener.ok) return listener;
  return ok({
    ...listenerSummary(listener.value),
    serviceAccount: textOf(listener.value, "spec", "serviceAccountName") ?? "default",
    webhook: await webhookAddress(client, key),
    triggerDetails: objectsOf(listener.value, "spec", "triggers").map(triggerDetail),
  });
}

function triggerDetail(trigger: JsonObject): ListenerTrigger {
  const reference = trigger["triggerRef"];
  const template = member(trigger["template"], "ref");
  return {
    name: shown(trigger["name"] ?? reference ?? ""),
    triggerRef: typeof reference === "string" ? reference : undefined,
    interceptors: namesOf(trigger["interceptors"]),
    bindings: namesOf(trigger["bindings"]),
    template: typeof template === "string" ? template : undefined,
  };
}

/** Names of interceptors or bindings: their own, or what they refer to; an interceptor without either is a webhook. */
function namesOf(list: JsonValue | undefined): readonly string[] {
  return (isJsonArray(list) ? list : []).map((item) => {
    const reference = member(item, "ref");
    const referred = typeof reference === "string" ? reference : member(reference, "name");
    return shown(member(item, "name") ?? referred ?? "webhook");
  });
}

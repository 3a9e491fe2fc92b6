import type { K8sObject, Status } from "../api/object.ts";
import { examineListener, maxExaminedEvents } from "../doctor/examine-listener.ts";
import type { KubeClient } from "../kube/client.ts";
import { eventListeners } from "../kube/known-resources.ts";
import { clientFailure } from "../kube/status.ts";
import { readConfiguration } from "../offline/cluster-configuration.ts";
import { readableResources } from "../offline/readable-resources.ts";
import { err, ok, type Result } from "../result.ts";
import type { StoredEvent } from "../triggers/event-journal.ts";
import { readEventObject } from "../triggers/event-object.ts";
import { listEvents } from "./event-queries.ts";
import type { DoctorView } from "./views/configuration-view.ts";

export interface ExaminedListeners {
  /** Undefined: of all namespaces. */
  readonly namespace: string | undefined;
  /** One by name; undefined: all. */
  readonly listener: string | undefined;
  /** How far back events are looked at: a duration or a time. */
  readonly since: string | undefined;
  readonly nowMs: number;
}

const defaultSince = "7d";
/** No more is read once the bodies of a listener's events are as large as this, added up. */
const maxExaminedBytes = 32 * 1024 * 1024;
/** Where configuration is read when that of all namespaces is refused and none is named. */
const defaultNamespace = "default";

/** What keeps listeners silent, as far as the account may look. */
export async function examineListeners(
  client: KubeClient,
  { namespace, listener: name, since = defaultSince, nowMs }: ExaminedListeners,
): Promise<Result<DoctorView, Status>> {
  const readNamespace = namespace ?? defaultNamespace;
  const read = await readConfiguration({ client, namespace: readNamespace });
  const [refusal] = read.unread.values();
  if (refusal !== undefined) return err(refusal);
  const listed = await client.list(eventListeners, { namespace });
  if (!listed.ok) return listed;
  const objects = listed.value.items.filter(({ metadata }) => name === undefined || metadata.name === name);
  if (name !== undefined && objects.length === 0) {
    const where = namespace === undefined ? "any namespace" : `namespace ${namespace}`;
    const missing = clientFailure(404, "NotFound", `there is no EventListener ${name} in ${where}`);
    return err({ ...missing, details: { group: eventListeners.group, kind: eventListeners.resource, name } });
  }
  const { resources, problems } = readableResources(read.manifests, { namespace: readNamespace });
  const hasSecrets = read.unreadSecrets === undefined;
  const listeners: DoctorView["listeners"][number][] = [];
  for (const object of objects) {
    const events = await recentEvents(client, object, { since, nowMs });
    // A time that is none is nobody's finding.
    if (!events.ok && events.error.code === 400) return events;
    const findings = await examineListener(object, {
      client,
      resources,
      hasSecrets,
      since,
      events: events.ok ? ok(events.value.stored) : err(events.error.message ?? ""),
      hasMoreEvents: events.ok && events.value.hasMore,
    });
    listeners.push({ listener: `${object.metadata.namespace}/${object.metadata.name}`, findings });
  }
  const unread = [read.unreadSecrets, read.unreadDefinitions].filter((status) => status !== undefined);
  return ok({ listeners, problems, unread });
}

async function recentEvents(
  client: KubeClient,
  { metadata }: K8sObject,
  { since, nowMs }: { readonly since: string; readonly nowMs: number },
): Promise<Result<{ readonly stored: readonly StoredEvent[]; readonly hasMore: boolean }, Status>> {
  const stored: StoredEvent[] = [];
  let bytes = 0;
  let token: string | undefined;
  do {
    const page = await listEvents(
      client,
      {
        namespace: metadata.namespace,
        listener: metadata.name,
        since,
        limit: maxExaminedEvents - stored.length,
        continue: token,
        isFull: true,
      },
      nowMs,
    );
    if (!page.ok) return page;
    for (const object of page.value.items) {
      const event = readEventObject(object);
      if (!event.ok) continue;
      stored.push(event.value);
      bytes += event.value.event.body.length;
    }
    token = page.value.continue;
  } while (token !== undefined && stored.length < maxExaminedEvents && bytes < maxExaminedBytes);
  return ok({ stored, hasMore: token !== undefined });
}

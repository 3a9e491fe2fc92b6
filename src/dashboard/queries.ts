import type { K8sObject, Resource, Status } from "../api/object.ts";
import { conditionsOf, objectsOf, shown, textOf } from "../api/object-fields.ts";
import { parseGoDuration } from "../api/pipelines/go-duration.ts";
import { isJsonArray, member } from "../json/value.ts";
import { type KubeClient, resourcePath } from "../kube/client.ts";
import { clientFailure, failureOf } from "../kube/status.ts";
import { err, ok, type Result } from "../result.ts";
import { eventApi } from "../triggers/event-object.ts";
import { eventSummary } from "./event-model.ts";
import { runDetail } from "./run-detail.ts";
import { type RunKind, type RunSummary, runResources, runSummary } from "./run-model.ts";
import type { ObjectEvent } from "./views/object-event.ts";
import type { EventPage, ListenerSummary } from "./views/overview-view.ts";
import type { RunDetail } from "./views/run-view.ts";

export const eventListeners: Resource = {
  group: "triggers.tekton.dev",
  version: "v1beta1",
  resource: "eventlisteners",
};

const customRuns: Resource = { group: "tekton.dev", version: "v1beta1", resource: "customruns" };
const kubeEvents: Resource = { group: "", version: "v1", resource: "events" };

/** Which events are asked for; each as it is written in a URL. */
export interface EventFilter {
  readonly namespace?: string | undefined;
  readonly listener?: string | undefined;
  readonly trigger?: string | undefined;
  readonly verdict?: string | undefined;
  readonly repository?: string | undefined;
  /** Stands somewhere in the event or its verdicts. */
  readonly text?: string | undefined;
  /** The id of the event that is repeated. */
  readonly replayOf?: string | undefined;
  /** A duration back from now, such as `24h` or `7d`, or a time. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly continue?: string | undefined;
  readonly limit: number;
}

const dayMs = 86_400_000;

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
    address: textOf(listener, "status", "address", "url"),
    isReady: ready?.status === "True",
    reason: ready?.status === "True" ? ready.message : ((culprit?.message || culprit?.reason) ?? ""),
    triggers: objectsOf(listener, "spec", "triggers").map((trigger) =>
      shown(trigger["name"] ?? trigger["triggerRef"] ?? ""),
    ),
  };
}

/** Runs, as the API server has them in order. */
export async function listRuns(
  client: KubeClient,
  kind: RunKind,
  namespace: string | undefined,
): Promise<Result<readonly RunSummary[], Status>> {
  const listed = await client.list(runResources[kind], { namespace });
  return listed.ok ? ok(listed.value.items.map((run) => runSummary(kind, run))) : listed;
}

/** A run with its tasks. */
export async function getRun(
  client: KubeClient,
  kind: RunKind,
  key: { readonly namespace: string; readonly name: string },
): Promise<Result<RunDetail, Status>> {
  const run = await client.get(runResources[kind], key);
  if (!run.ok) return run;
  if (kind === "taskruns") return ok(runDetail(kind, run.value, []));
  const childrenOf = (resource: Resource) =>
    client.list(resource, { namespace: key.namespace, labelSelector: `tekton.dev/pipelineRun=${key.name}` });
  const taskRuns = await childrenOf(runResources.taskruns);
  if (!taskRuns.ok) return taskRuns;
  const kinds = new Set(objectsOf(run.value, "status", "childReferences").map((child) => child["kind"]));
  const others = await Promise.all([
    ...(kinds.has("CustomRun") ? [childrenOf(customRuns)] : []),
    ...(kinds.has("PipelineRun") ? [childrenOf(runResources.pipelineruns)] : []),
  ]);
  // What may not be read is shown by the name that the run has for it.
  const children = [...taskRuns.value.items, ...others.flatMap((list) => (list.ok ? list.value.items : []))];
  return ok(runDetail(kind, run.value, children));
}

/** The Kubernetes events about a run, oldest first. */
export async function listRunEvents(
  client: KubeClient,
  kind: RunKind,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<Result<readonly ObjectEvent[], Status>> {
  const objectKind = kind === "pipelineruns" ? "PipelineRun" : "TaskRun";
  const listed = await client.list(kubeEvents, {
    namespace,
    fieldSelector: `involvedObject.kind=${objectKind},involvedObject.name=${name}`,
  });
  if (!listed.ok) return listed;
  // Times are whole seconds: within one, what was written later has the larger resource version.
  const lastSeen = (event: K8sObject) =>
    textOf(event, "lastTimestamp") ?? textOf(event, "eventTime") ?? event.metadata.creationTimestamp ?? undefined;
  const version = (event: K8sObject) => Number(event.metadata.resourceVersion);
  const items = [...listed.value.items].sort(
    (a, b) => (lastSeen(a) ?? "").localeCompare(lastSeen(b) ?? "") || version(a) - version(b),
  );
  return ok(
    items.map((event) => ({
      type: textOf(event, "type") ?? "",
      reason: textOf(event, "reason") ?? "",
      message: textOf(event, "message") ?? "",
      count: Number(event["count"] ?? 1),
      lastSeenAt: lastSeen(event),
    })),
  );
}

/** A page of events, newest first. */
export async function listEvents(
  client: KubeClient,
  filter: EventFilter,
  nowMs: number,
): Promise<Result<EventPage, Status>> {
  const query: Record<string, string> = { limit: String(filter.limit) };
  for (const name of ["listener", "trigger", "verdict", "repository", "text", "replayOf", "continue"] as const) {
    const value = filter[name];
    if (value !== undefined) query[name] = value;
  }
  for (const name of ["since", "until"] as const) {
    const text = filter[name];
    if (text === undefined) continue;
    const timeMs = timeFrom(text, nowMs);
    if (timeMs === undefined) {
      return err(
        clientFailure(
          400,
          "BadRequest",
          `${name} must be a duration such as 24h or 7d, or a time such as 2026-01-31T12:00:00Z`,
        ),
      );
    }
    query[name] = new Date(timeMs).toISOString();
  }
  const response = await client.transport.send({
    method: "GET",
    path: resourcePath(eventApi, { namespace: filter.namespace }),
    query,
    headers: { accept: "application/json" },
  });
  if (response.status >= 300) return err(eventsRefusal(failureOf(response.status, response.body)));
  const items = member(response.body, "items");
  const token = member(member(response.body, "metadata"), "continue");
  return ok({
    items: (isJsonArray(items) ? items : []).map((item) => eventSummary(item as unknown as K8sObject)),
    continue: typeof token === "string" && token !== "" ? token : undefined,
  });
}

/** An event with its body and the verdicts' documents. */
export async function getEvent(
  client: KubeClient,
  key: { readonly namespace: string; readonly id: string },
): Promise<Result<K8sObject, Status>> {
  const event = await client.get(eventApi, { namespace: key.namespace, name: key.id });
  return event.ok ? event : err(eventsRefusal(event.error));
}

/** A server that does not know the resource keeps no events. */
export function eventsRefusal(status: Status): Status {
  if (status.code !== 404 || status.details?.name !== undefined) return status;
  return clientFailure(501, "NotImplemented", "this server keeps no events: they are stored by `tektite up`");
}

function timeFrom(text: string, nowMs: number): number | undefined {
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  const durationMs = days === undefined ? parseGoDuration(text) : Number(days) * dayMs;
  if (durationMs !== undefined) return nowMs - durationMs;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

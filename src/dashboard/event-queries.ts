import type { K8sObject, Status } from "../api/object.ts";
import { isJsonArray, type JsonValue, member } from "../json/value.ts";
import { type KubeClient, resourcePath } from "../kube/client.ts";
import { type Followed, followChanges } from "../kube/follow-changes.ts";
import { clientFailure, failureOf } from "../kube/status.ts";
import { err, ok, type Result } from "../result.ts";
import type { StoredEvent } from "../triggers/event-journal.ts";
import { eventApi, readEventObject } from "../triggers/event-object.ts";
import { eventSummary } from "./event-model.ts";
import { parseTime, timeForms } from "./parse-time.ts";
import type { EventRecord, FullEventPage } from "./views/event-view.ts";

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
}

export interface EventPageOptions extends EventFilter {
  readonly limit: number;
  readonly continue?: string | undefined;
  /** With bodies and the verdicts' documents. */
  readonly isFull?: boolean;
}

interface EventKey {
  readonly namespace: string;
  readonly id: string;
}

/** A page of events, newest first, as objects of the API. */
export async function listEvents(
  client: KubeClient,
  options: EventPageOptions,
  nowMs: number,
): Promise<Result<FullEventPage, Status>> {
  const filter = filterQuery(options, nowMs);
  if (!filter.ok) return filter;
  const query: Record<string, string> = { ...filter.value, limit: String(options.limit) };
  if (options.continue !== undefined) query["continue"] = options.continue;
  if (options.isFull === true) query["view"] = "full";
  const body = await askEvents(client, options.namespace, query);
  if (!body.ok) return body;
  const items = member(body.value, "items");
  const token = member(member(body.value, "metadata"), "continue");
  return ok({
    items: (isJsonArray(items) ? items : []) as unknown as readonly K8sObject[],
    continue: typeof token === "string" && token !== "" ? token : undefined,
  });
}

/** What the API answers to a list of events with that query; who may not list them, and where there are none, is told. */
export async function askEvents(
  client: KubeClient,
  namespace: string | undefined,
  query: Readonly<Record<string, string>>,
): Promise<Result<JsonValue, Status>> {
  const response = await client.transport.send({
    method: "GET",
    path: resourcePath(eventApi, { namespace }),
    query,
    headers: { accept: "application/json" },
  });
  return response.status < 300 ? ok(response.body) : err(eventsRefusal(failureOf(response.status, response.body)));
}

/** An event with its body and the verdicts' documents. */
export async function getEvent(client: KubeClient, key: EventKey): Promise<Result<K8sObject, Status>> {
  const event = await client.get(eventApi, { namespace: key.namespace, name: key.id });
  return event.ok ? event : err(eventsRefusal(event.error));
}

/** {@link getEvent}, and what stands in it. */
export async function readStored(
  client: KubeClient,
  key: EventKey,
): Promise<Result<{ readonly object: K8sObject; readonly event: StoredEvent }, Status>> {
  const object = await getEvent(client, key);
  if (!object.ok) return object;
  const event = readEventObject(object.value);
  return event.ok
    ? ok({ object: object.value, event: event.value })
    : err(clientFailure(500, "InternalError", event.error));
}

/** How many events are looked at when following begins, and after a lost connection. */
const followedAtOnce = 500;

/**
 * Events as they come and change, oldest first; those since the filter's `since` (now, if there is none) at the
 * beginning. The error is that following cannot begin.
 */
export async function followEvents(
  client: KubeClient,
  given: EventFilter,
  { nowMs, signal }: { readonly nowMs: number; readonly signal: AbortSignal },
): Promise<Result<AsyncGenerator<EventRecord>, Status>> {
  const filter = { ...given, since: given.since ?? new Date(nowMs).toISOString() };
  const query = filterQuery(filter, nowMs);
  if (!query.ok) return query;
  const changes = followChanges(client, eventApi, { namespace: filter.namespace, query: query.value, signal });
  const first = await changes.next();
  if (first.done !== true && first.value.kind === "refused") {
    await changes.return(undefined);
    return err(eventsRefusal(first.value.status));
  }
  const newest = () => listEvents(client, { ...filter, ...query.value, limit: followedAtOnce }, nowMs);
  return ok(eventRecords(first, changes, newest));
}

async function* eventRecords(
  first: IteratorResult<Followed>,
  changes: AsyncGenerator<Followed>,
  newest: () => Promise<Result<FullEventPage, Status>>,
): AsyncGenerator<EventRecord> {
  // Told once, however often it is tried.
  let isAway = false;
  for (let next = first; next.done !== true; next = await changes.next()) {
    const followed = next.value;
    if (followed.kind === "refused") {
      const isOver = (followed.status.code ?? 500) < 500;
      if (isOver || !isAway) yield { kind: "problem", status: eventsRefusal(followed.status), isOver };
      if (isOver) return;
      isAway = true;
      continue;
    }
    isAway = false;
    if (followed.kind === "change") {
      if (followed.type !== "DELETED") yield { kind: "event", event: eventSummary(followed.object) };
      continue;
    }
    const page = await newest();
    if (!page.ok) {
      yield { kind: "problem", status: page.error, isOver: true };
      return;
    }
    for (const object of page.value.items.toReversed()) yield { kind: "event", event: eventSummary(object) };
  }
}

/** A refusal to do something with events, in words: a server that does not know the resource keeps none. */
export function eventsRefusal(status: Status): Status {
  if (status.code !== 404 || status.details?.name !== undefined) return status;
  return clientFailure(501, "NotImplemented", "this server keeps no events: they are stored by `tektite up`");
}

/** The filter as the API takes it: with times in place of durations. */
function filterQuery(filter: EventFilter, nowMs: number): Result<Record<string, string>, Status> {
  const query: Record<string, string> = {};
  for (const name of ["listener", "trigger", "verdict", "repository", "text", "replayOf"] as const) {
    const value = filter[name];
    if (value !== undefined) query[name] = value;
  }
  for (const name of ["since", "until"] as const) {
    const text = filter[name];
    if (text === undefined) continue;
    const timeMs = parseTime(text, nowMs);
    if (timeMs === undefined) return err(clientFailure(400, "BadRequest", `${name} must be ${timeForms}`));
    query[name] = new Date(timeMs).toISOString();
  }
  return ok(query);
}

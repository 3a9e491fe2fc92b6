import type { EndpointValues } from "../dashboard/local-endpoints.ts";
import type { JsonViews } from "../dashboard/views/endpoint-views.ts";
import { err, ok, type Result } from "../result.ts";
import type { ConnectionOptions } from "./connection.ts";
import { type EndpointConnection, endpointFailure, placeText } from "./endpoints.ts";
import { type Failure, failure } from "./failure.ts";
import { timeOfFlag } from "./time-flag.ts";

/** Which stored events a command is about. */
export interface EventFilters extends ConnectionOptions {
  readonly listener?: string;
  readonly trigger?: string;
  readonly verdict?: string;
  /** Part of a repository's name. */
  readonly repository?: string;
  /** Stands somewhere in the event or its verdicts. */
  readonly text?: string;
  /** A duration back from now, such as `24h`, or a time. */
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
}

/** An event as endpoints name it. */
export interface EventKey {
  readonly namespace: string;
  readonly id: string;
}

/** Whether anything but the namespace chooses among the events. */
export function isFiltered({ listener, trigger, verdict, repository, text, since, until }: EventFilters): boolean {
  return [listener, trigger, verdict, repository, text, since, until].some((filter) => filter !== undefined);
}

/** For people: that there is no such event, and where to look further. */
export function noEventsText(connection: EndpointConnection, filters: EventFilters): string {
  const where = placeText(connection);
  if (isFiltered(filters)) return `no events in ${where} are of this kind`;
  return `no events have come in to ${where}: \`tektite doctor\` tells the addresses, and what was refused`;
}

/** The filters as `GET /api/events` takes them: times as they are now. Exit code 2 when one is none. */
export function eventValues(
  { listed }: EndpointConnection,
  { listener, trigger, verdict, repository, text, since, until }: EventFilters,
): Result<EndpointValues, Failure> {
  const nowMs = Date.now();
  const times: Record<string, string> = {};
  for (const name of ["since", "until"] as const) {
    const given = { since, until }[name];
    if (given === undefined) continue;
    const timeMs = timeOfFlag(name, given, nowMs);
    if (!timeMs.ok) return timeMs;
    times[name] = new Date(timeMs.value).toISOString();
  }
  return ok({ namespace: listed, listener, trigger, verdict, repository, text, ...times });
}

/** How many events are asked for at once. */
const pageSize = 200;

/** Hands over stored events page by page, newest first, until `limit` is reached. */
export async function readEvents<P extends "events" | "events?view=full">(
  connection: EndpointConnection,
  pattern: P,
  filters: EventFilters,
  onPage: (page: JsonViews[P]["items"]) => Promise<void> | void,
): Promise<Result<void, Failure>> {
  const values = eventValues(connection, filters);
  if (!values.ok) return values;
  const { limit = Number.POSITIVE_INFINITY } = filters;
  const ask = (token: string | undefined, count: number) => {
    const size = Math.min(pageSize, limit - count);
    const answer = connection.endpoints.get(pattern, { ...values.value, limit: size, continue: token });
    // Looked at when its turn comes, which may be never.
    answer.catch(() => undefined);
    return answer;
  };
  let count = 0;
  for (let asked = limit > 0 ? ask(undefined, 0) : undefined; asked !== undefined; ) {
    const page = await asked;
    if (!page.ok) return err(endpointFailure(page.error));
    const { items, continue: token } = page.value;
    count += items.length;
    // The server is busy with the next page while this one is worked upon.
    asked = token !== undefined && count < limit ? ask(token, count) : undefined;
    await onPage(items);
  }
  return ok(undefined);
}

/** {@link readEvents}, all of them. */
export async function listEvents<P extends "events" | "events?view=full">(
  connection: EndpointConnection,
  pattern: P,
  filters: EventFilters,
): Promise<Result<JsonViews[P]["items"][number][], Failure>> {
  const events: JsonViews[P]["items"][number][] = [];
  const read = await readEvents(connection, pattern, filters, (page) => {
    events.push(...page);
  });
  return read.ok ? ok(events) : read;
}

/** Event IDs have this length: what is shorter is the beginning of one. */
const idLength = 36;
/** Among so many, the newest, an ID is looked for by its beginning. */
const maxSearched = 5_000;

/** An event by its ID, by the beginning of its ID, or, without one, the newest that the filters let through. */
export async function findEvent(
  connection: EndpointConnection,
  id: string | undefined,
  filters: EventFilters,
): Promise<Result<EventKey, Failure>> {
  if (id !== undefined && id.length >= idLength) return ok({ namespace: connection.namespace, id });
  const listed = await listEvents(connection, "events", { ...filters, limit: id === undefined ? 1 : maxSearched });
  if (!listed.ok) return listed;
  const [first, ...others] = id === undefined ? listed.value : listed.value.filter((event) => event.id.startsWith(id));
  if (first === undefined) {
    return err(failure(id === undefined ? noEventsText(connection, filters) : `no event ${id} is stored`));
  }
  if (others.length > 0) return err(failure(`${others.length + 1} events begin with ${id}: give more of the ID`));
  return ok({ namespace: first.namespace, id: first.id });
}

/** {@link findEvent}, and the answer of an endpoint about it. */
export async function getFoundEvent<P extends "events/:namespace/:id" | "events/:namespace/:id?view=full">(
  connection: EndpointConnection,
  pattern: P,
  id: string | undefined,
  filters: EventFilters,
): Promise<Result<JsonViews[P], Failure>> {
  const key = await findEvent(connection, id, filters);
  if (!key.ok) return key;
  const event = await connection.endpoints.get(pattern, { ...key.value });
  return event.ok ? event : err(endpointFailure(event.error));
}

import type { K8sObject } from "../api/object.ts";
import { parseGoDuration } from "../api/pipelines/go-duration.ts";
import { isJsonArray, member } from "../json/value.ts";
import { resourcePath } from "../kube/client.ts";
import { type Followed, followChanges } from "../kube/follow-changes.ts";
import { failureOf } from "../kube/status.ts";
import { err, ok, type Result } from "../result.ts";
import type { StoredEvent } from "../triggers/event-journal.ts";
import { eventApi, readEventObject } from "../triggers/event-object.ts";
import type { Connection, ConnectionOptions } from "./connection.ts";
import { apiFailure, type Failure, failure, usageFailure } from "./failure.ts";

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

/** For people: that there is no such event, and where to look further. */
export function noEventsText({ namespace }: Connection, filters: EventFilters): string {
  const { listener, trigger, verdict, repository, text, since, until, allNamespaces } = filters;
  const where = allNamespaces === true ? "any namespace" : `namespace ${namespace}`;
  const isFiltered = [listener, trigger, verdict, repository, text, since, until].some(
    (filter) => filter !== undefined,
  );
  if (isFiltered) return `no events in ${where} are of this kind`;
  return `no events have come in to ${where}: \`tektite doctor\` tells the addresses, and what was refused`;
}

/** How many events are asked for at once. */
const pageSize = 200;

/** Stored events, newest first, as objects of the API; page by page, until `limit` is reached. */
export async function fetchEvents(
  connection: Connection,
  filters: EventFilters,
  options: { readonly isFull?: boolean; readonly onPage?: (page: readonly K8sObject[]) => Promise<void> } = {},
): Promise<Result<readonly K8sObject[], Failure>> {
  const query = queryOf(filters, Date.now());
  if (!query.ok) return query;
  const namespace = filters.allNamespaces === true ? undefined : connection.namespace;
  const limit = filters.limit ?? Number.POSITIVE_INFINITY;
  const events: K8sObject[] = [];
  const ask = (token: string, count: number) => {
    const answer = connection.client.transport.send({
      method: "GET",
      path: resourcePath(eventApi, { namespace }),
      query: {
        ...query.value,
        limit: String(Math.min(pageSize, limit - count)),
        ...(options.isFull === true ? { view: "full" } : {}),
        ...(token === "" ? {} : { continue: token }),
      },
      headers: { accept: "application/json" },
    });
    // Looked at when its turn comes, which may be never.
    answer.catch(() => undefined);
    return answer;
  };
  let count = 0;
  for (let asked = limit > 0 ? ask("", 0) : undefined; asked !== undefined; ) {
    const response = await asked;
    if (response.status >= 300) return err(eventsFailure(response.status, response.body));
    const items = member(response.body, "items");
    const page = (isJsonArray(items) ? items : []) as unknown as readonly K8sObject[];
    count += page.length;
    const token = String(member(member(response.body, "metadata"), "continue") ?? "");
    // The server is busy with the next page while this one is worked upon.
    asked = token !== "" && count < limit ? ask(token, count) : undefined;
    if (options.onPage) await options.onPage(page);
    else events.push(...page);
  }
  return ok(events);
}

/** One event by its ID, by the beginning of its ID, or, without one, the newest that the filters let through. */
export async function fetchEvent(
  connection: Connection,
  id: string | undefined,
  filters: EventFilters,
): Promise<Result<K8sObject, Failure>> {
  let name = id;
  let { namespace } = connection;
  if (id === undefined || id.length < 36) {
    const limit = id === undefined ? 1 : 5_000;
    const listed = await fetchEvents(connection, { ...filters, limit });
    if (!listed.ok) return listed;
    const found = listed.value.filter(({ metadata }) => metadata.name?.startsWith(id ?? "") === true);
    const [first] = found;
    if (first === undefined) {
      return err(failure(id === undefined ? noEventsText(connection, filters) : `no event ${id} is stored`));
    }
    if (found.length > 1) return err(failure(`${found.length} events begin with ${id}: give more of the ID`));
    name = first.metadata.name ?? "";
    namespace = first.metadata.namespace ?? namespace;
  }
  const response = await connection.client.transport.send({
    method: "GET",
    path: resourcePath(eventApi, { namespace, name: name ?? "" }),
    headers: { accept: "application/json" },
  });
  if (response.status >= 300) return err(eventsFailure(response.status, response.body));
  return ok(response.body as unknown as K8sObject);
}

/** {@link fetchEvent}, read. */
export async function readEvent(
  connection: Connection,
  id: string | undefined,
  filters: EventFilters,
): Promise<Result<StoredEvent, Failure>> {
  const object = await fetchEvent(connection, id, filters);
  if (!object.ok) return object;
  const stored = readEventObject(object.value);
  return stored.ok ? stored : err(failure(stored.error));
}

/** The changes of the events that the filters let through, as they come. Exit code 2 when a filter is wrong. */
export function followEvents(
  connection: Connection,
  filters: EventFilters,
  signal: AbortSignal,
): Result<AsyncIterable<Followed>, Failure> {
  const query = queryOf(filters, Date.now());
  if (!query.ok) return query;
  const namespace = filters.allNamespaces === true ? undefined : connection.namespace;
  return ok(followChanges(connection.client, eventApi, { namespace, query: query.value, signal }));
}

/** A refusal in words: a server without the events API is a cluster's. */
export function eventsFailure(status: number, body: unknown): Failure {
  const refusal = failureOf(status, body as never);
  if (status === 404 && !/"[^"]+" not found/.test(refusal.message ?? "")) {
    return failure("this server keeps no events: they are stored by `tektite up`");
  }
  return apiFailure(refusal);
}

/** The time that `24h` (before now) or `2026-01-31T12:00:00Z` means, in milliseconds; undefined for neither. */
function timeOf(text: string, nowMs: number): number | undefined {
  const days = /^(\d+)d$/.exec(text)?.[1];
  const durationMs = days === undefined ? parseGoDuration(text) : Number(days) * 86_400_000;
  if (durationMs !== undefined) return nowMs - durationMs;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function queryOf(filters: EventFilters, nowMs: number): Result<Record<string, string>, Failure> {
  const query: Record<string, string> = {};
  for (const name of ["listener", "trigger", "verdict", "repository", "text"] as const) {
    const value = filters[name];
    if (value !== undefined) query[name] = value;
  }
  for (const name of ["since", "until"] as const) {
    const text = filters[name];
    if (text === undefined) continue;
    const timeMs = timeOf(text, nowMs);
    if (timeMs === undefined) {
      return err(
        usageFailure(
          `--${name} ${text}: expected a duration such as 24h or 7d, or a time such as 2026-01-31T12:00:00Z`,
        ),
      );
    }
    query[name] = new Date(timeMs).toISOString();
  }
  return ok(query);
}

import type { PairState } from "../../triggers/event-journal.ts";
import type { ListenerRef } from "../../triggers/run-trigger.ts";
import type { Row } from "./journal-rows.ts";

/** What came in at one listener during one minute, and what has become of it. */
export interface MinuteCount {
  readonly listener: ListenerRef;
  /** Minutes since 1970. */
  readonly minute: number;
  readonly events: number;
  /** Events that some trigger has not finished with. */
  readonly unfinished: number;
  /** Events that no trigger has looked at. */
  readonly unmatched: number;
  /** How many pairs of event and trigger stand how. */
  readonly states: Readonly<Partial<Record<PairState, number>>>;
}

export const minuteMs = 60_000;

/** How a database writes what the queries need. */
interface Dialect {
  readonly events: string;
  readonly pairs: string;
  /** Whether two ids of events are the same. */
  readonly isSameId: (id: string, other: string) => string;
  readonly unfinished: string;
  /** The value with that index, from 0. */
  readonly mark: (index: number) => string;
}

/** Runs one query. */
type Read = (sql: string, ...values: readonly number[]) => Promise<readonly Row[]>;

/** Counts the events that were received in `[sinceMs, untilMs)`, by queries that read no bodies. */
export async function countMinutes(
  read: Read,
  { events, pairs, isSameId, unfinished, mark }: Dialect,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
): Promise<readonly MinuteCount[]> {
  const key = `e.namespace, e.listener, e.received_ms / ${minuteMs}`;
  const keyed = `e.namespace AS namespace, e.listener AS listener, e.received_ms / ${minuteMs} AS minute`;
  const between = `e.received_ms >= ${mark(0)} AND e.received_ms < ${mark(1)}`;
  const all = await read(
    `SELECT ${keyed}, count(*) AS count,
       sum(CASE WHEN EXISTS (SELECT 1 FROM ${pairs} p WHERE ${isSameId("p.event_id", "e.id")}) THEN 0 ELSE 1 END) AS unmatched
     FROM ${events} e WHERE ${between} GROUP BY ${key}`,
    sinceMs,
    untilMs,
  );
  const states = await read(
    `SELECT ${keyed}, p.state AS state, count(*) AS count
     FROM ${events} e JOIN ${pairs} p ON ${isSameId("p.event_id", "e.id")} WHERE ${between} GROUP BY ${key}, p.state`,
    sinceMs,
    untilMs,
  );
  const waiting = await read(
    `SELECT ${keyed}, count(*) AS count FROM ${events} e WHERE ${unfinished} AND ${between} GROUP BY ${key}`,
    sinceMs,
    untilMs,
  );
  const waitingByKey = new Map(waiting.map((row) => [keyOf(row), Number(row["count"])]));
  const statesByKey = Map.groupBy(states, keyOf);
  return all.map((row) => ({
    listener: { namespace: String(row["namespace"]), name: String(row["listener"]) },
    minute: Number(row["minute"]),
    events: Number(row["count"]),
    unfinished: waitingByKey.get(keyOf(row)) ?? 0,
    unmatched: Number(row["unmatched"]),
    states: Object.fromEntries(
      (statesByKey.get(keyOf(row)) ?? []).map(({ state, count }) => [String(state), Number(count)]),
    ),
  }));
}

function keyOf({ namespace, listener, minute }: Row): string {
  return `${namespace}/${listener}/${minute}`;
}

import type { PoolClient } from "pg";
import type { AcceptedEvent, PairRecord } from "../../triggers/event-journal.ts";
import { eventColumns, eventValues, pairColumns, pairValues } from "./journal-rows.ts";

/** A write that waits for the next commit. */
export type PostgresWrite =
  /** `deliveredSinceMs`: only if its delivery was not taken in at or after that time. */
  | { readonly kind: "event"; readonly event: AcceptedEvent; readonly deliveredSinceMs?: number }
  | { readonly kind: "pair"; readonly pair: PairRecord }
  | { readonly kind: "finish"; readonly eventId: string }
  /** An event that its sender was not told to be accepted. */
  | { readonly kind: "discard"; readonly eventId: string };

type Value = string | number | Uint8Array | null;

type EventWrite = Extract<PostgresWrite, { readonly kind: "event" }>;

/**
 * Writes all in one transaction: either all of it is on disk afterwards, or it throws and nothing is. Events whose
 * delivery is known are left out: gives the id of the first delivery's event by theirs.
 */
export async function writeBatch(
  client: PoolClient,
  writes: readonly PostgresWrite[],
  owner: number,
): Promise<ReadonlyMap<string, string>> {
  const claims = writes.filter((write): write is EventWrite => {
    return write.kind === "event" && write.deliveredSinceMs !== undefined && write.event.deliveryId !== undefined;
  });
  if (claims.length === 0) {
    await writeAll(client, writes, owner);
    return new Map();
  }
  await client.query("BEGIN");
  try {
    const known = await claimDeliveries(client, claims);
    const others = writes.filter((write) => write.kind !== "event" || !known.has(write.event.id));
    await writeAll(client, others, owner);
    await client.query("COMMIT");
    return known;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

/** The primary key decides between sinks: of several that claim a delivery at once, the others wait for the first. */
async function claimDeliveries(
  client: PoolClient,
  claims: readonly EventWrite[],
): Promise<ReadonlyMap<string, string>> {
  const values: (string | number)[] = [];
  const mark = (value: string | number) => `$${values.push(typeof value === "string" ? printable(value) : value)}`;
  // In one order for all, or two sinks might wait for each other.
  const ordered = claims.toSorted((a, b) => ((a.event.deliveryId ?? "") < (b.event.deliveryId ?? "") ? -1 : 1));
  const rows = ordered.map(({ event, deliveredSinceMs = 0 }) => {
    const { id, listener, deliveryId = "", receivedAtMs } = event;
    const row = [listener.namespace, listener.name, deliveryId, id, receivedAtMs, receivedAtMs - deliveredSinceMs];
    return `(${row.map(mark).join(", ")})`;
  });
  const claimed = await client.query<{ event_id: string }>(
    `INSERT INTO tektite_deliveries AS d (namespace, listener, delivery_id, event_id, received_ms, window_ms)
     VALUES ${rows.join(", ")}
     ON CONFLICT (namespace, listener, delivery_id) DO UPDATE SET event_id = EXCLUDED.event_id,
       received_ms = EXCLUDED.received_ms, window_ms = EXCLUDED.window_ms
     WHERE d.received_ms < EXCLUDED.received_ms - EXCLUDED.window_ms RETURNING event_id`,
    values,
  );
  const own = new Set(claimed.rows.map(({ event_id: id }) => id));
  const known = new Map<string, string>();
  for (const { event } of claims) {
    if (own.has(event.id)) continue;
    const { namespace, name } = event.listener;
    const first = await client.query<{ event_id: string }>(
      "SELECT event_id FROM tektite_deliveries WHERE namespace = $1 AND listener = $2 AND delivery_id = $3",
      [namespace, name, printable(event.deliveryId ?? "")],
    );
    known.set(event.id, first.rows[0]?.event_id ?? "");
  }
  return known;
}

/** One statement: one round trip. What is finished or discarded was inserted by an earlier one. */
async function writeAll(client: PoolClient, writes: readonly PostgresWrite[], owner: number): Promise<void> {
  const events = writes.flatMap((write) => (write.kind === "event" ? [[...eventValues(write.event), owner]] : []));
  // Of several on the same pair the last counts.
  const pairs = new Map<string, readonly Value[]>();
  for (const write of writes) {
    if (write.kind !== "pair") continue;
    const { eventId, trigger } = write.pair;
    pairs.set(JSON.stringify([eventId, trigger.path]), [...pairValues(write.pair), trigger.name]);
  }
  const finished = writes.flatMap((write) => (write.kind === "finish" ? [write.eventId] : []));
  const discarded = writes.flatMap((write) => (write.kind === "discard" ? [write.eventId] : []));
  const values: (Value | readonly string[])[] = [];
  const mark = (value: Value | readonly string[]): string => `$${values.push(storable(value))}`;
  const rows = (all: readonly (readonly Value[])[]) => all.map((row) => `(${row.map(mark).join(", ")})`).join(", ");
  const parts: string[] = [];
  if (events.length > 0) parts.push(`INSERT INTO tektite_events (${eventColumns}, owner) VALUES ${rows(events)}`);
  if (pairs.size > 0) {
    const all = rows([...pairs.values()]);
    parts.push(`INSERT INTO tektite_pairs (${pairColumns}, trigger_name) VALUES ${all} ${onConflict}`);
  }
  if (finished.length > 0) {
    parts.push(`UPDATE tektite_events SET finished = TRUE WHERE id = ANY(${mark(finished)}::text[])`);
  }
  if (discarded.length > 0) {
    parts.push(`DELETE FROM tektite_events WHERE id = ANY(${mark(discarded)}::text[])`);
    parts.push(`DELETE FROM tektite_deliveries WHERE event_id = ANY(${mark(discarded)}::text[])`);
  }
  const last = parts.pop();
  if (last === undefined) return;
  const before = parts.map((part, index) => `part${index} AS (${part})`);
  await client.query(before.length === 0 ? last : `WITH ${before.join(", ")} ${last}`, values);
}

const onConflict = `ON CONFLICT (event_id, path) DO UPDATE SET ${[
  "state",
  "attempts",
  "updated_ms",
  "verdict",
  "created",
  "error",
]
  .map((column) => `${column} = EXCLUDED.${column}`)
  .join(", ")}`;

function storable(value: Value | readonly string[]): Value | readonly string[] {
  return typeof value === "string" ? printable(value) : value;
}

/** PostgreSQL keeps no U+0000 and no lone surrogates in texts; JSON has both escaped. */
function printable(text: string): string {
  return text.replaceAll("\u0000", "\ufffd").toWellFormed();
}

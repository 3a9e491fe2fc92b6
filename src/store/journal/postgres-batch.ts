import type { PoolClient } from "pg";
import type { AcceptedEvent, PairRecord } from "../../triggers/event-journal.ts";
import { eventColumns, eventValues, pairColumns, pairValues } from "./journal-rows.ts";

/** A write that waits for the next commit. */
export type PostgresWrite =
  | { readonly kind: "event"; readonly event: AcceptedEvent }
  | { readonly kind: "pair"; readonly pair: PairRecord }
  | { readonly kind: "finish"; readonly eventId: string }
  /** An event that its sender was not told to be accepted. */
  | { readonly kind: "discard"; readonly eventId: string };

type Value = string | number | Uint8Array | null;

/**
 * Writes all in one statement, which is one transaction and one round trip: either all of it is on disk afterwards, or
 * it throws and nothing is. What is finished or discarded was inserted by an earlier statement.
 */
export async function writeBatch(client: PoolClient, writes: readonly PostgresWrite[], owner: number): Promise<void> {
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
  if (discarded.length > 0) parts.push(`DELETE FROM tektite_events WHERE id = ANY(${mark(discarded)}::text[])`);
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

/** PostgreSQL keeps no U+0000 and no lone surrogates in texts; JSON has both escaped. */
function storable(value: Value | readonly string[]): Value | readonly string[] {
  return typeof value === "string" ? value.replaceAll("\u0000", "\ufffd").toWellFormed() : value;
}

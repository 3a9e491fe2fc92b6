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

/** Writes all in one transaction: either all of it is on disk afterwards, or it throws and nothing is. */
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
  await client.query("BEGIN");
  try {
    if (events.length > 0) {
      await client.query(`INSERT INTO tektite_events (${eventColumns}, owner) VALUES ${marks(events)}`, flat(events));
    }
    if (pairs.size > 0) {
      const rows = [...pairs.values()];
      await client.query(
        `INSERT INTO tektite_pairs (${pairColumns}, trigger_name) VALUES ${marks(rows)} ${onConflict}`,
        flat(rows),
      );
    }
    if (finished.length > 0) {
      await client.query("UPDATE tektite_events SET finished = TRUE WHERE id = ANY($1)", [finished]);
    }
    if (discarded.length > 0) await client.query("DELETE FROM tektite_events WHERE id = ANY($1)", [discarded]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
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

function marks(rows: readonly (readonly Value[])[]): string {
  let number = 0;
  return rows.map((row) => `(${row.map(() => `$${++number}`).join(", ")})`).join(", ");
}

/** PostgreSQL keeps no U+0000 and no lone surrogates in texts; JSON has both escaped. */
function flat(rows: readonly (readonly Value[])[]): Value[] {
  return rows.flatMap((row) =>
    row.map((value) => (typeof value === "string" ? value.replaceAll("\u0000", "\ufffd").toWellFormed() : value)),
  );
}

import { hashSecretValue, isSecretHeader } from "../../interceptors/secret-header.ts";
import { encodeObject, parseObject } from "../../json/object-text.ts";
import type { JsonValue } from "../../json/value.ts";
import type { AcceptedEvent, PairRecord } from "../../triggers/event-journal.ts";
import type { EventHeader } from "../../triggers/trigger-event.ts";

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** Values for `INSERT INTO events`, in the order of {@link eventColumns}. */
export function eventValues(event: AcceptedEvent): (string | number | Uint8Array | null)[] {
  return [
    event.id,
    event.listener.namespace,
    event.listener.name,
    event.receivedAtMs,
    event.method,
    event.url,
    JSON.stringify(storedHeader(event)),
    event.body,
    event.remoteAddress ?? null,
    event.deliveryId ?? null,
    event.replayOf ?? null,
    event.repository ?? null,
  ];
}

export const eventColumns =
  "id, namespace, listener, received_ms, method, url, header, body, remote_address, delivery_id, replay_of, repository";

/** What is read of events whose bodies are left out. */
export const briefColumns: string = ["seq", "finished", "length(body) AS body_bytes"]
  .concat(eventColumns.split(", ").filter((column) => column !== "body"))
  .join(", ");

/** Values for `INSERT INTO pairs`, in the order of {@link pairColumns}. */
export function pairValues(pair: PairRecord): (string | number | null)[] {
  return [
    pair.eventId,
    pair.trigger.path,
    JSON.stringify(pair.trigger),
    pair.state,
    pair.attempts,
    pair.startedAtMs,
    pair.updatedAtMs,
    pair.verdict === undefined ? null : encodeObject(pair.verdict as unknown as JsonValue),
    JSON.stringify(pair.created),
    pair.error ?? null,
  ];
}

export const pairColumns = "event_id, path, trigger, state, attempts, started_ms, updated_ms, verdict, created, error";

export function readEvent(row: Row): AcceptedEvent {
  const { remote_address: remoteAddress, delivery_id: deliveryId, replay_of: replayOf, repository } = row;
  return {
    id: String(row["id"]),
    listener: { namespace: String(row["namespace"]), name: String(row["listener"]) },
    receivedAtMs: Number(row["received_ms"]),
    method: String(row["method"]),
    url: String(row["url"]),
    header: JSON.parse(String(row["header"])) as EventHeader,
    body: (row["body"] ?? new Uint8Array(0)) as Uint8Array,
    ...(typeof remoteAddress === "string" ? { remoteAddress } : {}),
    ...(typeof deliveryId === "string" ? { deliveryId } : {}),
    ...(typeof replayOf === "string" ? { replayOf } : {}),
    ...(typeof repository === "string" ? { repository } : {}),
  };
}

export function readPair(row: Row): PairRecord {
  const { verdict, error } = row;
  return {
    eventId: String(row["event_id"]),
    trigger: JSON.parse(String(row["trigger"])) as PairRecord["trigger"],
    state: String(row["state"]) as PairRecord["state"],
    attempts: Number(row["attempts"]),
    startedAtMs: Number(row["started_ms"]),
    updatedAtMs: Number(row["updated_ms"]),
    created: JSON.parse(String(row["created"])) as PairRecord["created"],
    ...(typeof verdict === "string"
      ? { verdict: parseObject(verdict) as unknown as NonNullable<PairRecord["verdict"]> }
      : {}),
    ...(typeof error === "string" ? { error } : {}),
  };
}

/** The headers with hashes in the place of secrets; those of a replayed event are hashed already. */
export function storedHeader({ header, replayOf }: AcceptedEvent): EventHeader {
  if (replayOf !== undefined) return header;
  if (!Object.keys(header).some(isSecretHeader)) return header;
  return Object.fromEntries(
    Object.entries(header).map(([name, values]) => [name, isSecretHeader(name) ? values.map(hashSecretValue) : values]),
  );
}

import type { Condition } from "../api/object-fields.ts";
import type { ObjectEvent } from "../dashboard/views/object-event.ts";
import { formatAge } from "./age.ts";
import { formatTable } from "./table.ts";

/** The conditions of an object as a table; empty when it has none. */
export function conditionTable(conditions: readonly Condition[]): string {
  const rows = conditions.map(({ type, status, reason, message }) => [type, status, reason, message]);
  return rows.length === 0 ? "" : formatTable(["TYPE", "STATUS", "REASON", "MESSAGE"], rows);
}

/** The events about an object, as kubectl prints them. */
export function eventTable(events: readonly ObjectEvent[]): string {
  if (events.length === 0) return "Events:  <none>\n";
  const nowMs = Date.now();
  const rows = events.map(({ type, reason, message, lastSeenAt, source }) => [
    `  ${type}`,
    reason,
    lastSeenAt === undefined ? "<unknown>" : formatAge(nowMs - Date.parse(lastSeenAt)),
    source,
    message,
  ]);
  return `Events:\n${formatTable(["  Type", "Reason", "Age", "From", "Message"], rows)}`;
}

import { randomUUID } from "node:crypto";

/**
 * A UUID for an event that has come in: in the form of version 4, with 74 random bits, but with the time in milliseconds
 * as its last 48 ("COMB"). So ids in order of time stand together in an index, and differ from their first character on,
 * as those who shorten them want it.
 */
export function newEventId(nowMs = Date.now()): string {
  return randomUUID().slice(0, 24) + nowMs.toString(16).padStart(12, "0").slice(-12);
}

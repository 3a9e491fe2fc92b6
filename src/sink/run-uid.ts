import { createHash } from "node:crypto";
import type { SelectedTrigger } from "../triggers/select-triggers.ts";

/**
 * The value of `$(uid)` in one run of a trigger: a UUID made of event and trigger, so that a run which is repeated
 * after a crash asks for objects of the same names.
 */
export function runUid({ identity }: SelectedTrigger, eventId: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify(["uid", eventId, identity.path]))
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x40;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex", 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

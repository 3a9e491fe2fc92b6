import type { Status } from "../api/object.ts";

/** What a Status says, for a sentence of ours. */
export function statusText({ message, reason }: Status): string {
  return message || reason || "unknown error";
}

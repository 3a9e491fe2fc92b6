import { sleep } from "../kube/backoff.ts";
import type { EventChanges } from "../store/journal/event-changes.ts";
import type { EventReader } from "../store/journal/event-reader.ts";

const everyMs = 1_000;
/** How many of the newest events are looked at each time. */
const lookedAt = 200;
/** Whoever watches asks at least this often. */
const askedWithinMs = 90_000;

/**
 * Tells those who watch of events that other sinks write into the same journal: their commits are not this process's to
 * see, so the newest events are looked at while somebody watches.
 */
export async function followOtherSinks(
  reader: EventReader,
  changes: EventChanges,
  { signal, log }: { readonly signal: AbortSignal; readonly log: (message: string) => void },
): Promise<void> {
  const startedAtMs = Date.now();
  for (; !signal.aborted; await sleep(everyMs, signal)) {
    if (!changes.isAskedSince(Date.now() - askedWithinMs)) continue;
    try {
      const newest = await reader.events({ limit: lookedAt, isBrief: true, sinceMs: startedAtMs });
      for (const stored of [...newest].reverse()) changes.found(stored);
    } catch (error) {
      if (!signal.aborted)
        log(`events of other sinks cannot be followed: ${error instanceof Error ? error.message : error}`);
    }
  }
}

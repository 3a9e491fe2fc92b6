import type { ObjectMeta } from "../../api/object.ts";
import { sleep } from "../../kube/backoff.ts";
import type { KubeClient } from "../../kube/client.ts";
import { events } from "../../kube/known-resources.ts";
import { MetadataWatch } from "./metadata-watch.ts";

/** Events are kept for one hour after they were last written (spec: kube-api, section 13). */
const keepMs = 60 * 60 * 1000;
const sweepMs = 60 * 1000;

interface KnownEvent {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly writtenMs: number;
}

/** Deletes events that are older than an hour. Runs until the signal aborts. */
export async function expireEvents(client: KubeClient, nowMs: () => number, signal: AbortSignal): Promise<void> {
  const known = new Map<string, KnownEvent>();
  const watch = new MetadataWatch(client.transport, events, (event) => {
    const { uid = "", namespace = "", name = "", resourceVersion = "" } = event.metadata;
    if (event.kind === "deleted") known.delete(uid);
    else known.set(uid, { namespace, name, resourceVersion, writtenMs: lastWrite(event.metadata, nowMs()) });
  });
  await watch.start(signal);
  while (!signal.aborted) {
    const beforeMs = nowMs() - keepMs;
    for (const [uid, { namespace, name, resourceVersion, writtenMs }] of known) {
      if (writtenMs > beforeMs) continue;
      // An event that was written meanwhile stays; the watch tells its new time.
      await client.delete(events, { namespace, name }, { uid, resourceVersion });
      known.delete(uid);
    }
    await sleep(sweepMs, signal);
  }
}

/** When the event was last written: the newest time that its field managers left, else its creation. */
function lastWrite(metadata: ObjectMeta, nowMs: number): number {
  const times = [metadata.creationTimestamp, ...(metadata.managedFields ?? []).map((entry) => entry["time"])];
  const known = times
    .map((time) => (typeof time === "string" ? Date.parse(time) : Number.NaN))
    .filter((ms) => !Number.isNaN(ms));
  return known.length === 0 ? nowMs : Math.max(...known);
}

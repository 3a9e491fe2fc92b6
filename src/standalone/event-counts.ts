import type { JsonObject } from "../json/value.ts";
import { type MinuteCount, minuteMs } from "../store/journal/minute-counts.ts";
import { eventApi } from "../triggers/event-object.ts";

const shownMinutes = 60;

/**
 * What came in during the last day, by listener: `TriggerEventCounts` with `total`, `unmatched` (no trigger looked at
 * them), `verdicts` by state, and `perMinute` of the last hour, oldest first (docs/events.md).
 */
export function eventCounts(counts: readonly MinuteCount[], namespace: string | undefined, nowMs: number): JsonObject {
  const firstMinute = Math.floor(nowMs / minuteMs) - shownMinutes + 1;
  const visible = counts.filter(({ listener }) => namespace === undefined || listener.namespace === namespace);
  const byListener = Map.groupBy(visible, ({ listener }) => `${listener.namespace}/${listener.name}`);
  return {
    apiVersion: `${eventApi.group}/${eventApi.version}`,
    kind: "TriggerEventCounts",
    metadata: {},
    listeners: [...byListener]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, minutes]) => ({ ...minutes[0]?.listener, ...listenerCounts(minutes, firstMinute) })),
  };
}

function listenerCounts(minutes: readonly MinuteCount[], firstMinute: number): JsonObject {
  const perMinute = new Array<number>(shownMinutes).fill(0);
  const verdicts: Record<string, number> = {};
  let [total, unmatched] = [0, 0];
  for (const { minute, events, unmatched: none, states } of minutes) {
    total += events;
    unmatched += none;
    for (const [state, count] of Object.entries(states)) verdicts[state] = (verdicts[state] ?? 0) + count;
    const at = minute - firstMinute;
    if (at >= 0 && at < shownMinutes) perMinute[at] = (perMinute[at] ?? 0) + events;
  }
  return { total, unmatched, verdicts, perMinute };
}

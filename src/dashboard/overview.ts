import type { Status } from "../api/object.ts";
import { isJsonArray, isJsonObject, type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { ok, type Result } from "../result.ts";
import { type VerdictState, verdictStates } from "./event-model.ts";
import { askEvents } from "./event-queries.ts";
import { listListeners } from "./listener-queries.ts";
import { isActive } from "./run-model.ts";
import type { EventCounts, OverviewView } from "./views/overview-view.ts";
import type { Visit } from "./visit.ts";

const shownRuns = 10;

/** Listeners, the events of the last day, the runs that go on and the last that failed. */
export async function getOverview({ client, namespace, listRuns }: Visit): Promise<OverviewView> {
  const [listeners, events, runs] = await Promise.all([
    listListeners(client, namespace),
    countEvents(client, namespace),
    listRuns("pipelineruns"),
  ]);
  return {
    listeners: valueOrStatus(listeners),
    events: valueOrStatus(events),
    runs: runs.ok
      ? {
          active: runs.value.filter(isActive).slice(0, shownRuns),
          failed: runs.value.filter(({ state }) => state === "failed").slice(0, shownRuns),
          total: runs.value.length,
        }
      : runs.error,
  };
}

function valueOrStatus<T>(result: Result<T, Status>): T | Status {
  return result.ok ? result.value : result.error;
}

/** Counted by the server that stores them (docs/events.md). */
async function countEvents(
  client: KubeClient,
  namespace: string | undefined,
): Promise<Result<Exclude<OverviewView["events"], Status>, Status>> {
  const counted = await askEvents(client, namespace, { view: "counts" });
  if (!counted.ok) return counted;
  const listeners = member(counted.value, "listeners");
  const byListener = Object.fromEntries(
    (isJsonArray(listeners) ? listeners : []).map((entry) => [
      `${member(entry, "namespace")}/${member(entry, "name")}`,
      countsOf(entry),
    ]),
  );
  return ok({ all: sumOf(Object.values(byListener)), byListener });
}

function countsOf(entry: JsonValue): EventCounts {
  const verdicts = member(entry, "verdicts");
  const perMinute = member(entry, "perMinute");
  const ofState = (state: VerdictState) => (isJsonObject(verdicts) ? Number(verdicts[state] ?? 0) : 0);
  return {
    total: Number(member(entry, "total") ?? 0),
    byVerdict: verdictRecord((state) => (state === "none" ? Number(member(entry, "unmatched") ?? 0) : ofState(state))),
    perMinute: (isJsonArray(perMinute) ? perMinute : []).map(Number),
  };
}

function sumOf(counts: readonly EventCounts[]): EventCounts {
  const sum = (value: (count: EventCounts) => number) => counts.reduce((total, count) => total + value(count), 0);
  const minutes = Math.max(0, ...counts.map(({ perMinute }) => perMinute.length));
  return {
    total: sum(({ total }) => total),
    byVerdict: verdictRecord((state) => sum(({ byVerdict }) => byVerdict[state])),
    perMinute: Array.from({ length: minutes }, (_, at) => sum(({ perMinute }) => perMinute[at] ?? 0)),
  };
}

function verdictRecord(value: (state: VerdictState | "none") => number): EventCounts["byVerdict"] {
  const states = [...verdictStates, "none"] as const;
  return Object.fromEntries(states.map((state) => [state, value(state)])) as EventCounts["byVerdict"];
}

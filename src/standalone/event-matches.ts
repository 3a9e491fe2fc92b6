import type { K8sObject } from "../api/object.ts";
import { isJsonArray, type JsonValue, member } from "../json/value.ts";
import type { EventQuery } from "../store/journal/event-reader.ts";

/** Whether an event as the API shows it is one that a list with those conditions would show. */
export function matchesQuery(event: K8sObject, query: EventQuery): boolean {
  const spec = event["spec"] as JsonValue | undefined;
  const verdicts = member(event["status"] as JsonValue | undefined, "verdicts");
  const pairs = isJsonArray(verdicts) ? verdicts : [];
  const receivedAtMs = Date.parse(String(member(spec, "receivedAt") ?? ""));
  const { listener, trigger, state, repository, replayOf, sinceMs, untilMs } = query;
  const repositoryText = String(member(spec, "repository") ?? "").toLowerCase();
  return (
    (listener?.name === undefined || member(spec, "listener") === listener.name) &&
    (trigger === undefined || pairs.some((pair) => member(member(pair, "trigger"), "name") === trigger)) &&
    (state === undefined || pairs.some((pair) => member(pair, "state") === state)) &&
    (repository === undefined || repositoryText.includes(repository.toLowerCase())) &&
    (replayOf === undefined || member(spec, "replayOf") === replayOf) &&
    (sinceMs === undefined || receivedAtMs >= sinceMs) &&
    (untilMs === undefined || receivedAtMs < untilMs)
  );
}

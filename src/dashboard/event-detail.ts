import type { K8sObject } from "../api/object.ts";
import { isSecretHeader } from "../interceptors/secret-header.ts";
import { isConnectionHeader } from "../offline/event-export.ts";
import { placedObject } from "../offline/placed-object.ts";
import type { PairRecord, StoredEvent } from "../triggers/event-journal.ts";
import { type Explanation, explainPairs, explainSilence } from "../triggers/explain.ts";
import { eventSummary } from "./event-model.ts";
import { partYaml } from "./object-yaml.ts";
import type { EventView, HeaderView, TriggerPathView } from "./views/event-view.ts";

/** All that the page of an event shows. */
export function eventView(object: K8sObject, stored: StoredEvent, replays: EventView["replays"]): EventView {
  const { event, pairs } = stored;
  const explanations = explainPairs(pairs);
  return {
    ...eventSummary(object),
    method: event.method,
    headers: Object.entries(event.header).flatMap(([name, values]) =>
      values.map((value): HeaderView => ({ name, value, kind: headerKind(name) })),
    ),
    bodyBytes: event.body.length,
    silence: explainSilence(stored),
    triggers: pairs.map((pair, index) => triggerPath(pair, explanations[index])),
    replays,
  };
}

function headerKind(name: string): HeaderView["kind"] {
  if (isSecretHeader(name)) return "hashed";
  return isConnectionHeader(name) ? "connection" : "plain";
}

function triggerPath(pair: PairRecord, explanation: Explanation | undefined): TriggerPathView {
  const { trigger, state, attempts, startedAtMs, updatedAtMs, created, verdict } = pair;
  const missing = state === "created" ? [] : (verdict?.objects ?? []).slice(created.length);
  return {
    path: trigger.path,
    name: trigger.name,
    title: explanation?.trigger ?? "",
    group: trigger.group,
    kind: trigger.kind,
    namespace: trigger.namespace,
    state,
    attempts,
    startedAt: new Date(startedAtMs).toISOString(),
    updatedAt: new Date(updatedAtMs).toISOString(),
    summary: explanation?.summary ?? "",
    details: explanation?.details ?? [],
    interceptors: verdict?.interceptors ?? [],
    extensions: verdict?.extensions ?? {},
    params: verdict?.params ?? [],
    created: created.map(({ kind, namespace, name }) => ({ kind, namespace, name })),
    notCreated: missing.map((planned) => partYaml(placedObject(planned))),
  };
}

import type { K8sObject } from "../api/object.ts";
import { fieldOf, objectsOf, shown, textOf } from "../api/object-fields.ts";
import { isJsonArray, isJsonObject, type JsonValue, member } from "../json/value.ts";

export const verdictStates = ["created", "filtered", "rejected", "failed", "dead", "retrying", "running"] as const;
export type VerdictState = (typeof verdictStates)[number];

/** What one trigger made of an event, in a list. */
export interface VerdictSummary {
  readonly trigger: string;
  /** Of the trigger, unique within the event. */
  readonly path: string;
  readonly state: VerdictState;
  readonly message: string;
  readonly created: readonly CreatedLink[];
}

export interface CreatedLink {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** An event in a list. */
export interface EventSummary {
  readonly namespace: string;
  readonly id: string;
  readonly listener: string;
  readonly receivedAt: string;
  /** What the sender calls it, such as `push`; empty when it does not. */
  readonly type: string;
  readonly repository: string | undefined;
  readonly isFinished: boolean;
  readonly replayOf: string | undefined;
  /** Path and query as the listener got them. */
  readonly url: string;
  readonly remoteAddress: string | undefined;
  readonly deliveryId: string | undefined;
  readonly verdicts: readonly VerdictSummary[];
}

/** Headers by which code hosts name an event. */
const typeHeaders = [
  "x-gitea-event",
  "x-forgejo-event",
  "x-gogs-event",
  "x-github-event",
  "x-gitlab-event",
  "x-event-key",
  "ce-type",
];

export function eventSummary(object: K8sObject): EventSummary {
  return {
    namespace: object.metadata.namespace ?? "",
    id: object.metadata.name ?? "",
    listener: textOf(object, "spec", "listener") ?? "",
    receivedAt: textOf(object, "spec", "receivedAt") ?? object.metadata.creationTimestamp ?? "",
    type: typeOf(fieldOf(object, "spec", "header")),
    repository: textOf(object, "spec", "repository"),
    isFinished: fieldOf(object, "status", "finished") === true,
    replayOf: textOf(object, "spec", "replayOf"),
    url: textOf(object, "spec", "url") ?? "",
    remoteAddress: textOf(object, "spec", "remoteAddress"),
    deliveryId: textOf(object, "spec", "deliveryId"),
    verdicts: objectsOf(object, "status", "verdicts").map(verdictOf),
  };
}

function verdictOf(verdict: JsonValue): VerdictSummary {
  const trigger = member(verdict, "trigger");
  const created = member(verdict, "created");
  const name = shown(member(trigger, "name"));
  const path = shown(member(trigger, "path"));
  return {
    trigger: name === "" ? path : name,
    path,
    state: shown(member(verdict, "state")) as VerdictState,
    message: shown(member(verdict, "message")),
    created: (isJsonArray(created) ? created : []).map((object) => ({
      kind: shown(member(object, "kind")),
      namespace: shown(member(object, "namespace")) || undefined,
      name: shown(member(object, "name")),
    })),
  };
}

function typeOf(header: JsonValue | undefined): string {
  if (!isJsonObject(header)) return "";
  const names = new Map(Object.keys(header).map((name) => [name.toLowerCase(), name]));
  for (const wanted of typeHeaders) {
    const values = header[names.get(wanted) ?? ""];
    const value = isJsonArray(values) ? shown(values[0]) : "";
    if (value !== "") return value;
  }
  return "";
}

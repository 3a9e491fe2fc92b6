import type { K8sObject } from "../api/object.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import type { PairRecord, StoredEvent } from "./event-journal.ts";

/** `apiVersion` and `kind` of a stored event in the API. */
export const eventApi = { group: "events.tektite.dev", version: "v1alpha1", resource: "triggerevents" } as const;
export const eventKind = "TriggerEvent";

/**
 * A stored event as an object of the API (docs/events.md). `isFull`: with the body and the verdict documents, which may
 * be large.
 */
export function eventObject({ event, pairs, isFinished, bodyBytes }: StoredEvent, isFull: boolean): K8sObject {
  const { id, listener, receivedAtMs, method, url, header, body, remoteAddress, deliveryId, replayOf } = event;
  return {
    apiVersion: `${eventApi.group}/${eventApi.version}`,
    kind: eventKind,
    metadata: { name: id, namespace: listener.namespace, uid: id, creationTimestamp: wholeSeconds(receivedAtMs) },
    spec: {
      listener: listener.name,
      receivedAt: new Date(receivedAtMs).toISOString(),
      method,
      url,
      header,
      bodyBytes: bodyBytes ?? body.length,
      ...(isFull ? { body: Buffer.from(body).toString("base64") } : {}),
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
      ...(deliveryId === undefined ? {} : { deliveryId }),
      ...(replayOf === undefined ? {} : { replayOf }),
      ...(event.repository === undefined ? {} : { repository: event.repository }),
    },
    status: eventStatus(
      pairs.map((pair) => pairObject(pair, isFull)),
      isFinished,
    ),
  };
}

/** The status of a stored event. */
export function eventStatus(verdicts: readonly JsonObject[], isFinished: boolean): JsonObject {
  return { finished: isFinished, verdicts };
}

/** What one trigger made of an event, as an entry of `status.verdicts`. */
export function pairObject(pair: PairRecord, isFull: boolean): JsonObject {
  const { trigger, state, attempts, startedAtMs, updatedAtMs, created, error, verdict } = pair;
  const message = error ?? (verdict && "message" in verdict.outcome ? verdict.outcome.message : undefined);
  return {
    trigger: trigger as unknown as JsonObject,
    state,
    attempts,
    startedAt: new Date(startedAtMs).toISOString(),
    updatedAt: new Date(updatedAtMs).toISOString(),
    created: created as unknown as JsonValue,
    ...(message === undefined ? {} : { message }),
    ...(error === undefined ? {} : { error }),
    ...(isFull && verdict !== undefined ? { verdict: verdict as unknown as JsonObject } : {}),
  };
}

/** The reverse of {@link eventObject}; without a body where the object has none. */
export function readEventObject(object: K8sObject): Result<StoredEvent, string> {
  const spec = object["spec"] as JsonValue | undefined;
  const status = object["status"] as JsonValue | undefined;
  const { name, namespace } = object.metadata;
  const header = member(spec, "header");
  if (object.kind !== eventKind || name === undefined || namespace === undefined || !isJsonObject(header)) {
    return err("the server's answer is no TriggerEvent: is it a Tektite of this version?");
  }
  const text = (field: string): string => String(member(spec, field) ?? "");
  const optional = <K extends string>(field: K): { readonly [P in K]?: string } => {
    const value = member(spec, field);
    return typeof value === "string" ? ({ [field]: value } as { readonly [P in K]: string }) : {};
  };
  const verdicts = member(status, "verdicts");
  return ok({
    event: {
      id: name,
      listener: { namespace, name: text("listener") },
      receivedAtMs: Date.parse(text("receivedAt")),
      method: text("method"),
      url: text("url"),
      header: header as unknown as StoredEvent["event"]["header"],
      body: Buffer.from(text("body"), "base64"),
      ...optional("remoteAddress"),
      ...optional("deliveryId"),
      ...optional("replayOf"),
      ...optional("repository"),
    },
    pairs: (isJsonArray(verdicts) ? verdicts : []).map((verdict) => readPair(name, verdict)),
    isFinished: member(status, "finished") === true,
  });
}

function readPair(eventId: string, value: JsonValue): PairRecord {
  const verdict = member(value, "verdict");
  const error = member(value, "error");
  return {
    eventId,
    trigger: member(value, "trigger") as unknown as PairRecord["trigger"],
    state: String(member(value, "state")) as PairRecord["state"],
    attempts: Number(member(value, "attempts")),
    startedAtMs: Date.parse(String(member(value, "startedAt"))),
    updatedAtMs: Date.parse(String(member(value, "updatedAt"))),
    created: (member(value, "created") ?? []) as unknown as PairRecord["created"],
    ...(verdict === undefined ? {} : { verdict: verdict as unknown as NonNullable<PairRecord["verdict"]> }),
    ...(typeof error === "string" ? { error } : {}),
  };
}

function wholeSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

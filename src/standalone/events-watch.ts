import type { K8sObject, Status } from "../api/object.ts";
import type { ResourceRequest, WatchFrame } from "../apiserver/pipeline.ts";
import { badRequest, expired } from "../apiserver/status.ts";
import { readListOptions } from "../apiserver/verbs/list-options.ts";
import type { WatchForm } from "../apiserver/verbs/watch.ts";
import { encodeObject } from "../json/object-text.ts";
import type { JsonValue } from "../json/value.ts";
import { sleep } from "../kube/backoff.ts";
import { err, ok, type Result } from "../result.ts";
import type { EventChange, EventChanges } from "../store/journal/event-changes.ts";
import type { EventReader } from "../store/journal/event-reader.ts";
import { eventApi, eventKind, eventObject } from "../triggers/event-object.ts";

/** Changes are told at most this often: an event that is finished with at once is told once. */
const pauseMs = 100;
const bookmarkEveryMs = 60_000;
const defaultTimeoutMs = 30 * 60_000;
/** Events that a watch without a resourceVersion begins with. */
const initialEvents = 100;

export interface EventsWatchOptions {
  readonly reader: EventReader;
  readonly changes: EventChanges;
  /** Which events are asked for. */
  readonly matches: (event: K8sObject) => boolean;
  readonly form: WatchForm;
}

/** A watch of stored events, as of any resource (spec: kube-api, section 5), except that changes are put together. */
export function watchEvents(
  routed: ResourceRequest,
  { reader, changes, matches, form }: EventsWatchOptions,
): Result<AsyncIterable<readonly WatchFrame[]>, Status> {
  const options = readListOptions(routed, true);
  if (!options.ok) return options;
  const {
    resourceVersion,
    timeoutSeconds = 0,
    allowWatchBookmarks,
    sendInitialEvents,
    tellsInitialEnd,
  } = options.value;
  const { namespace, request } = routed;
  if (!/^\d*$/.test(resourceVersion)) {
    return err(badRequest("resourceVersion must be one that the server gave"));
  }
  const isMeant = (object: K8sObject): boolean =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    options.value.matches?.(object) !== false &&
    matches(object);
  const put = (type: string, object: K8sObject) => frame(type, form ? form(object) : (object as unknown as JsonValue));
  const bookmark = (version: number, annotations?: Readonly<Record<string, string>>) => {
    const metadata = { resourceVersion: String(version), ...(annotations && { annotations }) };
    return put("BOOKMARK", { kind: eventKind, apiVersion: `${eventApi.group}/${eventApi.version}`, metadata });
  };
  const objectOf = async ({ id, version, object }: EventChange): Promise<K8sObject | undefined> => {
    if (object !== undefined) return inVersion(object, version);
    const stored = await reader.event(id);
    return stored && inVersion(eventObject(stored, false), version);
  };
  const limit = timeoutSeconds > 0 ? timeoutSeconds * 1000 : defaultTimeoutMs;

  async function* frames(): AsyncGenerator<readonly WatchFrame[]> {
    const isFromNow = resourceVersion === "" || resourceVersion === "0" || sendInitialEvents;
    let told = isFromNow ? changes.last : Number(resourceVersion);
    if (isFromNow) {
      const newest = await reader.events({
        ...(namespace && { listener: { namespace } }),
        limit: initialEvents,
        isBrief: true,
      });
      const first = newest
        .map((stored) => inVersion(eventObject(stored, false), changes.versionOf(stored.event.id)))
        .filter(isMeant)
        .reverse()
        .map((object) => put("ADDED", object));
      if (tellsInitialEnd && allowWatchBookmarks) first.push(bookmark(told, { "k8s.io/initial-events-end": "true" }));
      if (first.length > 0) yield first;
    }
    const end = AbortSignal.any([request.signal, AbortSignal.timeout(limit)]);
    let bookmarkAtMs = Date.now() + bookmarkEveryMs;
    while (!end.aborted) {
      const changed = changes.after(told);
      if (changed === undefined) {
        yield [frame("ERROR", expired(`too old resource version: ${told}`) as unknown as JsonValue)];
        return;
      }
      told = changed.at(-1)?.version ?? told;
      const batch: WatchFrame[] = [];
      for (const change of changed) {
        if (change.object !== undefined && !isMeant(change.object)) continue;
        const object = await objectOf(change);
        if (object !== undefined && isMeant(object)) batch.push(put(change.type, object));
      }
      if (allowWatchBookmarks && Date.now() >= bookmarkAtMs) {
        bookmarkAtMs = Date.now() + bookmarkEveryMs;
        batch.push(bookmark(told));
      }
      if (batch.length > 0) yield batch;
      await sleep(pauseMs, end);
      if (changes.last === told) await changes.next(Math.max(1, bookmarkAtMs - Date.now()), end);
    }
  }
  return ok(frames());
}

/** An event as it is at that version. */
export function inVersion(object: K8sObject, version: number): K8sObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}

const encoder = new TextEncoder();

function frame(type: string, object: JsonValue): WatchFrame {
  const value: JsonValue = { type, object };
  return { bytes: () => encoder.encode(`${encodeObject(value)}\n`), value: () => value };
}

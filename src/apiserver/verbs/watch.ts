import { zeroObject } from "../../api/core/go-codec.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { encodeObject } from "../../json/object-text.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { StoredObject, StoreEvent } from "../../store/object-store.ts";
import type { WatchQueue } from "../../store/watch-queue.ts";
import type { ResourceRequest, WatchFrame } from "../pipeline.ts";
import { apiVersionOf, servedVersion } from "../resource-definition.ts";
import { expired, plainError } from "../status.ts";
import { keyPrefix, type ListRequest, readListOptions } from "./list-options.ts";
import { oneInVersion, type ServerContext, withRevision } from "./server-context.ts";

const bookmarkIntervalMs = 60_000;
const bookmarkBeforeEndMs = 2_000;
const minServerTimeoutMs = 30 * 60_000;

/** Puts an object into the form the client asked for (Table, PartialObjectMetadata); stateful per watch. */
export type WatchForm = ((object: K8sObject) => JsonValue) | undefined;

/** A watch of a collection (spec: kube-api, section 5). */
export function watchVerb(
  context: ServerContext,
  routed: ResourceRequest,
  form: WatchForm,
): Result<AsyncIterable<readonly WatchFrame[]>, Status> {
  const options = readListOptions(routed, true);
  if (!options.ok) return options;
  const { resourceVersion } = options.value;
  if (resourceVersion !== "" && !/^\d+$/.test(resourceVersion)) {
    return err(
      plainError(
        `resourceVersion: Invalid value: ${JSON.stringify(resourceVersion)}: strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`,
      ),
    );
  }
  return ok(new Watch(context, routed, options.value, form).frames());
}

const encoder = new TextEncoder();

/** Frames of stored objects as they are: shared by all watchers of a change. */
const sharedFrames = new WeakMap<StoredObject, Map<string, WatchFrame>>();

function sharedFrame(type: string, stored: StoredObject): WatchFrame {
  let byType = sharedFrames.get(stored);
  if (!byType) {
    byType = new Map();
    sharedFrames.set(stored, byType);
  }
  let frame = byType.get(type);
  if (!frame) {
    let bytes: Uint8Array | undefined;
    let value: JsonValue | undefined;
    frame = {
      bytes: () => {
        bytes ??= encoder.encode(`{"type":"${type}","object":${stored.text}}\n`);
        return bytes;
      },
      value: () => {
        value ??= { type, object: stored.object as unknown as JsonObject };
        return value;
      },
    };
    byType.set(type, frame);
  }
  return frame;
}

function ownFrame(type: string, object: JsonValue): WatchFrame {
  const value: JsonValue = { type, object };
  return { bytes: () => encoder.encode(`${encodeObject(value)}\n`), value: () => value };
}

class Watch {
  readonly #context: ServerContext;
  readonly #routed: ResourceRequest;
  readonly #options: ListRequest;
  readonly #form: WatchForm;
  /** The revision the client knows about, and whether a bookmark said so. */
  #told = 0;
  #toldByBookmark = false;

  constructor(context: ServerContext, routed: ResourceRequest, options: ListRequest, form: WatchForm) {
    this.#context = context;
    this.#routed = routed;
    this.#options = options;
    this.#form = form;
  }

  async *frames(): AsyncGenerator<readonly WatchFrame[]> {
    const { store } = this.#context;
    const { definition, request } = this.#routed;
    const prefix = keyPrefix(this.#routed);
    const asked = this.#options.resourceVersion;
    const synthetic = asked === "" || asked === "0" || this.#options.sendInitialEvents;
    const start = store.revision;
    const after = synthetic ? start : Number(asked);
    const tooOld = !synthetic && after < (definition.watchableFrom ?? 0);
    const opened = tooOld ? undefined : store.watch(definition.collection, prefix, after);
    if (!opened?.ok) {
      const oldest = opened ? opened.error.oldest : (definition.watchableFrom ?? 0);
      yield [ownFrame("ERROR", expired(`too old resource version: ${asked} (${oldest})`) as unknown as JsonValue)];
      return;
    }
    const queue = opened.value;
    const stop = (): void => queue.close("closed");
    request.signal.addEventListener("abort", stop, { once: true });
    try {
      yield* this.#run(queue, synthetic, prefix, after);
    } finally {
      request.signal.removeEventListener("abort", stop);
      queue.close("closed");
    }
  }

  async *#run(
    queue: WatchQueue,
    synthetic: boolean,
    prefix: string,
    after: number,
  ): AsyncGenerator<readonly WatchFrame[]> {
    const { store } = this.#context;
    const { definition } = this.#routed;
    this.#told = after;
    if (synthetic) {
      const initial: WatchFrame[] = [];
      for (const stored of store.list(definition.collection, prefix)) {
        if (this.#options.keyMatches && !this.#options.keyMatches(stored.key)) continue;
        if (this.#options.matches && !this.#options.matches(stored.object)) continue;
        initial.push(await this.#frame("ADDED", stored));
      }
      // A client that takes bookmarks and names no version is told where the present ends, asked or not.
      if (this.#options.tellsInitialEnd && this.#options.allowWatchBookmarks) {
        initial.push(this.#bookmark(after, { "k8s.io/initial-events-end": "true" }));
      }
      if (initial.length > 0) yield initial;
    }
    const timeoutMs =
      this.#options.timeoutSeconds !== undefined && this.#options.timeoutSeconds > 0
        ? this.#options.timeoutSeconds * 1000
        : minServerTimeoutMs * (1 + Math.random());
    const end = Date.now() + timeoutMs;
    let nextBookmark = this.#nextBookmark(end);
    while (!queue.end) {
      const now = Date.now();
      if (now >= end) return;
      const batch = await queue.next(Math.min(nextBookmark, end) - now);
      const frames: WatchFrame[] = [];
      for (const event of batch) {
        const frame = await this.#eventFrame(event);
        if (frame) {
          frames.push(frame);
          this.#toldByBookmark = false;
        }
        this.#told = event.object.revision;
      }
      if (Date.now() >= nextBookmark) {
        nextBookmark = this.#nextBookmark(end);
        const revision = Math.max(this.#told, queue.isEmpty ? store.revision : 0);
        if (this.#options.allowWatchBookmarks && !(this.#toldByBookmark && revision === this.#told)) {
          frames.push(this.#bookmark(revision));
        }
      }
      if (frames.length > 0) yield frames;
    }
  }

  #nextBookmark(end: number): number {
    if (!this.#options.allowWatchBookmarks) return Number.POSITIVE_INFINITY;
    const now = Date.now();
    const beforeEnd = end - bookmarkBeforeEndMs;
    const regular = now + bookmarkIntervalMs;
    if (beforeEnd > now && beforeEnd < regular) return beforeEnd;
    return beforeEnd <= now ? Number.POSITIVE_INFINITY : regular;
  }

  async #eventFrame(event: StoreEvent): Promise<WatchFrame | undefined> {
    const { matches } = this.#options;
    if (!matches) return this.#frame(event.type, event.object);
    const before = event.previous !== undefined && matches(event.previous.object);
    if (event.type === "DELETED") return before ? this.#frame("DELETED", event.object) : undefined;
    const now = matches(event.object.object);
    if (now) return this.#frame(before ? "MODIFIED" : "ADDED", event.object);
    if (!before) return undefined;
    // It left the selection: shown as it was when it last matched, at the revision of the change.
    return this.#objectFrame("DELETED", withRevision(event.previous!.object, event.object.revision));
  }

  async #frame(type: string, stored: StoredObject): Promise<WatchFrame> {
    const { definition, version } = this.#routed;
    if (
      !this.#form &&
      (definition.storageVersion === version || definition.versions.length === 1) &&
      definition.collection !== "/events"
    ) {
      return sharedFrame(type, stored);
    }
    return this.#objectFrame(type, stored.object, stored);
  }

  async #objectFrame(type: string, object: K8sObject, stored?: StoredObject): Promise<WatchFrame> {
    const converted = await oneInVersion(this.#routed.definition, object, this.#routed.version);
    if (!converted.ok) return ownFrame("ERROR", converted.error as unknown as JsonValue);
    if (stored && !this.#form && converted.value === stored.object) return sharedFrame(type, stored);
    return ownFrame(type, this.#form ? this.#form(converted.value) : (converted.value as unknown as JsonValue));
  }

  #bookmark(revision: number, annotations?: Readonly<Record<string, string>>): WatchFrame {
    const { definition, version } = this.#routed;
    this.#told = revision;
    this.#toldByBookmark = true;
    const type = servedVersion(definition, version)?.type;
    const object = {
      ...(type && zeroObject(type)),
      kind: definition.kind,
      apiVersion: apiVersionOf(definition.group, version),
      metadata: { resourceVersion: String(revision), ...(annotations && { annotations }) },
    };
    return ownFrame("BOOKMARK", this.#form ? this.#form(object) : object);
  }
}

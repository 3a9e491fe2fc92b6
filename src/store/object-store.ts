import type { K8sObject } from "../api/object.ts";
import { encodeObject, parseObject } from "../json/object-text.ts";
import type { JsonValue } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { metadataOfText } from "./metadata-text.ts";
import type { Revision, RevisionLog } from "./revision-log.ts";
import { WatchQueue } from "./watch-queue.ts";

/** An object at one revision. */
export class StoredObject {
  readonly key: string;
  readonly revision: number;
  /** The object as JSON, resourceVersion included. */
  readonly text: string;
  #parsed: WeakRef<K8sObject> | undefined;

  constructor(key: string, revision: number, text: string, parsed?: K8sObject) {
    this.key = key;
    this.revision = revision;
    this.text = text;
    if (parsed) this.#parsed = new WeakRef(parsed);
  }

  /** The object parsed: shared by all who ask, so not to be changed. */
  get object(): K8sObject {
    const known = this.#parsed?.deref();
    if (known) return known;
    const parsed = parseObject(this.text) as unknown as K8sObject;
    this.#parsed = new WeakRef(parsed);
    return parsed;
  }

  /** The object's metadata, read without the rest of it where that is possible. */
  get metadata(): K8sObject["metadata"] {
    const known = this.#parsed?.deref();
    if (known) return known.metadata;
    const alone = metadataOfText(this.text);
    return alone ? (alone as K8sObject["metadata"]) : this.object.metadata;
  }
}

/** A change, as watchers see it. */
export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly collection: string;
  /** For a deletion, the object as it was, with the resourceVersion of the deletion. */
  readonly object: StoredObject;
  /** The object before; undefined for ADDED. */
  readonly previous?: StoredObject;
}

/** A write that must find its key at a given revision. */
export interface StoreWrite {
  readonly collection: string;
  readonly key: string;
  /** Revision of the object that is replaced; 0 when there must be none. */
  readonly previous: number;
  readonly delete?: boolean;
  /** Gives the object as it is to be stored, once its revision is known. */
  render(revision: number): K8sObject;
}

/** The key was at another revision (0: absent). */
export interface WriteConflict {
  readonly kind: "conflict";
  readonly actual: number;
}

/** The key is about to be at another revision, which nobody can see yet. */
interface UnsettledConflict {
  readonly kind: "unsettled";
  readonly actual: number;
}

/** The history asked for is gone. */
export interface Compacted {
  readonly kind: "compacted";
  /** The oldest revision from which the store can still tell changes. */
  readonly oldest: number;
}

/** Objects in order of their keys, not yet looked up: to be read before anything else happens. */
type Listing = Iterable<StoredObject> & { readonly length: number };

interface Slot {
  /** What readers see. */
  committed?: StoredObject;
  /** The newest revision, possibly not durable yet; of a tombstone too. */
  newest: number;
  /** The newest write removed the object. */
  absent: boolean;
}

interface Collection {
  readonly listeners: Set<(event: StoreEvent) => void>;
  readonly slots: Map<string, Slot>;
  /** Keys of committed objects in byte order; undefined until someone lists. */
  keys: string[] | undefined;
  readonly watchers: Set<WatchQueue>;
}

interface Pending {
  readonly revision: Revision;
  readonly slot: Slot;
  readonly object: StoredObject;
  readonly done: (object: StoredObject) => void;
  readonly failed: (cause: unknown) => void;
}

const windowEvents = 16_384;
const windowBytes = 48 * 1024 * 1024;

/**
 * Objects by collection and key, each write one revision of a single counter. Reads come from memory; writes that
 * arrive together are made durable together; watchers are told in order of revision.
 */
export class ObjectStore {
  readonly #log: RevisionLog;
  readonly #collections = new Map<string, Collection>();
  #assigned: number;
  #committed: number;
  #pending: Pending[] = [];
  #compaction: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  /** Resolves when what is pending has been committed, or could not be. */
  #upcoming = Promise.withResolvers<void>();
  /** The same for what is being committed. */
  #underWay: Promise<void> = Promise.resolve();
  #window: StoreEvent[] = [];
  #windowBytes = 0;
  /** All events after this revision are in the window. */
  #windowStart: number;

  constructor(log: RevisionLog) {
    this.#log = log;
    for (const revision of log.readLatest()) {
      const slot: Slot = { newest: revision.revision, absent: revision.deleted };
      if (!revision.deleted) slot.committed = new StoredObject(revision.key, revision.revision, revision.text);
      this.#collection(revision.collection).slots.set(revision.key, slot);
    }
    // Revisions start above those that a fresh cluster would already have used.
    this.#assigned = log.newestRevision === 0 ? 10 : log.newestRevision;
    this.#committed = this.#assigned;
    this.#windowStart = this.#assigned;
  }

  /** The newest revision that readers can see. */
  get revision(): number {
    return this.#committed;
  }

  get(collection: string, key: string): StoredObject | undefined {
    return this.#collections.get(collection)?.slots.get(key)?.committed;
  }

  /** Objects in byte order of their keys; `prefix` is `namespace/` for one namespace. */
  list(collection: string, prefix = ""): readonly StoredObject[] {
    return [...this.#listing(collection, prefix, prefix)];
  }

  /** The collection as it was at that revision, from the key `start` on. */
  listAt(collection: string, prefix: string, revision: number, start = prefix): Result<Listing, Compacted> {
    const present = this.#listing(collection, prefix, start);
    if (revision >= this.#committed) return ok(present);
    const changes = this.#changesAfter(collection, revision);
    if (!changes.ok) return changes;
    const concerned = changes.value.filter(({ object }) => object.key.startsWith(prefix) && object.key >= start);
    if (concerned.length === 0) return ok(present);
    const state = new Map([...present].map((object) => [object.key, object]));
    for (const event of concerned.toReversed()) {
      if (event.previous) state.set(event.object.key, event.previous);
      else state.delete(event.object.key);
    }
    return ok([...state.values()].sort(byKey));
  }

  #listing(collection: string, prefix: string, start: string): Listing {
    const found = this.#collections.get(collection);
    if (!found) return [];
    found.keys ??= [...found.slots].flatMap(([key, slot]) => (slot.committed ? [key] : [])).sort();
    const { keys, slots } = found;
    const from = lowerBound(keys, start);
    // The prefix ends with a slash, after which comes the zero.
    const to = prefix === "" ? keys.length : lowerBound(keys, `${prefix.slice(0, -1)}0`);
    return {
      length: Math.max(0, to - from),
      *[Symbol.iterator]() {
        for (let at = from; at < to; at++) yield slots.get(keys[at]!)!.committed!;
      },
    };
  }

  /** Collections that hold objects, for finding what a namespace contains. */
  collections(): readonly string[] {
    return [...this.#collections.keys()];
  }

  /**
   * Writes once; resolves when the write is durable and visible. Who is told of a conflict can see what it is with: a
   * write that is still under way is waited for.
   */
  async write(write: StoreWrite): Promise<Result<StoredObject, WriteConflict>> {
    const first = await this.#tryWrite(write);
    if (first.ok) return first;
    if (first.error.kind === "conflict") return err(first.error);
    await this.settled();
    // What it was in conflict with may not have become durable.
    const second = await this.#tryWrite(write);
    return second.ok ? second : err({ kind: "conflict", actual: second.error.actual });
  }

  #tryWrite(write: StoreWrite): Promise<Result<StoredObject, WriteConflict | UnsettledConflict>> {
    const collection = this.#collection(write.collection);
    let slot = collection.slots.get(write.key);
    const actual = !slot || slot.absent ? 0 : slot.newest;
    if (actual !== write.previous) {
      const isSettled = (slot?.committed?.revision ?? 0) === actual;
      return Promise.resolve(err({ kind: isSettled ? "conflict" : "unsettled", actual }));
    }
    if (!slot) {
      slot = { newest: 0, absent: true };
      collection.slots.set(write.key, slot);
    }
    const revision = this.#assigned + 1;
    const rendered = write.render(revision);
    const text = encodeObject(rendered as unknown as JsonValue);
    this.#assigned = revision;
    const previous = slot.newest;
    slot.newest = revision;
    slot.absent = write.delete === true;
    const object = new StoredObject(write.key, revision, text, rendered);
    const entry: Revision = {
      revision,
      collection: write.collection,
      key: write.key,
      previous,
      deleted: write.delete === true,
      text,
    };
    const held = slot;
    return new Promise((resolve, reject) => {
      this.#pending.push({
        revision: entry,
        slot: held,
        object,
        done: (stored) => resolve(ok(stored)),
        failed: reject,
      });
      this.#flushing ??= this.#flushSoon();
    });
  }

  /** Resolves once every write made so far is visible: what to wait for before reading again after a conflict. */
  async settled(): Promise<void> {
    await (this.#pending.length > 0 ? this.#upcoming.promise : this.#underWay);
  }

  /** Events of a collection after that revision, then those to come. */
  watch(collection: string, prefix: string, after: number): Result<WatchQueue, Compacted> {
    const past = after >= this.#committed ? ok<readonly StoreEvent[]>([]) : this.#changesAfter(collection, after);
    if (!past.ok) return past;
    const { watchers } = this.#collection(collection);
    const queue = new WatchQueue(prefix, after, past.value, () => watchers.delete(queue));
    watchers.add(queue);
    return ok(queue);
  }

  /** Calls with every change of a collection at the moment it becomes visible; the listener must not throw. */
  onChange(collection: string, listener: (event: StoreEvent) => void): void {
    this.#collection(collection).listeners.add(listener);
  }

  /** The oldest revision from which changes can be told. */
  get oldestRevision(): number {
    return Math.max(this.#log.compactedRevision, Math.min(this.#windowStart, this.#log.newestRevision));
  }

  /** Forgets history up to that revision. */
  async compact(revision: number): Promise<void> {
    if (revision <= this.#log.compactedRevision || revision > this.#committed) return;
    await this.#log.compact(revision);
    for (const { slots } of this.#collections.values()) {
      for (const [key, slot] of slots) if (slot.absent && slot.newest <= revision && !slot.committed) slots.delete(key);
    }
  }

  /**
   * Forgets history once it is between one and two intervals old, until the store is closed: watches and pages from
   * before then must start over.
   */
  startCompaction(intervalMs = 5 * 60_000): void {
    let before = this.#committed;
    clearInterval(this.#compaction);
    this.#compaction = setInterval(() => {
      // Where it fails, as on a full disk, the history stays until the next time.
      this.compact(before).catch(() => undefined);
      before = this.#committed;
    }, intervalMs);
    this.#compaction.unref();
  }

  /** Makes waiting writes durable, ends all watches and closes the log. */
  async close(): Promise<void> {
    clearInterval(this.#compaction);
    await this.#flushing;
    for (const { watchers } of this.#collections.values()) for (const queue of [...watchers]) queue.close("closed");
    await this.#log.close();
  }

  #collection(name: string): Collection {
    let found = this.#collections.get(name);
    if (!found) {
      found = { slots: new Map(), keys: undefined, watchers: new Set(), listeners: new Set() };
      this.#collections.set(name, found);
    }
    return found;
  }

  /** After the input that is there already has been handled: the writes that come of it share the commit. */
  async #flushSoon(): Promise<void> {
    // What is written while a commit is under way shares the next one, with what its answers bring about.
    do {
      await new Promise((resolve) => setImmediate(resolve));
      await this.#flush();
    } while (this.#pending.length > 0);
    this.#flushing = undefined;
  }

  async #flush(): Promise<void> {
    const batch = this.#pending;
    const { promise, resolve } = this.#upcoming;
    this.#pending = [];
    this.#upcoming = Promise.withResolvers();
    this.#underWay = promise;
    try {
      await this.#log.append(batch.map((pending) => pending.revision));
    } catch (cause) {
      // Nothing of the batch is stored, nor may what was built upon it be: the slots go back to what they were.
      const failed = [...batch, ...this.#pending];
      this.#pending = [];
      this.#upcoming.resolve();
      this.#upcoming = Promise.withResolvers();
      for (const { slot, revision } of failed.toReversed()) {
        slot.newest = revision.previous;
        slot.absent = slot.committed === undefined;
      }
      for (const pending of failed) pending.failed(cause);
      resolve();
      return;
    }
    for (const { revision, slot, object } of batch) this.#publish(revision, slot, object);
    for (const pending of batch) pending.done(pending.object);
    resolve();
  }

  #publish(revision: Revision, slot: Slot, object: StoredObject): void {
    const collection = this.#collection(revision.collection);
    const before = slot.committed;
    const event: StoreEvent = {
      type: revision.deleted ? "DELETED" : before ? "MODIFIED" : "ADDED",
      collection: revision.collection,
      object,
      ...(before && { previous: before }),
    };
    if (revision.deleted) delete slot.committed;
    else slot.committed = object;
    if (collection.keys) {
      if (revision.deleted) collection.keys.splice(lowerBound(collection.keys, object.key), 1);
      else if (!before) collection.keys.splice(lowerBound(collection.keys, object.key), 0, object.key);
    }
    this.#committed = revision.revision;
    this.#window.push(event);
    this.#windowBytes += object.text.length;
    while (this.#window.length > windowEvents || this.#windowBytes > windowBytes) this.#forgetOldest();
    for (const listener of collection.listeners) listener(event);
    for (const queue of collection.watchers) queue.offer(event);
  }

  #forgetOldest(): void {
    // Dropping one by one would copy the array each time, so an eighth goes at once.
    const dropped = this.#window.splice(0, Math.max(1, this.#window.length >> 3));
    for (const event of dropped) this.#windowBytes -= event.object.text.length;
    this.#windowStart = dropped.at(-1)!.object.revision;
  }

  #changesAfter(collection: string, revision: number): Result<readonly StoreEvent[], Compacted> {
    if (revision >= this.#windowStart) {
      return ok(this.#window.filter((event) => event.object.revision > revision && event.collection === collection));
    }
    const oldest = Math.max(this.#log.compactedRevision, 10);
    if (revision < oldest) return err({ kind: "compacted", oldest });
    const before = new Map<string, StoredObject>();
    const events: StoreEvent[] = [];
    for (const entry of this.#log.readAfter(collection, revision)) {
      if (entry.revision > this.#committed) break;
      const object = new StoredObject(entry.key, entry.revision, entry.text);
      let previous = before.get(entry.key);
      if (!previous && entry.previous !== 0) {
        const older = this.#log.read(entry.previous);
        if (older && !older.deleted) previous = new StoredObject(older.key, older.revision, older.text);
      }
      if (entry.deleted) before.delete(entry.key);
      else before.set(entry.key, object);
      events.push({
        type: entry.deleted ? "DELETED" : previous ? "MODIFIED" : "ADDED",
        collection,
        object,
        ...(previous && { previous }),
      });
    }
    return ok(events);
  }
}

function byKey(a: StoredObject, b: StoredObject): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function lowerBound(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

import type { K8sObject } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import type { AcceptedEvent, PairRecord, StoredEvent } from "../../triggers/event-journal.ts";
import { eventObject, eventStatus, pairObject } from "../../triggers/event-object.ts";
import type { Journal } from "./journal.ts";
import { storedHeader } from "./journal-rows.ts";

/** A stored event that changed, as it is now: several changes that nobody has taken yet are one. */
export interface EventChange {
  readonly type: "ADDED" | "MODIFIED";
  readonly id: string;
  readonly version: number;
  /** Without body and verdict documents; undefined when the journal has to be asked. */
  readonly object: K8sObject | undefined;
}

interface Entry {
  readonly id: string;
  /** Of the last change. */
  version: number;
  /** Undefined: it was there before it was first noted here. */
  readonly addedAt: number | undefined;
  /** As it was accepted, without its body; objects are made of it when somebody watches. */
  readonly stored: StoredEvent | undefined;
  /** By the path of their trigger. */
  pairs: Map<string, JsonObject> | undefined;
  isFinished: boolean;
  /** Found in the journal, which another process writes to. */
  readonly isForeign?: boolean;
}

const noBody = new Uint8Array(0);

const defaultMaxKept = 4096;

/** By this part more are kept before the oldest are forgotten. */
const slack = 1 / 16;

/**
 * The last changes of the journal, in memory, for those who watch it. Versions are numbers that only grow, also from
 * one process to the next; an event that changes again moves to the end, so that what is kept is bounded.
 */
export class EventChanges {
  /** In the order of their last change. */
  readonly #entries = new Map<string, Entry>();
  readonly #waiting = new Set<() => void>();
  readonly #maxKept: number;
  readonly #nowMs: () => number;
  #askedAtMs = 0;
  #last: number;
  /** Changes up to here are forgotten. */
  #forgotten: number;

  constructor({ nowMs, maxKept = defaultMaxKept }: { readonly nowMs: () => number; readonly maxKept?: number }) {
    // A process makes fewer than a thousand changes a millisecond, so the next one begins behind it.
    this.#last = nowMs() * 1000;
    this.#forgotten = this.#last;
    this.#maxKept = maxKept;
    this.#nowMs = nowMs;
  }

  /** The present version. */
  get last(): number {
    return this.#last;
  }

  /** A version of the event that differs from those before it changed; of one that is forgotten, a later one. */
  versionOf(id: string): number {
    return this.#entries.get(id)?.version ?? this.#forgotten;
  }

  accepted(event: AcceptedEvent): void {
    const version = ++this.#last;
    const stored = {
      event: { ...event, header: storedHeader(event), body: noBody },
      bodyBytes: event.body.length,
      pairs: [],
      isFinished: false,
    };
    this.#put({ id: event.id, version, addedAt: version, stored, pairs: undefined, isFinished: false });
  }

  recorded(pair: PairRecord): void {
    const entry = this.#touched(pair.eventId);
    if (entry.stored !== undefined) {
      entry.pairs ??= new Map();
      entry.pairs.set(pair.trigger.path, pairObject(pair, false));
    }
    this.#put(entry);
  }

  finished(id: string): void {
    const entry = this.#touched(id);
    entry.isFinished = true;
    this.#put(entry);
  }

  /** Takes note of an event as the journal has it, when it is another process that writes about it. */
  found(stored: StoredEvent): void {
    const { event, isFinished, bodyBytes = event.body.length } = stored;
    const known = this.#entries.get(event.id);
    if (known !== undefined && known.isForeign !== true) return;
    const pairs = new Map(stored.pairs.map((pair) => [pair.trigger.path, pairObject(pair, false)]));
    const isSame =
      known !== undefined &&
      known.isFinished === isFinished &&
      JSON.stringify([...(known.pairs?.values() ?? [])]) === JSON.stringify([...pairs.values()]);
    if (isSame) return;
    const version = ++this.#last;
    this.#put({
      id: event.id,
      version,
      addedAt: known === undefined ? version : known.addedAt,
      stored: { event: { ...event, body: noBody }, bodyBytes, pairs: [], isFinished: false },
      pairs,
      isFinished,
      isForeign: true,
    });
  }

  /** Whether somebody has asked for changes since then. */
  isAskedSince(timeMs: number): boolean {
    return this.#askedAtMs >= timeMs;
  }

  /** What changed after that version, oldest change first; undefined when some of it is forgotten or it is none of ours. */
  after(version: number): readonly EventChange[] | undefined {
    this.#askedAtMs = this.#nowMs();
    if (version < this.#forgotten || version > this.#last) return undefined;
    if (version === this.#last) return [];
    const changes: EventChange[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.version <= version) continue;
      const isNew = entry.addedAt !== undefined && entry.addedAt > version;
      changes.push({
        type: isNew ? "ADDED" : "MODIFIED",
        id: entry.id,
        version: entry.version,
        object: presentObject(entry),
      });
    }
    return changes;
  }

  /** Resolves at the next change, after that time, or when the signal aborts. */
  next(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs).unref();
      this.#waiting.add(done);
      signal.addEventListener("abort", done);
    });
  }

  #touched(id: string): Entry {
    const version = ++this.#last;
    const entry = this.#entries.get(id);
    if (entry === undefined)
      return { id, version, addedAt: undefined, stored: undefined, pairs: undefined, isFinished: false };
    entry.version = version;
    return entry;
  }

  #put(entry: Entry): void {
    this.#entries.delete(entry.id);
    this.#entries.set(entry.id, entry);
    if (this.#entries.size > this.#maxKept * (1 + slack)) this.#forgetOldest();
    if (this.#waiting.size > 0) for (const wake of [...this.#waiting]) wake();
  }

  /** Many at a time: where many have been deleted, the first that is there takes long to find. */
  #forgetOldest(): void {
    for (const { id, version } of this.#entries.values()) {
      if (this.#entries.size <= this.#maxKept) return;
      this.#entries.delete(id);
      this.#forgotten = version;
    }
  }
}

function presentObject({ stored, pairs, isFinished }: Entry): K8sObject | undefined {
  if (stored === undefined) return undefined;
  const ordered = [...(pairs ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
  return { ...eventObject(stored, false), status: eventStatus(ordered, isFinished) };
}

/** The journal, noting in `changes` what has been committed. */
export function followedJournal(journal: Journal, changes: EventChanges): Journal {
  const { abandoned } = journal;
  return {
    accept: async (event, deliveredSinceMs) => {
      const accepted = await journal.accept(event, deliveredSinceMs);
      if (accepted.ok && accepted.value.kind === "accepted") changes.accepted(event);
      return accepted;
    },
    bodies: (eventIds) => journal.bodies(eventIds),
    record: async (pair) => {
      await journal.record(pair);
      changes.recorded(pair);
    },
    finish: async (eventId) => {
      await journal.finish(eventId);
      changes.finished(eventId);
    },
    pending: (listener) => journal.pending(listener),
    ...(abandoned === undefined ? {} : { abandoned: abandoned.bind(journal) }),
    event: (id) => journal.event(id),
    events: (query) => journal.events(query),
    counts: (query) => journal.counts(query),
    close: () => journal.close(),
  };
}

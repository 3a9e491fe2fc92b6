import type { Result } from "../result.ts";
import type { ListenerRef } from "./run-trigger.ts";
import type { EventHeader } from "./trigger-event.ts";
import type { TriggerIdentity, TriggerVerdict } from "./verdict.ts";

/** An event as a listener took it in. */
export interface AcceptedEvent {
  readonly id: string;
  readonly listener: ListenerRef;
  readonly receivedAtMs: number;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** The journal keeps hashes only of the values that are secrets. */
  readonly header: EventHeader;
  readonly body: Uint8Array;
  readonly remoteAddress?: string;
  /** The sender's own id of this delivery. */
  readonly deliveryId?: string;
  /** The event that this one repeats; its headers have hashes in the place of secrets from the start. */
  readonly replayOf?: string;
  /** The repository it is about, as far as the payload tells: `acme/shop`. */
  readonly repository?: string;
}

/** Where an event stands with one trigger. The first two are passing, the others final. */
export type PairState = "running" | "retrying" | "created" | "filtered" | "rejected" | "failed" | "dead";

/** An object that was created for an event. */
export interface CreatedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
}

/** What became of one event with one trigger. */
export interface PairRecord {
  readonly eventId: string;
  readonly trigger: TriggerIdentity;
  readonly state: PairState;
  readonly attempts: number;
  readonly startedAtMs: number;
  readonly updatedAtMs: number;
  readonly verdict?: TriggerVerdict;
  readonly created: readonly CreatedObject[];
  /** Of the last attempt. */
  readonly error?: string;
}

/** An event with what became of it. */
export interface StoredEvent {
  readonly event: AcceptedEvent;
  /** The body's size, when `event.body` is empty because it was left out. */
  readonly bodyBytes?: number;
  readonly pairs: readonly PairRecord[];
  /** Every trigger has finished with it. */
  readonly isFinished: boolean;
}

/** What became of an event at the door. */
export type Acceptance =
  | { readonly kind: "accepted" }
  /** The sender delivered it before, as that event. */
  | { readonly kind: "known"; readonly eventId: string };

/** Why an event was not accepted. */
export interface JournalRefusal {
  readonly reason: "full" | "unavailable";
  readonly message: string;
}

/** An event that some trigger has not finished with. */
export interface PendingEvent {
  readonly event: AcceptedEvent;
  readonly pairs: readonly PairRecord[];
}

/** Keeps events and what became of them. */
export interface EventJournal {
  /**
   * Resolves once the event is on disk: only then may it be answered 202. With `deliveredSinceMs` it is taken in only if
   * no event of its listener with its delivery id was received at or after that time; of several sinks that try this at
   * once, one succeeds.
   */
  accept(event: AcceptedEvent, deliveredSinceMs?: number): Promise<Result<Acceptance, JournalRefusal>>;
  /** The bodies of accepted events by their ids, without those of events that are gone. */
  bodies(eventIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Notes where a pair stands; resolves once it is on disk. */
  record(pair: PairRecord): Promise<void>;
  /** Every trigger has finished with the event; resolves once that is on disk. */
  finish(eventId: string): Promise<void>;
  /** Events of a listener that were accepted before now but not finished, oldest first. */
  pending(listener: ListenerRef): AsyncIterable<PendingEvent>;
  /**
   * Unfinished events of other sinks that are gone, which become this one's, oldest first. Journals that sinks share
   * have it.
   */
  abandoned?(listener: ListenerRef): AsyncIterable<PendingEvent>;
}

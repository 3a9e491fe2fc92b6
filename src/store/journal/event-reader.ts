import type { PairState, StoredEvent } from "../../triggers/event-journal.ts";
import type { ListenerRef } from "../../triggers/run-trigger.ts";
import type { MinuteCount } from "./minute-counts.ts";

/** Which events; all conditions hold together. */
export interface EventQuery {
  readonly listener?: Partial<ListenerRef>;
  /** Name of a trigger that it concerned. */
  readonly trigger?: string;
  /** Some trigger stands like this with it. */
  readonly state?: PairState;
  /** Part of the repository's name, in whichever case. */
  readonly repository?: string;
  /** Replays of the event with this id. */
  readonly replayOf?: string;
  readonly sinceMs?: number;
  /** Exclusive. */
  readonly untilMs?: number;
  /**
   * Stands in the event's id, repository, delivery id, path or headers, in its body unless that is larger than
   * {@link maxSearchedBodyBytes}, in the names of created objects or the documents of verdicts; ASCII letters in
   * whichever case.
   */
  readonly text?: string;
  /** Only events older than the one with this id: the next page. */
  readonly before?: string;
  /** Only the event with this id and newer ones. */
  readonly from?: string;
  /** Passes over this many of those found. */
  readonly skip?: number;
  readonly limit: number;
  /** Bodies are left out, and `bodyBytes` says how large they are. */
  readonly isBrief?: boolean;
}

/** Larger bodies would take too long to look through. */
export const maxSearchedBodyBytes: number = 256 * 1024;

/** Reads the journal, newest event first. */
export interface EventReader {
  event(id: string): Promise<StoredEvent | undefined>;
  events(query: EventQuery): Promise<readonly StoredEvent[]>;
  /** Counts of the events received in `[sinceMs, untilMs)`, by listener and minute, in no order. */
  counts(query: { readonly sinceMs: number; readonly untilMs: number }): Promise<readonly MinuteCount[]>;
}

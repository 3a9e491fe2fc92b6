import type { PairState, StoredEvent } from "../../triggers/event-journal.ts";
import type { ListenerRef } from "../../triggers/run-trigger.ts";

/** Which events; all conditions hold together. */
export interface EventQuery {
  readonly listener?: Partial<ListenerRef>;
  /** Name of a trigger that it concerned. */
  readonly trigger?: string;
  /** Some trigger stands like this with it. */
  readonly state?: PairState;
  /** Part of the repository's name, in whichever case. */
  readonly repository?: string;
  readonly sinceMs?: number;
  /** Exclusive. */
  readonly untilMs?: number;
  /** Only events older than the one with this id: the next page. */
  readonly before?: string;
  readonly limit: number;
}

/** Reads the journal, newest event first. */
export interface EventReader {
  event(id: string): Promise<StoredEvent | undefined>;
  events(query: EventQuery): Promise<readonly StoredEvent[]>;
}

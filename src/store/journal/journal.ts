import type { EventJournal } from "../../triggers/event-journal.ts";
import type { EventReader } from "./event-reader.ts";
import type { Retention } from "./retention.ts";

/** What every journal on disk takes. */
export interface JournalOptions {
  readonly retention?: Partial<Retention>;
  /** More events that are not finished with are refused. */
  readonly maxUnfinished?: number;
  readonly nowMs?: () => number;
  /** Told when something could not be written, which an accepted event survives all the same. */
  readonly onError?: (message: string) => void;
  /** Told how long each commit took, in milliseconds. */
  readonly onCommit?: (ms: number) => void;
}

/** A journal on disk: written by listeners, read by whoever wants to know. */
export interface Journal extends EventJournal, EventReader {
  close(): Promise<void>;
}

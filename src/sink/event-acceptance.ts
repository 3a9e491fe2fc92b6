import { parseGoDuration } from "../api/pipelines/go-duration.ts";
import type { EventListener } from "../api/triggers/objects.ts";
import type { Result } from "../result.ts";
import type { Acceptance, AcceptedEvent, EventJournal, JournalRefusal } from "../triggers/event-journal.ts";
import type { SinkLog } from "./sink-log.ts";

/**
 * Annotation of an EventListener: how long a sender's delivery id is remembered, as a Go duration such as `10m`. A
 * redelivery within that time runs nothing and is answered like the first delivery. Without it redeliveries run again,
 * as in Tekton.
 */
const deduplicateAnnotation = "tektite.dev/deduplicate";

/** Takes events into the journal, each delivery once where the listener asks for that. */
export class EventAcceptance {
  readonly #journal: EventJournal;
  readonly #log: SinkLog;

  constructor(journal: EventJournal, log: SinkLog) {
    this.#journal = journal;
    this.#log = log;
  }

  /** Resolves once the event is on disk, or known to be there already; the error says why it was not taken. */
  accept(listener: EventListener, event: AcceptedEvent): Promise<Result<Acceptance, JournalRefusal>> {
    const windowMs = event.deliveryId === undefined ? undefined : this.#windowMs(listener);
    return this.#journal.accept(event, windowMs === undefined ? undefined : event.receivedAtMs - windowMs);
  }

  #windowMs({ metadata }: EventListener): number | undefined {
    const annotations = metadata?.annotations ?? {};
    const text = Object.hasOwn(annotations, deduplicateAnnotation) ? annotations[deduplicateAnnotation] : undefined;
    if (text === undefined) return undefined;
    const windowMs = parseGoDuration(text);
    if (windowMs !== undefined && windowMs > 0) return windowMs;
    this.#log.warn(`annotation ${deduplicateAnnotation} of the EventListener is no duration: ${text}`);
    return undefined;
  }
}

import { parseGoDuration } from "../api/pipelines/go-duration.ts";
import type { EventListener } from "../api/triggers/objects.ts";
import type { Acceptance, AcceptedEvent, EventJournal } from "../triggers/event-journal.ts";
import type { SinkLog } from "./sink-log.ts";

/**
 * Annotation of an EventListener: how long a sender's delivery id is remembered, as a Go duration such as `10m`. A
 * redelivery within that time runs nothing and is answered like the first delivery. Without it redeliveries run again,
 * as in Tekton.
 */
const deduplicateAnnotation = "tektite.dev/deduplicate";

/** What became of an event at the door. */
type DoorAnswer = Acceptance | { readonly kind: "refused"; readonly message: string };

/** Takes events into the journal, each delivery once where the listener asks for that. */
export class EventAcceptance {
  readonly #journal: EventJournal;
  readonly #log: SinkLog;

  constructor(journal: EventJournal, log: SinkLog) {
    this.#journal = journal;
    this.#log = log;
  }

  async accept(listener: EventListener, event: AcceptedEvent): Promise<DoorAnswer> {
    const windowMs = event.deliveryId === undefined ? undefined : this.#windowMs(listener);
    const sinceMs = windowMs === undefined ? undefined : event.receivedAtMs - windowMs;
    const stored = await this.#journal.accept(event, sinceMs);
    return stored.ok ? stored.value : { kind: "refused", message: stored.error.message };
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

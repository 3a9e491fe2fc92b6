import { parseGoDuration } from "../api/pipelines/go-duration.ts";
import type { EventListener } from "../api/triggers/objects.ts";
import type { AcceptedEvent, EventJournal } from "../triggers/event-journal.ts";
import type { SinkLog } from "./sink-log.ts";

/**
 * Annotation of an EventListener: how long a sender's delivery id is remembered, as a Go duration such as `10m`. A
 * redelivery within that time runs nothing and is answered like the first delivery. Without it redeliveries run again,
 * as in Tekton.
 */
const deduplicateAnnotation = "tektite.dev/deduplicate";

/** What became of an event at the door. */
export type Acceptance =
  | { readonly kind: "accepted" }
  /** The sender delivered it before, as that event. */
  | { readonly kind: "known"; readonly eventId: string }
  | { readonly kind: "refused"; readonly message: string };

/** Takes events into the journal, each delivery once where the listener asks for that. */
export class EventAcceptance {
  readonly #journal: EventJournal;
  readonly #log: SinkLog;
  /** Deliveries on their way into the journal; each resolves to its event's id, or undefined when it was refused. */
  readonly #underWay = new Map<string, Promise<string | undefined>>();

  constructor(journal: EventJournal, log: SinkLog) {
    this.#journal = journal;
    this.#log = log;
  }

  async accept(listener: EventListener, event: AcceptedEvent): Promise<Acceptance> {
    const windowMs = event.deliveryId === undefined ? undefined : this.#windowMs(listener);
    if (windowMs === undefined || event.deliveryId === undefined) return this.#store(event);
    const { deliveryId } = event;
    for (let other = this.#underWay.get(deliveryId); other !== undefined; other = this.#underWay.get(deliveryId)) {
      const eventId = await other;
      if (eventId !== undefined) return { kind: "known", eventId };
    }
    const acceptance = this.#storeOnce(event, deliveryId, windowMs);
    this.#underWay.set(
      deliveryId,
      acceptance.then(
        (result) => (result.kind === "accepted" ? event.id : result.kind === "known" ? result.eventId : undefined),
        () => undefined,
      ),
    );
    try {
      return await acceptance;
    } finally {
      this.#underWay.delete(deliveryId);
    }
  }

  async #storeOnce(event: AcceptedEvent, deliveryId: string, windowMs: number): Promise<Acceptance> {
    const known = await this.#journal.findDelivery(event.listener, deliveryId, event.receivedAtMs - windowMs);
    return known === undefined ? this.#store(event) : { kind: "known", eventId: known };
  }

  async #store(event: AcceptedEvent): Promise<Acceptance> {
    const stored = await this.#journal.accept(event);
    return stored.ok ? { kind: "accepted" } : { kind: "refused", message: stored.error.message };
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

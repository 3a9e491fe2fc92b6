import { err, ok, type Result } from "../../result.ts";
import type {
  Acceptance,
  AcceptedEvent,
  EventJournal,
  JournalRefusal,
  PairRecord,
  PendingEvent,
} from "../../triggers/event-journal.ts";
import type { ListenerRef } from "../../triggers/run-trigger.ts";

interface Entry {
  readonly event: AcceptedEvent;
  readonly pairs: Map<string, PairRecord>;
}

/** A journal that lives as long as the process: for trying things out, and where events need not survive it. */
export class MemoryJournal implements EventJournal {
  readonly #entries = new Map<string, Entry>();
  readonly #deliveries = new Map<string, { readonly eventId: string; readonly receivedAtMs: number }>();
  readonly #maxUnfinished: number;
  readonly #maxDeliveries = 10_000;

  constructor(options: { readonly maxUnfinished: number }) {
    this.#maxUnfinished = options.maxUnfinished;
  }

  async accept(event: AcceptedEvent, deliveredSinceMs?: number): Promise<Result<Acceptance, JournalRefusal>> {
    const known = deliveredSinceMs === undefined ? undefined : this.#findDelivery(event, deliveredSinceMs);
    if (known !== undefined) return ok({ kind: "known", eventId: known });
    if (this.#entries.size >= this.#maxUnfinished) {
      return err({ reason: "full", message: `${this.#maxUnfinished} events are waiting for their triggers` });
    }
    this.#entries.set(event.id, { event, pairs: new Map() });
    if (event.deliveryId !== undefined) {
      const key = deliveryKey(event.listener, event.deliveryId);
      this.#deliveries.set(key, { eventId: event.id, receivedAtMs: event.receivedAtMs });
      const oldest = this.#deliveries.keys().next();
      if (this.#deliveries.size > this.#maxDeliveries && !oldest.done) this.#deliveries.delete(oldest.value);
    }
    return ok({ kind: "accepted" });
  }

  async record(pair: PairRecord): Promise<void> {
    this.#entries.get(pair.eventId)?.pairs.set(pair.trigger.path, pair);
  }

  async finish(eventId: string): Promise<void> {
    this.#entries.delete(eventId);
  }

  async *pending({ namespace, name }: ListenerRef): AsyncIterable<PendingEvent> {
    for (const { event, pairs } of [...this.#entries.values()]) {
      if (event.listener.namespace !== namespace || event.listener.name !== name) continue;
      yield { event, pairs: [...pairs.values()] };
    }
  }

  async bodies(eventIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    for (const id of eventIds) {
      const body = this.#entries.get(id)?.event.body;
      if (body !== undefined) found.set(id, body);
    }
    return found;
  }

  #findDelivery({ listener, deliveryId }: AcceptedEvent, sinceMs: number): string | undefined {
    if (deliveryId === undefined) return undefined;
    const found = this.#deliveries.get(deliveryKey(listener, deliveryId));
    return found !== undefined && found.receivedAtMs >= sinceMs ? found.eventId : undefined;
  }
}

function deliveryKey({ namespace, name }: ListenerRef, deliveryId: string): string {
  return JSON.stringify([namespace, name, deliveryId]);
}

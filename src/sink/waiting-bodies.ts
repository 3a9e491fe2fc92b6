import type { EventJournal } from "../triggers/event-journal.ts";
import { EventBody } from "../triggers/trigger-event.ts";

/** The body of an event whose triggers wait or run. */
export interface WaitingBody {
  /** From memory, or else from the journal; rejects when it is in neither, which is our own bug. */
  read(): Promise<EventBody>;
  /** The triggers have come to an end. */
  release(): void;
}

/** Keeps the bodies of events that wait in memory up to a bound; the journal has them all. */
export class WaitingBodies {
  readonly #journal: Pick<EventJournal, "bodies">;
  readonly #maxBytes: number;
  #bytes = 0;
  /** Events whose bodies the next read brings, and the read itself. */
  #wanted: string[] = [];
  #reading: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

  constructor(journal: Pick<EventJournal, "bodies">, maxBytes: number) {
    this.#journal = journal;
    this.#maxBytes = maxBytes;
  }

  keep(eventId: string, body: EventBody): WaitingBody {
    const size = body.bytes.length;
    const isKept = this.#bytes + size <= this.#maxBytes;
    let kept = isKept ? body : undefined;
    if (isKept) this.#bytes += size;
    // The triggers of one event that run at the same time share what was read for the first.
    let shared: WeakRef<EventBody> | undefined;
    return {
      read: async () => {
        const known = kept ?? shared?.deref();
        if (known !== undefined) return known;
        const bytes = await this.#read(eventId);
        if (bytes === undefined) throw new Error(`the body of event ${eventId} is gone from the journal`);
        const read = new EventBody(bytes);
        shared = new WeakRef(read);
        return read;
      },
      release: () => {
        if (kept !== undefined) this.#bytes -= size;
        kept = undefined;
      },
    };
  }

  /** Events whose turns come at the same time share a read. */
  async #read(eventId: string): Promise<Uint8Array | undefined> {
    this.#wanted.push(eventId);
    this.#reading ??= Promise.resolve().then(() => {
      const wanted = this.#wanted;
      this.#wanted = [];
      this.#reading = undefined;
      return this.#journal.bodies(wanted);
    });
    return (await this.#reading).get(eventId);
  }
}

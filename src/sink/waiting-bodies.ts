import type { EventJournal } from "../triggers/event-journal.ts";
import { EventBody } from "../triggers/trigger-event.ts";

/** The body of an event whose triggers wait or run. */
export interface WaitingBody {
  /** For one trigger, before it waits for its turn. */
  claim(): BodyClaim;
}

/** A trigger's hold on the body of its event. */
export interface BodyClaim {
  /** From memory, or else from the journal; rejects when it is in neither, which is our own bug. */
  read(): Promise<EventBody>;
  /** The trigger has looked at it. Behind the last claim the memory is given up; reading still works. */
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
    let kept: EventBody | undefined = body;
    let isCounted = false;
    // The triggers of one event that run at the same time share what was read for the first.
    let shared: WeakRef<EventBody> | undefined;
    let claims = 0;
    const read = async (): Promise<EventBody> => {
      const known = kept ?? shared?.deref();
      if (known !== undefined) return known;
      const bytes = await this.#read(eventId);
      if (bytes === undefined) throw new Error(`the body of event ${eventId} is gone from the journal`);
      const found = new EventBody(bytes);
      shared = new WeakRef(found);
      return found;
    };
    const giveUp = () => {
      if (isCounted) this.#bytes -= size;
      isCounted = false;
      kept = undefined;
    };
    return {
      claim: () => {
        if (claims++ === 0 && kept !== undefined && !isCounted) {
          if (this.#bytes + size <= this.#maxBytes) {
            this.#bytes += size;
            isCounted = true;
          } else kept = undefined;
        }
        let isHeld = true;
        return {
          read,
          release: () => {
            if (isHeld && --claims === 0) giveUp();
            isHeld = false;
          },
        };
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

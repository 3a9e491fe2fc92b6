import type { EventJournal } from "../triggers/event-journal.ts";
import { EventBody } from "../triggers/trigger-event.ts";

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
  readonly #ways: BodyWays = {
    read: (eventId) => this.#read(eventId),
    givenUp: (size) => {
      this.#bytes -= size;
    },
  };

  constructor(journal: Pick<EventJournal, "bodies">, maxBytes: number) {
    this.#journal = journal;
    this.#maxBytes = maxBytes;
  }

  /** Held by the caller until it calls `release`, as one claim among those of the triggers. */
  keep(eventId: string, body: EventBody): WaitingBody {
    const size = body.bytes.length;
    if (this.#bytes + size > this.#maxBytes) return new WaitingBody(eventId, undefined, this.#ways);
    this.#bytes += size;
    return new WaitingBody(eventId, body, this.#ways);
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

/** What a body needs of those who keep it. */
interface BodyWays {
  readonly read: (eventId: string) => Promise<Uint8Array | undefined>;
  readonly givenUp: (size: number) => void;
}

/** The body of an event whose triggers wait or run. Thousands may wait in a burst: one small object each. */
export class WaitingBody {
  readonly #eventId: string;
  readonly #ways: BodyWays;
  #kept: EventBody | undefined;
  /** The triggers of one event that run at the same time share what was read for the first. */
  #shared: WeakRef<EventBody> | undefined;
  #claims = 1;

  /** Only for {@link WaitingBodies}; without a body it is in the journal alone. */
  constructor(eventId: string, kept: EventBody | undefined, ways: BodyWays) {
    this.#eventId = eventId;
    this.#kept = kept;
    this.#ways = ways;
  }

  /** For one trigger, before it waits for its turn. */
  claim(): BodyClaim {
    this.#claims++;
    let isHeld = true;
    return {
      read: () => this.#read(),
      release: () => {
        if (isHeld) this.release();
        isHeld = false;
      },
    };
  }

  /** Who had it kept has made its claims. */
  release(): void {
    if (--this.#claims > 0 || this.#kept === undefined) return;
    this.#ways.givenUp(this.#kept.bytes.length);
    this.#kept = undefined;
  }

  async #read(): Promise<EventBody> {
    const known = this.#kept ?? this.#shared?.deref();
    if (known !== undefined) return known;
    const bytes = await this.#ways.read(this.#eventId);
    if (bytes === undefined) throw new Error(`the body of event ${this.#eventId} is gone from the journal`);
    const found = new EventBody(bytes);
    this.#shared = new WeakRef(found);
    return found;
  }
}

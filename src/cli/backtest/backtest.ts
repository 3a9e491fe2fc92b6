import type { OfflineResources } from "../../offline/offline-resources.ts";
import { type OfflineRunOptions, runStored } from "../../offline/offline-run.ts";
import type { Outgoing } from "../../offline/outgoing.ts";
import type { StoredEvent } from "../../triggers/event-journal.ts";
import { EventBody } from "../../triggers/trigger-event.ts";
import type { TriggerVerdict } from "../../triggers/verdict.ts";
import { compareRuns, type RunChange } from "./compare-runs.ts";

/** What a change of configuration does to one event. */
export interface EventChange {
  readonly stored: StoredEvent;
  readonly changes: readonly RunChange[];
}

/** Runs stored events through two configurations with the engine that listeners run, and compares. */
export class Backtest {
  readonly #before: OfflineResources;
  readonly #after: OfflineResources;
  readonly #trigger: string | undefined;
  readonly #outgoing: Outgoing;

  constructor(
    before: OfflineResources,
    after: OfflineResources,
    options: { readonly trigger?: string; readonly outgoing: Outgoing },
  ) {
    this.#before = before;
    this.#after = after;
    this.#trigger = options.trigger;
    this.#outgoing = options.outgoing;
  }

  async compare(stored: StoredEvent): Promise<EventChange> {
    const { id, url, header, body } = stored.event;
    // The body is decoded once for both.
    const event = { id, url, header, body: new EventBody(body), hasHashedSecrets: true };
    const options: OfflineRunOptions = {
      ...this.#outgoing,
      ...(this.#trigger === undefined ? {} : { trigger: this.#trigger }),
      eventId: id,
      // Signatures that expire were fresh when the event came in.
      nowMs: () => stored.event.receivedAtMs,
    };
    const verdictsOf = async (resources: OfflineResources): Promise<readonly TriggerVerdict[]> => {
      const run = await runStored(resources, stored.event.listener, event, options);
      return run?.verdicts ?? [];
    };
    return { stored, changes: compareRuns(await verdictsOf(this.#before), await verdictsOf(this.#after)) };
  }
}

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { K8sObject, Status } from "../api/object.ts";
import type { KubeClient } from "../kube/client.ts";
import { Informer } from "../kube/informer.ts";
import type { EventSummary } from "./event-model.ts";
import { eventListeners, listEvents } from "./queries.ts";
import { type RunKind, runResources, runSummary } from "./run-model.ts";
import type { Change } from "./views/change.ts";

/** A change with its place in the stream, or why changes of a resource cannot be told. */
export type FeedMessage =
  | { readonly kind: "change"; readonly id: string; readonly change: Change }
  | { readonly kind: "problem"; readonly resource: string; readonly status: Status };

const maxKept = 1000;
/** Stored events are no watched resource: they are looked at this often while somebody follows. */
const eventsEveryMs = 300;
const eventsSlowlyMs = 5_000;
const eventsLookedAt = 50;

/** The changes that one account may see, kept for a while so that a follower who was cut off can go on. */
export class ChangeFeed {
  readonly #client: KubeClient;
  readonly #namespace: string | undefined;
  /** A number in another feed's id means nothing here. */
  readonly #epoch = randomBytes(6).toString("hex");
  readonly #kept: FeedMessage[] = [];
  readonly #problems = new Map<string, FeedMessage>();
  readonly #followers = new Set<(message: FeedMessage) => void>();
  #last = 0;
  readonly #begun: Readonly<Record<Change["resource"], PromiseWithResolvers<void>>> = {
    eventlisteners: Promise.withResolvers(),
    triggerevents: Promise.withResolvers(),
    pipelineruns: Promise.withResolvers(),
    taskruns: Promise.withResolvers(),
  };

  constructor(client: KubeClient, namespace: string | undefined) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /** Begins to watch; what exists already is no change. */
  start(signal: AbortSignal): void {
    void this.#watch("eventlisteners", signal);
    void this.#watch("pipelineruns", signal);
    void this.#watch("taskruns", signal);
    void this.#pollEvents(signal);
  }

  /** Resolves once each resource has been listed, or refused: from then on no change is missed. */
  async begun(): Promise<void> {
    await Promise.all(Object.values(this.#begun).map(({ promise }) => promise));
  }

  get followerCount(): number {
    return this.#followers.size;
  }

  /**
   * Calls back on each change until the returned function is called; first on those after `lastId`. `isGap`: that id is
   * too old or of another feed, so the follower has to look at everything anew.
   */
  follow(
    lastId: string | undefined,
    follower: (message: FeedMessage) => void,
  ): { readonly isGap: boolean; readonly stop: () => void } {
    const missed = lastId === undefined ? [] : this.#after(lastId);
    for (const problem of this.#problems.values()) follower(problem);
    for (const message of missed ?? []) follower(message);
    this.#followers.add(follower);
    return { isGap: missed === undefined, stop: () => this.#followers.delete(follower) };
  }

  #after(lastId: string): readonly FeedMessage[] | undefined {
    const [epoch, number] = lastId.split(".");
    const last = Number(number);
    const first = this.#last - this.#kept.length;
    if (epoch !== this.#epoch || !Number.isInteger(last) || last < first || last > this.#last) return undefined;
    return this.#kept.slice(last - first);
  }

  #tell(change: Change): void {
    const message: FeedMessage = { kind: "change", id: `${this.#epoch}.${++this.#last}`, change };
    this.#kept.push(message);
    if (this.#kept.length > maxKept) this.#kept.shift();
    for (const follower of this.#followers) follower(message);
  }

  #fail(resource: Change["resource"], status: Status): void {
    this.#begun[resource].resolve();
    if (this.#problems.has(resource)) return;
    const message: FeedMessage = { kind: "problem", resource, status };
    this.#problems.set(resource, message);
    for (const follower of this.#followers) follower(message);
  }

  async #watch(resource: "eventlisteners" | RunKind, signal: AbortSignal): Promise<void> {
    const informer = new Informer(
      this.#client,
      resource === "eventlisteners" ? eventListeners : runResources[resource],
      { namespace: this.#namespace, onError: (status) => this.#fail(resource, status) },
    );
    informer.onChange(({ kind, object }) => {
      if (!informer.synced) return;
      this.#problems.delete(resource);
      this.#tell({ resource, change: kind, ...named(object), ...stateOf(resource, object) });
    });
    await informer.start(signal);
    this.#begun[resource].resolve();
  }

  async #pollEvents(signal: AbortSignal): Promise<void> {
    let known: ReadonlyMap<string, string> | undefined;
    while (!signal.aborted) {
      const listed = await listEvents(
        this.#client,
        {
          namespace: this.#namespace,
          listener: undefined,
          trigger: undefined,
          verdict: undefined,
          repository: undefined,
          since: undefined,
          until: undefined,
          continue: undefined,
          limit: eventsLookedAt,
        },
        Date.now(),
      );
      if (listed.ok) {
        this.#problems.delete("triggerevents");
        const states = new Map(listed.value.items.map((event) => [event.id, signature(event)]));
        if (known !== undefined) {
          for (const event of [...listed.value.items].reverse()) this.#compare(event, known.get(event.id), states);
        }
        known = states;
        this.#begun.triggerevents.resolve();
      } else if (!signal.aborted) {
        this.#fail("triggerevents", listed.error);
      }
      if (signal.aborted) break;
      const waitMs = listed.ok && this.#followers.size > 0 ? eventsEveryMs : eventsSlowlyMs;
      await sleep(waitMs, undefined, { signal }).catch(() => {});
    }
    this.#begun.triggerevents.resolve();
  }

  #compare(event: EventSummary, before: string | undefined, states: ReadonlyMap<string, string>): void {
    if (before === states.get(event.id)) return;
    this.#tell({
      resource: "triggerevents",
      change: before === undefined ? "added" : "updated",
      namespace: event.namespace,
      name: event.id,
      verdicts: event.verdicts.map(({ trigger, state }) => ({ trigger, state })),
    });
  }
}

function signature({ isFinished, verdicts }: EventSummary): string {
  return JSON.stringify([isFinished, verdicts]);
}

function named({ metadata }: K8sObject): { readonly namespace: string; readonly name: string } {
  return { namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
}

function stateOf(resource: "eventlisteners" | RunKind, object: K8sObject): { readonly state?: string } {
  return resource === "eventlisteners" ? {} : { state: runSummary(resource, object).state };
}

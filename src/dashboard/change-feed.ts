import { randomBytes } from "node:crypto";
import type { K8sObject, Resource, Status } from "../api/object.ts";
import type { KubeClient } from "../kube/client.ts";
import { followChanges } from "../kube/follow-changes.ts";
import { eventListeners } from "../kube/known-resources.ts";
import { eventApi } from "../triggers/event-object.ts";
import { eventSummary } from "./event-model.ts";
import { RunIndex } from "./run-index.ts";
import { isRunKind, type RunKind, runResources, runSummary } from "./run-model.ts";
import { type Change, configurationResources } from "./views/change.ts";

/** A change with its place in the stream, or why changes of a resource cannot be told. */
export type FeedMessage =
  | { readonly kind: "change"; readonly id: string; readonly change: Change }
  /** Changes were missed: everything should be looked at anew. */
  | { readonly kind: "gap" }
  | { readonly kind: "problem"; readonly resource: string; readonly status: Status };

const maxKept = 1000;

type WatchedName = Change["resource"];

const clusterScoped: ReadonlySet<WatchedName> = new Set(["clustertriggerbindings", "clusterinterceptors"]);

const resources: readonly (Resource & { readonly resource: WatchedName })[] = [
  { ...eventListeners, resource: "eventlisteners" },
  eventApi,
  runResources.pipelineruns,
  runResources.taskruns,
  ...configurationResources.map((resource) => ({
    group: eventListeners.group,
    version: resource.endsWith("interceptors") ? "v1alpha1" : "v1beta1",
    resource,
  })),
];

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
  /** The runs as the changes leave them. */
  readonly runs: Readonly<Record<RunKind, RunIndex>>;
  readonly #begun: Readonly<Record<string, PromiseWithResolvers<void>>> = Object.fromEntries(
    resources.map(({ resource }) => [resource, Promise.withResolvers<void>()]),
  );

  constructor(client: KubeClient, namespace: string | undefined) {
    this.#client = client;
    this.#namespace = namespace;
    this.runs = {
      pipelineruns: new RunIndex(client, "pipelineruns", namespace),
      taskruns: new RunIndex(client, "taskruns", namespace),
    };
  }

  /** Begins to watch; what exists already is no change. */
  start(signal: AbortSignal): void {
    for (const resource of resources) void this.#watch(resource, signal);
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

  /** Changes were missed: who comes back with an id of before has to look at everything anew, too. */
  #forget(): void {
    this.#last++;
    this.#kept.length = 0;
    for (const follower of this.#followers) follower({ kind: "gap" });
  }

  #fail(resource: Change["resource"], status: Status): void {
    this.#begun[resource]?.resolve();
    if (this.#problems.has(resource)) return;
    const message: FeedMessage = { kind: "problem", resource, status };
    this.#problems.set(resource, message);
    for (const follower of this.#followers) follower(message);
  }

  async #watch(watched: (typeof resources)[number], signal: AbortSignal): Promise<void> {
    const name = watched.resource;
    const namespace = clusterScoped.has(name) ? undefined : this.#namespace;
    const runs = isRunKind(name) ? this.runs[name] : undefined;
    for await (const followed of followChanges(this.#client, watched, { namespace, signal })) {
      switch (followed.kind) {
        case "refused":
          runs?.follow(false);
          this.#fail(name, followed.status);
          break;
        case "begun":
          runs?.follow(true);
          this.#problems.delete(name);
          this.#begun[name]?.resolve();
          break;
        case "gap":
          runs?.follow(true);
          this.#problems.delete(name);
          this.#forget();
          break;
        case "change":
          runs?.apply(followed);
          this.#tell(changeOf(name, changeKinds[followed.type], followed.object));
          break;
        default:
          followed satisfies never;
      }
    }
    runs?.follow(false);
    this.#begun[name]?.resolve();
  }
}

const changeKinds = { ADDED: "added", MODIFIED: "updated", DELETED: "deleted" } as const;

function changeOf(resource: Change["resource"], change: Change["change"], object: K8sObject): Change {
  const { namespace = "", name = "" } = object.metadata;
  const what = { resource, change, namespace, name };
  switch (resource) {
    case "triggerevents":
      return { ...what, verdicts: eventSummary(object).verdicts.map(({ trigger, state }) => ({ trigger, state })) };
    case "pipelineruns":
    case "taskruns":
      return { ...what, state: runSummary(resource, object).state };
    default:
      return what;
  }
}

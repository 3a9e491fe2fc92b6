import type { K8sObject, ObjectMeta, OwnerReference, Status } from "../../api/object.ts";
import type { JsonValue } from "../../json/value.ts";
import type { KubeClient } from "../../kube/client.ts";
import { type DiscoveredResource, Discovery } from "../../kube/discovery.ts";
import { type Reconciled, WorkQueue } from "../../kube/work-queue.ts";
import { err, ok, type Result } from "../../result.ts";
import { type MetadataEvent, MetadataWatch } from "./metadata-watch.ts";
import {
  foregroundFinalizer,
  type GraphConsequences,
  type GraphNode,
  OwnerGraph,
  orphanFinalizer,
} from "./owner-graph.ts";

/** Resources whose objects own nothing and are owned by nothing worth collecting. */
const ignored: ReadonlySet<string> = new Set(["events", "events.events.k8s.io"]);
const crds = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };
const workers = 4;
const baseDelayMs = 50;
const maxDelayMs = 60_000;
/** After a CustomResourceDefinition changed, new kinds are looked for this much later, in milliseconds. */
const rediscoverDelayMs = 300;
/** This many owners are remembered as gone. */
const maxGone = 2_000;

export interface GarbageCollectorOptions {
  readonly client: KubeClient;
  readonly signal: AbortSignal;
  /** Told of what fails and is tried again. */
  onError(message: string): void;
}

/** What an object's owners are, at present. */
interface OwnerStates {
  readonly solid: readonly OwnerReference[];
  readonly dangling: readonly OwnerReference[];
  /** Being deleted in the foreground: they wait for this object. */
  readonly waiting: readonly OwnerReference[];
}

/**
 * Deletes objects whose owners are all gone, and carries deletion in the foreground and orphaning out
 * (spec: kube-api, section 9).
 */
export class GarbageCollector {
  readonly #client: KubeClient;
  readonly #signal: AbortSignal;
  readonly #onError: (message: string) => void;
  readonly #graph = new OwnerGraph();
  readonly #queue: WorkQueue;
  readonly #watches = new Map<string, { readonly watch: MetadataWatch; readonly stop: AbortController }>();
  /** Objects with an owner of a kind that is not served: left alone until it is. */
  readonly #unresolved = new Set<string>();
  /** Uids of owners that were seen to go, oldest first. */
  readonly #gone = new Set<string>();
  #discovery = new Discovery([]);
  #rediscovery: NodeJS.Timeout | undefined;

  constructor(options: GarbageCollectorOptions) {
    this.#client = options.client;
    this.#signal = options.signal;
    this.#onError = options.onError;
    this.#queue = new WorkQueue((key) => this.#work(key), {
      workers,
      baseDelayMs,
      maxDelayMs,
      onError: (key, error) => this.#onError(`garbage collection of ${key}: ${error}`),
    });
  }

  /** Begins, and resolves when all resources have been seen once. */
  async start(): Promise<void> {
    await this.#discover();
    // Nothing is judged before all owners are known.
    this.#queue.start(this.#signal);
    this.#signal.addEventListener("abort", () => clearTimeout(this.#rediscovery));
    const definitions = new MetadataWatch(this.#client.transport, crds, () => this.#discoverSoon());
    await definitions.start(this.#signal);
  }

  #discoverSoon(): void {
    if (this.#rediscovery !== undefined || this.#signal.aborted) return;
    this.#rediscovery = setTimeout(() => {
      this.#rediscovery = undefined;
      void this.#discover();
    }, rediscoverDelayMs);
  }

  async #discover(): Promise<void> {
    const found = await Discovery.fetch(this.#client.transport);
    if (!found.ok) {
      this.#onError(`discovery: ${found.error.message ?? ""}`);
      this.#discoverSoon();
      return;
    }
    this.#discovery = found.value;
    for (const uid of this.#unresolved) this.#queue.add(`examine/${uid}`);
    this.#unresolved.clear();
    const wanted = new Map<string, DiscoveredResource>();
    for (const resource of found.value.resources) {
      const id = idOf(resource);
      const followed = ["list", "watch", "delete"].every((verb) => resource.verbs.includes(verb));
      if (followed && !ignored.has(id) && !wanted.has(id)) wanted.set(id, resource);
    }
    for (const [id, { watch, stop }] of this.#watches)
      if (!wanted.has(id)) {
        stop.abort();
        this.#watches.delete(id);
        watch.forgetAll();
      }
    await Promise.all(
      // A version that is followed may be served no longer.
      [...wanted]
        .filter(([id, { version }]) => this.#watches.get(id)?.watch.version !== version)
        .map(([id, resource]) => this.#follow(id, resource)),
    );
  }

  #follow(id: string, resource: DiscoveredResource): Promise<void> {
    const before = this.#watches.get(id);
    before?.stop.abort();
    const onEvent = (event: MetadataEvent): void =>
      this.#enqueue(
        event.kind === "deleted"
          ? this.#removed(event.metadata.uid ?? "")
          : this.#graph.change(resource, event.metadata),
      );
    const watch = new MetadataWatch(this.#client.transport, resource, onEvent, before?.watch);
    const stop = new AbortController();
    this.#watches.set(id, { watch, stop });
    return watch.start(AbortSignal.any([this.#signal, stop.signal]));
  }

  /** Remembers an owner that is gone: later its kind may be gone too, and nobody could tell. */
  #removed(uid: string): GraphConsequences {
    if (this.#graph.dependents(uid).length > 0) {
      this.#gone.add(uid);
      const oldest = this.#gone.values().next();
      if (this.#gone.size > maxGone && oldest.done !== true) this.#gone.delete(oldest.value);
    }
    return this.#graph.remove(uid);
  }

  #enqueue(consequences: GraphConsequences): void {
    for (const uid of consequences.orphan) this.#queue.add(`orphan/${uid}`);
    for (const uid of consequences.examine) this.#queue.add(`examine/${uid}`);
  }

  async #work(key: string): Promise<Result<Reconciled, string>> {
    const [task, uid = ""] = key.split("/");
    const node = this.#graph.get(uid);
    if (node === undefined) return ok({});
    const failed = task === "orphan" ? await this.#orphan(node) : await this.#examine(node);
    if (failed === undefined) return ok({});
    // A write came between: that is no failure to tell of.
    return failed.code === 409 ? ok({ requeueAfterMs: baseDelayMs }) : err(failed.message ?? "failed");
  }

  async #examine(node: GraphNode): Promise<Status | undefined> {
    if (node.deleting && !node.awaitsDependents) return undefined;
    if (node.awaitsDependents) return this.#finishForeground(node);
    if (node.owners.length === 0) return undefined;
    const states = await this.#classify(node);
    if (!states.ok) return states.error;
    const { solid, dangling, waiting } = states.value;
    if (solid.length > 0) return this.#dropReferences(node, [...dangling, ...waiting]);
    if (dangling.length + waiting.length === 0) return undefined;
    const dependents = this.#graph.dependents(node.uid);
    if (waiting.length > 0 && dependents.length > 0) {
      // Two that wait for each other would wait for ever.
      if (dependents.some((dependent) => dependent.awaitsDependents)) await this.#unblock(node);
      return this.#delete(node, "Foreground");
    }
    return this.#delete(node, node.orphans ? "Orphan" : "Background");
  }

  /** An owner in the foreground goes once nothing that blocks it is left. */
  async #finishForeground(node: GraphNode): Promise<Status | undefined> {
    const blocking = this.#graph
      .dependents(node.uid)
      .filter((dependent) =>
        dependent.owners.some((owner) => owner.uid === node.uid && owner.blockOwnerDeletion === true),
      );
    if (blocking.length === 0) return this.#removeFinalizer(node, foregroundFinalizer);
    for (const dependent of blocking) if (!dependent.awaitsDependents) this.#queue.add(`examine/${dependent.uid}`);
    return undefined;
  }

  async #classify(node: GraphNode): Promise<Result<OwnerStates, Status>> {
    const [solid, dangling, waiting]: [OwnerReference[], OwnerReference[], OwnerReference[]] = [[], [], []];
    for (const owner of node.owners) {
      const known = this.#graph.get(owner.uid);
      if (known !== undefined && known.name === owner.name) {
        if (known.awaitsDependents) waiting.push(owner);
        else solid.push(owner);
        continue;
      }
      const found = this.#gone.has(owner.uid) ? ok(undefined) : await this.#lookUp(node, owner);
      if (!found.ok) return found;
      if (found.value === "unknown") {
        this.#unresolved.add(node.uid);
        solid.push(owner);
      } else if (found.value === undefined) dangling.push(owner);
      else if (awaitsDependents(found.value)) waiting.push(owner);
      else solid.push(owner);
    }
    return ok({ solid, dangling, waiting });
  }

  /**
   * The owner itself; undefined when it is gone or another object has its name now, `unknown` when nobody can tell:
   * its kind is not served, or it lies in a namespace while what it owns does not.
   */
  async #lookUp(node: GraphNode, owner: OwnerReference): Promise<Result<ObjectMeta | "unknown" | undefined, Status>> {
    const resource = this.#discovery.byKind(owner.apiVersion, owner.kind);
    if (resource === undefined || (resource.namespaced && node.namespace === undefined)) return ok("unknown");
    const namespace = resource.namespaced ? node.namespace : undefined;
    const found = await this.#client.get(resource, { namespace, name: owner.name });
    if (!found.ok) return found.error.code === 404 ? ok(undefined) : found;
    return ok(found.value.metadata.uid === owner.uid ? found.value.metadata : undefined);
  }

  async #delete(
    node: GraphNode,
    propagationPolicy: "Background" | "Foreground" | "Orphan",
  ): Promise<Status | undefined> {
    const deleted = await this.#client.delete(node.resource, keyOf(node), { uid: node.uid, propagationPolicy });
    return deleted.ok || isGone(deleted.error) ? undefined : deleted.error;
  }

  async #orphan(node: GraphNode): Promise<Status | undefined> {
    for (const dependent of this.#graph.dependents(node.uid)) {
      const owned = dependent.owners.filter((owner) => owner.uid === node.uid);
      const failed = await this.#dropReferences(dependent, owned);
      if (failed !== undefined) return failed;
    }
    return this.#removeFinalizer(node, orphanFinalizer);
  }

  async #dropReferences(node: GraphNode, dropped: readonly OwnerReference[]): Promise<Status | undefined> {
    if (dropped.length === 0) return undefined;
    const uids = new Set(dropped.map((owner) => owner.uid));
    return this.#changeOwners(node, (owners) => owners.filter((owner) => !uids.has(owner.uid)));
  }

  /** Takes the block off this object's references, so that its owners no longer wait for it. */
  #unblock(node: GraphNode): Promise<Status | undefined> {
    return this.#changeOwners(node, (owners) =>
      owners.map((owner) => (owner.blockOwnerDeletion === true ? { ...owner, blockOwnerDeletion: false } : owner)),
    );
  }

  async #changeOwners(
    node: GraphNode,
    change: (owners: readonly OwnerReference[]) => readonly OwnerReference[],
  ): Promise<Status | undefined> {
    return this.#patchMetadata(node, (metadata) => {
      const owners = change(metadata.ownerReferences ?? []);
      return { ownerReferences: owners.length === 0 ? null : owners.map((owner) => ({ ...owner })) };
    });
  }

  #removeFinalizer(node: GraphNode, finalizer: string): Promise<Status | undefined> {
    return this.#patchMetadata(node, (metadata) => {
      const finalizers = metadata.finalizers ?? [];
      return finalizers.includes(finalizer)
        ? { finalizers: finalizers.filter((item) => item !== finalizer) }
        : undefined;
    });
  }

  /** Merges into the metadata that the object has at present; a write in between is an error, and so a new try. */
  async #patchMetadata(
    node: GraphNode,
    render: (metadata: ObjectMeta) => { readonly [field: string]: unknown } | undefined,
  ): Promise<Status | undefined> {
    const found = await this.#client.get(node.resource, keyOf(node));
    if (!found.ok) return isGone(found.error) ? undefined : found.error;
    const { metadata } = found.value;
    if (metadata.uid !== node.uid) return undefined;
    const changed = render(metadata);
    if (changed === undefined) return undefined;
    const body = { metadata: { resourceVersion: metadata.resourceVersion ?? "", uid: node.uid, ...changed } };
    const patched = await this.#client.patch(node.resource, keyOf(node), {
      type: "merge",
      body: body as unknown as JsonValue,
    });
    return patched.ok || isGone(patched.error) ? undefined : patched.error;
  }
}

function idOf(resource: DiscoveredResource): string {
  return resource.group === "" ? resource.resource : `${resource.resource}.${resource.group}`;
}

function keyOf(node: GraphNode): { readonly namespace: string | undefined; readonly name: string } {
  return { namespace: node.namespace, name: node.name };
}

function awaitsDependents(metadata: K8sObject["metadata"]): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(foregroundFinalizer);
}

/** Gone, or replaced by another of the same name, which the uid precondition tells. */
function isGone(status: Status): boolean {
  return status.code === 404 || (status.code === 409 && /UID in the precondition/.test(status.message ?? ""));
}

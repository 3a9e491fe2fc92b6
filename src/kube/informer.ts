import type { K8sObject, Resource, Status } from "../api/object.ts";
import { isJsonObject, type JsonValue } from "../json/value.ts";
import { exponentialDelayMs, sleep } from "./backoff.ts";
import type { KubeClient, ListOptions } from "./client.ts";

/** One change to the watched set. */
export type InformerEvent =
  | { readonly kind: "added"; readonly object: K8sObject }
  | { readonly kind: "updated"; readonly object: K8sObject; readonly old: K8sObject }
  | { readonly kind: "deleted"; readonly object: K8sObject };

export interface InformerOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Told whenever list or watch is refused; the informer goes on trying. */
  readonly onError?: (status: Status) => void;
}

/** Pauses between attempts at a list or a watch that failed, in milliseconds. */
const retryBaseMs = 200;
const retryMaxMs = 5_000;
/** A watch is asked to end after this to twice this, so that those of many clients do not begin anew together. */
const watchSeconds = 300;
const graceSeconds = 30;

/**
 * A local copy of one resource's objects, kept current by list and watch. It lists again when the watch says that its
 * version is too old, and watches again from the last version seen when the stream ends.
 */
export class Informer {
  readonly #client: KubeClient;
  readonly #resource: Resource;
  readonly #options: InformerOptions;
  readonly #objects = new Map<string, K8sObject>();
  readonly #byNamespace = new Map<string, Map<string, K8sObject>>();
  readonly #listeners: ((event: InformerEvent) => void)[] = [];
  #synced = false;
  #forbidden: Status | undefined;

  constructor(client: KubeClient, resource: Resource, options: InformerOptions = {}) {
    this.#client = client;
    this.#resource = resource;
    this.#options = options;
  }

  /** Whether the first list has been taken over. */
  get synced(): boolean {
    return this.#synced;
  }

  /** The Status of the last attempt, when it failed; undefined while list and watch work. */
  get failure(): Status | undefined {
    return this.#forbidden;
  }

  get(namespace: string | undefined, name: string): K8sObject | undefined {
    return this.#objects.get(keyOf(namespace, name));
  }

  /** All objects, or those of a namespace. */
  list(namespace?: string): readonly K8sObject[] {
    if (namespace === undefined) return [...this.#objects.values()];
    return [...(this.#byNamespace.get(namespace)?.values() ?? [])];
  }

  /** Calls back on each change; what is known already comes as `added` at once. */
  onChange(listener: (event: InformerEvent) => void): void {
    this.#listeners.push(listener);
    for (const object of this.#objects.values()) listener({ kind: "added", object });
  }

  /** Begins, and resolves once the first list has been taken over (or the signal aborts). */
  start(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      void this.#run(signal, resolve);
    });
  }

  async #run(signal: AbortSignal, onSynced: () => void): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const listed = await this.#client.list(this.#resource, this.#selection());
      if (signal.aborted) return;
      if (!listed.ok) {
        this.#fail(listed.error);
        await sleep(exponentialDelayMs(failures++, retryBaseMs, retryMaxMs), signal);
        continue;
      }
      this.#forbidden = undefined;
      this.#replaceAll(listed.value.items);
      this.#synced = true;
      onSynced();
      let version: string | undefined = listed.value.resourceVersion;
      while (version !== undefined && !signal.aborted) {
        const next: { version: string | undefined; failed: boolean } = await this.#watchFrom(version, signal);
        failures = next.failed ? failures + 1 : 0;
        if (next.failed) await sleep(exponentialDelayMs(failures, retryBaseMs, retryMaxMs), signal);
        version = next.version;
      }
    }
  }

  /** Follows changes until the stream ends. No version in the answer means: list again. */
  async #watchFrom(version: string, signal: AbortSignal): Promise<{ version: string | undefined; failed: boolean }> {
    const timeoutSeconds = Math.ceil(watchSeconds * (1 + Math.random()));
    // A connection that broke silently brings nothing, not even its end.
    const overdue = AbortSignal.timeout((timeoutSeconds + graceSeconds) * 1000);
    const stream = await this.#client.watch(this.#resource, {
      ...this.#selection(),
      resourceVersion: version,
      allowWatchBookmarks: true,
      timeoutSeconds,
      signal: AbortSignal.any([signal, overdue]),
    });
    if (stream.status !== 200) {
      const status = stream.body as unknown as Status;
      if (stream.status !== 410) this.#fail(status);
      return { version: stream.status === 410 || stream.status === 403 ? undefined : version, failed: true };
    }
    let last = version;
    try {
      for await (const event of stream.items) {
        const applied = this.#apply(event);
        if (applied === undefined) return { version: undefined, failed: false };
        last = applied;
      }
    } catch {
      return { version: last, failed: !signal.aborted };
    }
    return { version: last, failed: false };
  }

  /** Takes one watch event over; answers the version it carries, or undefined when the server gave up. */
  #apply(event: JsonValue): string | undefined {
    if (!isJsonObject(event) || !isJsonObject(event["object"])) return undefined;
    const object = event["object"] as unknown as K8sObject;
    switch (event["type"]) {
      case "ADDED":
      case "MODIFIED":
        this.#put(object);
        break;
      case "DELETED":
        this.#remove(object);
        break;
      case "BOOKMARK":
        break;
      default:
        return undefined;
    }
    return object.metadata.resourceVersion ?? "";
  }

  #selection(): ListOptions {
    const { namespace, labelSelector, fieldSelector } = this.#options;
    return { namespace, labelSelector, fieldSelector };
  }

  #fail(status: Status): void {
    this.#forbidden = status;
    this.#options.onError?.(status);
  }

  #replaceAll(items: readonly K8sObject[]): void {
    const gone = new Map(this.#objects);
    for (const item of items) {
      gone.delete(keyOf(item.metadata.namespace, item.metadata.name ?? ""));
      this.#put(item);
    }
    for (const object of gone.values()) this.#remove(object);
  }

  #put(object: K8sObject): void {
    const key = keyOf(object.metadata.namespace, object.metadata.name ?? "");
    const old = this.#objects.get(key);
    if (old !== undefined && old.metadata.resourceVersion === object.metadata.resourceVersion) return;
    this.#objects.set(key, object);
    const namespace = object.metadata.namespace ?? "";
    const inNamespace = this.#byNamespace.get(namespace) ?? new Map<string, K8sObject>();
    inNamespace.set(key, object);
    this.#byNamespace.set(namespace, inNamespace);
    this.#tell(old === undefined ? { kind: "added", object } : { kind: "updated", object, old });
  }

  #remove(object: K8sObject): void {
    const key = keyOf(object.metadata.namespace, object.metadata.name ?? "");
    if (!this.#objects.delete(key)) return;
    const inNamespace = this.#byNamespace.get(object.metadata.namespace ?? "");
    inNamespace?.delete(key);
    if (inNamespace?.size === 0) this.#byNamespace.delete(object.metadata.namespace ?? "");
    this.#tell({ kind: "deleted", object });
  }

  #tell(event: InformerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ""}/${name}`;
}

import type { K8sObject } from "../api/object.ts";
import type { KubeClient } from "../kube/client.ts";
import { Informer } from "../kube/informer.ts";
import { secrets } from "../kube/known-resources.ts";
import { mayI } from "../kube/may-i.ts";

/** Secrets that are followed at most; the one that was not asked for the longest is let go. */
const capacity = 256;
/** A Secret that nobody asked for is followed for so long, in milliseconds. */
const idleMs = 10 * 60_000;
/** How long it is believed that the account may not follow a Secret, in milliseconds. */
const refusalMs = 60_000;

interface Watch {
  readonly stopping: AbortController;
  /** Undefined while it is asked whether the account may, and when it may not. */
  informer: Informer | undefined;
  usedAtMs: number;
  /** When the account was refused. */
  refusedAtMs: number | undefined;
}

/**
 * Follows the Secrets that are asked for, one by one: where the account may list and watch a Secret by its name, a change
 * is known as it happens and no event waits for a look-up. It reads no other Secret than those.
 */
export class SecretWatches {
  readonly #client: KubeClient;
  readonly #nowMs: () => number;
  readonly #signal: AbortSignal;
  /** In the order of their last use. */
  readonly #watches = new Map<string, Watch>();

  constructor(client: KubeClient, nowMs: () => number, signal: AbortSignal) {
    this.#client = client;
    this.#nowMs = nowMs;
    this.#signal = signal;
  }

  /** The Secret as it is now, null when there is none; undefined when it is not followed, or not yet. */
  current(namespace: string, name: string): K8sObject | null | undefined {
    const nowMs = this.#nowMs();
    const id = `${namespace}/${name}`;
    let watch = this.#watches.get(id);
    if (watch?.refusedAtMs !== undefined && nowMs - watch.refusedAtMs > refusalMs) watch = undefined;
    if (watch === undefined) {
      this.#dropUnused(nowMs);
      watch = { stopping: new AbortController(), informer: undefined, usedAtMs: nowMs, refusedAtMs: undefined };
      void this.#begin(watch, namespace, name);
    }
    watch.usedAtMs = nowMs;
    this.#watches.delete(id);
    this.#watches.set(id, watch);
    const { informer } = watch;
    if (informer === undefined || !informer.synced || informer.failure !== undefined) return undefined;
    return informer.get(namespace, name) ?? null;
  }

  async #begin(watch: Watch, namespace: string, name: string): Promise<void> {
    const allowed = await Promise.all(
      ["list", "watch"].map((verb) => mayI(this.#client, { verb, resource: "secrets", namespace, name })),
    );
    if (allowed.some((each) => each !== true)) {
      watch.refusedAtMs = this.#nowMs();
      return;
    }
    watch.informer = new Informer(this.#client, secrets, { namespace, fieldSelector: `metadata.name=${name}` });
    await watch.informer.start(AbortSignal.any([this.#signal, watch.stopping.signal]));
  }

  #dropUnused(nowMs: number): void {
    for (const [id, watch] of this.#watches) {
      if (nowMs - watch.usedAtMs < idleMs && this.#watches.size < capacity) return;
      watch.stopping.abort();
      this.#watches.delete(id);
    }
  }
}

import type { K8sObject } from "../api/object.ts";
import type { EventListener } from "../api/triggers/objects.ts";
import { isMultiNamespace, validatesPayload } from "../api/triggers/sink-settings.ts";
import { KubeClient } from "../kube/client.ts";
import { Informer } from "../kube/informer.ts";
import { eventListeners, namespaces } from "../kube/known-resources.ts";
import { keyOf } from "../kube/object-key.ts";
import type { ListenerRef } from "../triggers/run-trigger.ts";
import { CheckedImpersonation } from "./checked-impersonation.ts";
import { claimedHosts, hostsAnnotation, serviceHosts } from "./host-routes.ts";
import { decodeTriggersObject } from "./listener-caches.ts";
import type { HostClaim, ListenerGateway } from "./listener-gateway.ts";
import type { ListenerRuntime } from "./listener-runtime.ts";
import { userNameOf } from "./resource-creator.ts";
import { SharedAddresses, type SharedAddressesOptions } from "./shared-addresses.ts";
import { crowdShare, TurnTaking } from "./turn-taking.ts";

/** What one of the listeners runs with. */
export interface SharedListener {
  readonly ref: ListenerRef;
  /** With the identity of the EventListener's service account. */
  readonly client: KubeClient;
  readonly isMultiNamespace: boolean;
  readonly payloadValidation: boolean;
  readonly cloudEventUri: string;
  /** Shared by the listeners of a namespace, so that no namespace takes all. */
  readonly turns: TurnTaking;
  /** Whether so many events of the namespace wait that no more are taken. */
  readonly isFull: () => boolean;
}

export interface SharedListenersOptions {
  /** With the identity of the process, which may impersonate the listeners' service accounts. */
  readonly client: KubeClient;
  readonly gateway: ListenerGateway;
  /** Whose EventListeners are served: those of named namespaces, or of namespaces with labels. */
  readonly namespaces: { readonly names: readonly string[] } | { readonly labelSelector: string };
  /** How many runs of triggers of one namespace are under way at once. */
  readonly maxConcurrentPerNamespace: number;
  /** How many accepted events of one namespace may wait for their triggers. */
  readonly maxWaitingPerNamespace: number;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  /** The Service that leads here: listeners get their addresses by it. Without it they get none. */
  readonly service?: SharedAddressesOptions["service"];
  readonly newRuntime: (listener: SharedListener) => ListenerRuntime;
  readonly log: (message: string) => void;
}

/** What the listeners of a namespace have together. */
interface Share {
  readonly turns: TurnTaking;
  readonly runtimes: Set<ListenerRuntime>;
}

interface Running {
  readonly settings: string;
  readonly runtime: ListenerRuntime;
  readonly share: Share;
  readonly stopping: AbortController;
}

/** Serves every EventListener of the chosen namespaces in this process, each as its own service account. */
export class SharedListeners {
  readonly #options: SharedListenersOptions;
  readonly #running = new Map<string, Running>();
  readonly #namespaces = new Map<string, AbortController>();
  readonly #addresses: SharedAddresses | undefined;

  constructor(options: SharedListenersOptions) {
    this.#options = options;
    const { client, service, clusterDomain, log } = options;
    this.#addresses =
      service &&
      new SharedAddresses({
        client,
        service,
        clusterDomain,
        unreadyReason: (key) => this.#running.get(key)?.runtime.unreadyReason,
        now: () => `${new Date().toISOString().slice(0, 19)}Z`,
        log,
      });
  }

  /** How many listeners there are, and how many of them take events. */
  get counts(): { readonly all: number; readonly ready: number } {
    const runtimes = [...this.#running.values()];
    return { all: runtimes.length, ready: runtimes.filter(({ runtime }) => runtime.isReady).length };
  }

  /** Resolves once the EventListeners of all namespaces that are chosen now have been read. */
  async start(signal: AbortSignal): Promise<void> {
    this.#addresses?.start(signal);
    const chosen = this.#options.namespaces;
    if ("names" in chosen) {
      await Promise.all(chosen.names.map((name) => this.#follow(name, signal)));
      return;
    }
    const informer = new Informer(this.#options.client, namespaces, {
      labelSelector: chosen.labelSelector,
      onError: ({ message = "" }) => this.#options.log(`cannot watch namespaces: ${message}`),
    });
    const following: Promise<void>[] = [];
    informer.onChange(({ kind, object }) => {
      const name = object.metadata.name ?? "";
      if (kind === "deleted") this.#leave(name);
      else following.push(this.#follow(name, signal));
    });
    await informer.start(signal);
    await Promise.all(following);
  }

  /** Resolves when every accepted event has come to an end, or after the time. */
  async drain(timeoutMs: number): Promise<boolean> {
    const drained = await Promise.all([...this.#running.values()].map(({ runtime }) => runtime.drain(timeoutMs)));
    return drained.every((done) => done);
  }

  async #follow(namespace: string, signal: AbortSignal): Promise<void> {
    if (this.#namespaces.has(namespace)) return;
    const leaving = new AbortController();
    this.#namespaces.set(namespace, leaving);
    const { maxConcurrentPerNamespace, maxWaitingPerNamespace } = this.#options;
    const turns = new TurnTaking(maxConcurrentPerNamespace, { crowd: maxWaitingPerNamespace * crowdShare });
    const share: Share = { turns, runtimes: new Set() };
    let told = "";
    const informer = new Informer(this.#options.client, eventListeners, {
      namespace,
      onError: ({ message = "" }) => {
        // It is tried again and again: a namespace with the labels may let this process in later.
        if (message !== told) this.#options.log(`cannot watch eventlisteners of ${namespace}: ${message}`);
        told = message;
      },
    });
    const either = AbortSignal.any([signal, leaving.signal]);
    informer.onChange(({ kind, object }) => {
      if (kind === "deleted") {
        this.#stop(keyOf(object));
        this.#addresses?.forget(keyOf(object));
      } else {
        this.#serve(object, share, either);
        this.#addresses?.set(object);
      }
    });
    await informer.start(either);
  }

  #leave(namespace: string): void {
    this.#namespaces.get(namespace)?.abort();
    this.#namespaces.delete(namespace);
    for (const key of this.#running.keys()) if (key.startsWith(`${namespace}/`)) this.#stop(key);
  }

  #serve(object: K8sObject, share: Share, signal: AbortSignal): void {
    const key = keyOf(object);
    const decoded = decodeTriggersObject("v1beta1", "EventListener", object);
    if (decoded === undefined) {
      this.#options.log(`EventListener ${key} is unreadable`);
      return;
    }
    const { namespace = "", name = "" } = object.metadata;
    const { account, ...settings } = settingsOf(decoded as EventListener);
    const claim = this.#hostsOf(object);
    const text = JSON.stringify([object.metadata.uid, account, settings, claim]);
    if (this.#running.get(key)?.settings === text) return;
    this.#stop(key);
    const userName = userNameOf({ namespace, name: account });
    const transport = new CheckedImpersonation(this.#options.client.transport, userName, Date.now);
    const client = new KubeClient(transport);
    const { turns, runtimes } = share;
    const isFull = () => waitingFor(runtimes) >= this.#options.maxWaitingPerNamespace;
    const runtime = this.#options.newRuntime({ ref: { namespace, name }, client, turns, isFull, ...settings });
    runtimes.add(runtime);
    const stopping = new AbortController();
    this.#running.set(key, { settings: text, runtime, share, stopping });
    this.#options.gateway.add(runtime, claim);
    this.#options.log(`serving EventListener ${key} as service account ${account}`);
    void runtime.start(AbortSignal.any([signal, stopping.signal]));
  }

  #hostsOf({ metadata }: K8sObject): HostClaim {
    const { namespace = "", name = "", creationTimestamp = "", annotations = {} } = metadata;
    const { clusterDomain, log } = this.#options;
    const annotation = Object.hasOwn(annotations, hostsAnnotation) ? annotations[hostsAnnotation] : undefined;
    const { hosts, refused } = claimedHosts(annotation, clusterDomain);
    if (refused.length > 0) {
      log(`EventListener ${namespace}/${name}: annotation ${hostsAnnotation} may not name ${refused.join(", ")}`);
    }
    const rank = `${creationTimestamp} ${namespace}/${name}`;
    return { hosts: [...serviceHosts({ namespace, name }, clusterDomain), ...hosts], rank };
  }

  #stop(key: string): void {
    const running = this.#running.get(key);
    if (running === undefined) return;
    this.#running.delete(key);
    running.share.runtimes.delete(running.runtime);
    this.#options.gateway.remove(running.runtime);
    running.stopping.abort();
  }
}

function waitingFor(runtimes: Iterable<ListenerRuntime>): number {
  let sum = 0;
  for (const { undispatched } of runtimes) sum += undispatched;
  return sum;
}

/** What the controller would put into the arguments of the listener's own Deployment (spec: controller, section 3). */
function settingsOf(listener: EventListener) {
  const { spec = {} } = listener;
  return {
    account: spec.serviceAccountName || "default",
    isMultiNamespace: isMultiNamespace(listener),
    payloadValidation: validatesPayload(listener),
    cloudEventUri: spec.cloudEventURI ?? "",
  };
}

import { createHash, randomInt } from "node:crypto";
import type { K8sObject } from "../api/object.ts";
import { sameJson } from "../json/same-json.ts";
import { type JsonObject, type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { Informer } from "../kube/informer.ts";
import { deployments, pods } from "../kube/known-resources.ts";
import { type Reconciled, WorkQueue } from "../kube/work-queue.ts";
import { err, ok, type Result } from "../result.ts";
import { deploymentStatus } from "./deployment-status.ts";

/** Objects that the EventListener controller made. */
const listenerSelector = "app.kubernetes.io/managed-by=EventListener,app.kubernetes.io/part-of=Triggers";
/** Kubernetes' alphabet for generated names. */
const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

/** Pause before a Pod that could not begin is tried again. */
const startAgainMs = 2_000;

/** A listener that runs in this process, playing a Pod. */
export interface RunningListener {
  /** Whether it can take events; why not, otherwise. */
  readiness(): { readonly ready: boolean; readonly message: string };
  /** Calls back when `readiness` may have changed. */
  onReadinessChange(listener: () => void): void;
  stop(): Promise<void>;
}

export interface ListenerNodeOptions {
  readonly client: KubeClient;
  /** Name of this node, as in `spec.nodeName`. */
  readonly nodeName: string;
  /** Begins to play a Pod. The error becomes the Pod's message. */
  readonly startListener: (pod: K8sObject) => Promise<Result<RunningListener, string>>;
  /** Sets aside what the Pod's containers wrote in the life before. */
  readonly beginNewLife: (pod: K8sObject) => Promise<void>;
  /** Forgets what is kept of a Pod that is gone. */
  readonly forgetPod: (namespace: string, pod: string) => Promise<void>;
  readonly log: (message: string) => void;
}

interface LocalPod {
  readonly listener: Result<RunningListener, string>;
  readonly startedAt: string;
  readonly past: ContainerPast;
}

/** What a container's status keeps of its lives before. */
interface ContainerPast {
  readonly restarts: number;
  readonly lastState: JsonObject;
}

/**
 * Plays the part of the Deployment controller and of a node for the Deployments of EventListeners: their Pods run inside
 * this process, and the status of Deployment and Pod say how they are.
 */
export class ListenerNode {
  readonly #options: ListenerNodeOptions;
  readonly #deployments: Informer;
  readonly #pods: Informer;
  readonly #deploymentQueue: WorkQueue;
  readonly #podQueue: WorkQueue;
  readonly #local = new Map<string, LocalPod>();

  constructor(options: ListenerNodeOptions) {
    this.#options = options;
    this.#deployments = new Informer(options.client, deployments, { labelSelector: listenerSelector });
    this.#pods = new Informer(options.client, pods, { labelSelector: listenerSelector });
    const settings = {
      workers: 2,
      baseDelayMs: 20,
      maxDelayMs: 5_000,
      onError: (key: string, error: string) => options.log(`listener ${key}: ${error}`),
    };
    this.#deploymentQueue = new WorkQueue((key) => this.#reconcileDeployment(key), settings);
    this.#podQueue = new WorkQueue((key) => this.#reconcilePod(key), settings);
    this.#deployments.onChange(({ object }) => this.#deploymentQueue.add(keyOf(object)));
    this.#pods.onChange(({ object }) => {
      this.#podQueue.add(keyOf(object));
      const owner = object.metadata.ownerReferences?.find((reference) => reference.kind === "Deployment");
      if (owner !== undefined) this.#deploymentQueue.add(`${object.metadata.namespace}/${owner.name}`);
    });
  }

  async start(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#deployments.start(signal), this.#pods.start(signal)]);
    this.#deploymentQueue.start(signal);
    this.#podQueue.start(signal);
  }

  /** Ends all listeners; the Pods stay, to be taken up by the next life of the process. */
  async stop(): Promise<void> {
    const local = [...this.#local.values()];
    this.#local.clear();
    await Promise.all(local.map(({ listener }) => (listener.ok ? listener.value.stop() : undefined)));
  }

  async #reconcileDeployment(key: string): Promise<Result<Reconciled, string>> {
    const [namespace = "", name = ""] = key.split("/");
    const deployment = this.#deployments.get(namespace, name);
    // Pods of a Deployment that is gone go by garbage collection.
    if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return ok({});
    const replicas = Number(member(specOf(deployment), "replicas") ?? 1);
    const template = member(specOf(deployment), "template") ?? {};
    const hash = templateHash(template);
    const owned = this.#pods
      .list(namespace)
      .filter((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === deployment.metadata.uid))
      .filter((pod) => pod.metadata.deletionTimestamp === undefined);
    const current = owned.filter((pod) => pod.metadata.labels?.["pod-template-hash"] === hash);
    let createError: string | undefined;
    for (let missing = replicas - current.length; missing > 0; missing--) {
      const created = await this.#options.client.create(pods, this.#podFrom(deployment, template, hash));
      if (!created.ok) createError = created.error.message ?? "";
    }
    const ready = current.filter(isReady);
    const surplus = current.slice(replicas);
    // The old template's Pods go once the new one's are ready, as in a rolling update.
    const outdated = ready.length >= replicas ? owned.filter((pod) => !current.includes(pod)) : [];
    for (const pod of [...surplus, ...outdated]) {
      await this.#options.client.delete(pods, { namespace, name: pod.metadata.name ?? "" });
    }
    const status = deploymentStatus(deployment, {
      replicas,
      updated: Math.min(current.length, replicas),
      ready: Math.min(ready.length, replicas),
      createError,
      message:
        current
          .map((pod) => this.#local.get(keyOf(pod)))
          .map(messageOf)
          .find((text) => text !== "") ?? "",
      replicaSet: `${name}-${hash}`,
      now: new Date(),
    });
    if (status !== undefined) {
      const written = await this.#options.client.update(
        deployments,
        { ...deployment, status },
        { subresource: "status" },
      );
      // A conflict means that a newer Deployment is on its way here.
      if (!written.ok && written.error.reason !== "Conflict" && written.error.code !== 404)
        return err(written.error.message ?? "");
    }
    return createError === undefined ? ok({}) : err(createError);
  }

  #podFrom(deployment: K8sObject, template: JsonValue, hash: string): K8sObject {
    const { name = "", namespace = "default", uid = "" } = deployment.metadata;
    const metadata = (member(template, "metadata") ?? {}) as JsonObject;
    const labels = { ...((metadata["labels"] ?? {}) as JsonObject), "pod-template-hash": hash };
    // A mirror Pod: it may come before its ServiceAccount, whose missing permissions its log then tells of.
    const annotations = { ...((metadata["annotations"] ?? {}) as JsonObject), "kubernetes.io/config.mirror": hash };
    const suffix = Array.from({ length: 5 }, () => suffixAlphabet[randomInt(suffixAlphabet.length)]).join("");
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        ...metadata,
        name: `${name.slice(0, 46)}-${hash}-${suffix}`,
        namespace,
        labels,
        annotations,
        ownerReferences: [
          { apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true, blockOwnerDeletion: true },
        ],
      } as K8sObject["metadata"],
      spec: { ...((member(template, "spec") ?? {}) as JsonObject), nodeName: this.#options.nodeName },
    };
  }

  async #reconcilePod(key: string): Promise<Result<Reconciled, string>> {
    const [namespace = "", name = ""] = key.split("/");
    const pod = this.#pods.get(namespace, name);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) {
      const local = this.#local.get(key);
      this.#local.delete(key);
      if (local?.listener.ok === true) await local.listener.value.stop();
      if (pod !== undefined) await this.#options.client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 });
      if (local !== undefined) await this.#options.forgetPod(namespace, name);
      return ok({});
    }
    if (member(specOf(pod), "nodeName") !== this.#options.nodeName) return ok({});
    let local = this.#local.get(key);
    if (local === undefined || !local.listener.ok) {
      const startedAt = timestamp(new Date());
      const past = local?.past ?? pastOf(pod, startedAt);
      if (local === undefined && past.restarts > restartsOf(pod)) await this.#options.beginNewLife(pod);
      const listener = await this.#options.startListener(pod);
      local = { listener, startedAt, past };
      this.#local.set(key, local);
      if (listener.ok) listener.value.onReadinessChange(() => this.#podQueue.add(key));
    }
    const written = await this.#writePodStatus(pod, local);
    // What it lacks, such as a Secret, may come.
    return written.ok && !local.listener.ok ? ok({ requeueAfterMs: startAgainMs }) : written;
  }

  async #writePodStatus(pod: K8sObject, local: LocalPod): Promise<Result<Reconciled, string>> {
    const status = podStatus(pod, local);
    if (sameJson(status, pod["status"] as JsonValue | undefined)) return ok({});
    const written = await this.#options.client.update(pods, { ...pod, status }, { subresource: "status" });
    if (written.ok || written.error.code === 404 || written.error.reason === "Conflict") return ok({});
    return err(written.error.message ?? "");
  }
}

function messageOf(local: LocalPod | undefined): string {
  if (local === undefined) return "";
  return local.listener.ok ? local.listener.value.readiness().message : local.listener.error;
}

function podStatus(pod: K8sObject, local: LocalPod): JsonObject {
  const { ready, message } = local.listener.ok
    ? local.listener.value.readiness()
    : { ready: false, message: local.listener.error };
  const before = member(pod["status"] as JsonValue | undefined, "conditions");
  const condition = (type: string, isTrue: boolean): JsonObject => {
    const status = isTrue ? "True" : "False";
    const old = (Array.isArray(before) ? (before as readonly JsonObject[]) : []).find(
      (entry) => entry["type"] === type,
    );
    const since = old?.["status"] === status ? (old["lastTransitionTime"] ?? local.startedAt) : timestamp(new Date());
    return {
      type,
      status,
      lastProbeTime: null,
      lastTransitionTime: since,
      ...(isTrue || message === "" ? {} : { reason: "ContainersNotReady", message }),
    };
  };
  const container = member((member(specOf(pod), "containers") as readonly JsonValue[] | undefined)?.[0], "name");
  const image = member((member(specOf(pod), "containers") as readonly JsonValue[] | undefined)?.[0], "image");
  return {
    phase: local.listener.ok ? "Running" : "Pending",
    conditions: [
      condition("Initialized", true),
      condition("Ready", ready),
      condition("ContainersReady", ready),
      condition("PodScheduled", true),
    ],
    hostIP: "127.0.0.1",
    podIP: "127.0.0.1",
    podIPs: [{ ip: "127.0.0.1" }],
    startTime: String(pod.metadata.creationTimestamp ?? local.startedAt),
    containerStatuses: [
      {
        name: String(container ?? "event-listener"),
        state: local.listener.ok
          ? { running: { startedAt: local.startedAt } }
          : { waiting: { reason: "CreateContainerConfigError", message } },
        lastState: local.past.lastState,
        ready,
        restartCount: local.past.restarts,
        image: String(image ?? ""),
        imageID: "",
        ...(local.listener.ok ? { containerID: containerId(pod, local.past.restarts) } : {}),
        started: local.listener.ok,
      },
    ],
    qosClass: "BestEffort",
  };
}

/**
 * What a Pod's status says of its container's lives before the one that begins now. A container that was running when
 * this process ended has ended with it: nobody saw how, so its exit code is the one that a kubelet reports then.
 */
function pastOf(pod: K8sObject, now: string): ContainerPast {
  const status = containerStatusOf(pod);
  const lastState = member(status, "lastState");
  const restarts = restartsOf(pod);
  const running = member(member(status, "state"), "running");
  if (running === undefined)
    return { restarts, lastState: typeof lastState === "object" ? (lastState as JsonObject) : {} };
  const terminated = {
    exitCode: 255,
    reason: "Unknown",
    startedAt: member(running, "startedAt") ?? now,
    finishedAt: now,
    containerID: containerId(pod, restarts),
  };
  return { restarts: restarts + 1, lastState: { terminated } };
}

function restartsOf(pod: K8sObject): number {
  const count = member(containerStatusOf(pod), "restartCount");
  return typeof count === "number" ? count : 0;
}

function containerStatusOf(pod: K8sObject): JsonValue | undefined {
  const statuses = member(pod["status"] as JsonValue | undefined, "containerStatuses");
  return Array.isArray(statuses) ? (statuses[0] as JsonValue | undefined) : undefined;
}

/** Each life of the container has an id of its own. */
function containerId(pod: K8sObject, restarts: number): string {
  return `tektite://${pod.metadata.uid}-${restarts}`;
}

function isReady(pod: K8sObject): boolean {
  const conditions = member(pod["status"] as JsonValue | undefined, "conditions");
  const ready = (Array.isArray(conditions) ? conditions : []).find((entry) => member(entry, "type") === "Ready");
  return member(ready, "status") === "True";
}

function templateHash(template: JsonValue): string {
  const digest = createHash("sha256").update(JSON.stringify(template)).digest();
  return [...digest.subarray(0, 9)].map((byte) => suffixAlphabet[byte % suffixAlphabet.length]).join("");
}

function specOf(object: K8sObject): JsonValue | undefined {
  return object["spec"] as JsonValue | undefined;
}

function keyOf(object: K8sObject): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}

function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

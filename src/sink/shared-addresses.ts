import type { K8sObject, Status } from "../api/object.ts";
import { generatedName } from "../api/triggers/generated-name.ts";
import { sameJson } from "../json/same-json.ts";
import { isJsonArray, type JsonObject, type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { eventListeners, services } from "../kube/known-resources.ts";
import { type Reconciled, WorkQueue } from "../kube/work-queue.ts";
import { err, ok, type Result } from "../result.ts";

const workers = 4;
const retry = { baseDelayMs: 200, maxDelayMs: 60_000 } as const;
/** How often a listener that does not take events is looked at again, in milliseconds. */
const unreadyPollMs = 2_000;
/** How often a status is written anew that somebody else overwrites, such as a controller of the same namespace. */
const maxOverwritten = 3;

export interface SharedAddressesOptions {
  /** With the identity of the process. */
  readonly client: KubeClient;
  /** The Service of the shared sink. */
  readonly service: { readonly name: string; readonly namespace: string; readonly port: number };
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  /** Why a listener does not take events; undefined when it does. By `NAMESPACE/NAME`. */
  readonly unreadyReason: (key: string) => string | undefined;
  /** RFC 3339, whole seconds, UTC. */
  readonly now: () => string;
  readonly log: (message: string) => void;
}

/**
 * Does for listeners that share a sink what the controller does for those with a Deployment: each gets its Service
 * `el-NAME`, which is another name of the shared sink's, so that Ingresses and senders find it under the address that
 * Tekton gives it, and a status that says so.
 */
export class SharedAddresses {
  readonly #options: SharedAddressesOptions;
  readonly #listeners = new Map<string, K8sObject>();
  /** What was written last, times aside, and how often it was overwritten. */
  readonly #written = new Map<string, { readonly text: string; readonly overwritten: number }>();
  readonly #queue: WorkQueue;

  constructor(options: SharedAddressesOptions) {
    this.#options = options;
    this.#queue = new WorkQueue((key) => this.#publish(key), {
      workers,
      ...retry,
      onError: (key, error) => options.log(`cannot publish the address of EventListener ${key}: ${error}`),
    });
  }

  start(signal: AbortSignal): void {
    this.#queue.start(signal);
  }

  /** Brings Service and status in line soon. */
  set(listener: K8sObject): void {
    const key = `${listener.metadata.namespace ?? ""}/${listener.metadata.name ?? ""}`;
    this.#listeners.set(key, listener);
    this.#queue.add(key);
  }

  /** Its Service is garbage now. */
  forget(key: string): void {
    this.#listeners.delete(key);
    this.#written.delete(key);
  }

  async #publish(key: string): Promise<Result<Reconciled, string>> {
    const listener = this.#listeners.get(key);
    if (listener === undefined || listener.metadata.deletionTimestamp !== undefined) return ok({});
    const { client, service, clusterDomain, log } = this.#options;
    if ((this.#written.get(key)?.overwritten ?? 0) > maxOverwritten) return ok({});
    const ensured = await this.#ensureService(listener);
    if (!ensured.ok) return err(ensured.error.message ?? "");
    const { namespace = "", name = "" } = listener.metadata;
    const shared = `${service.name}.${service.namespace}.svc.${clusterDomain}:${service.port}`;
    const own = `${generatedName(name)}.${namespace}.svc.${clusterDomain}:${service.port}`;
    const reason = this.#options.unreadyReason(key);
    const status = this.#statusOf(listener, `http://${ensured.value ? own : `${shared}/${key}`}`, reason);
    const again = reason === undefined ? {} : { requeueAfterMs: unreadyPollMs };
    const before = (listener["status"] ?? {}) as JsonObject;
    if (Object.entries(status).every(([field, value]) => sameJson(before[field] ?? null, value))) return ok(again);
    const text = JSON.stringify(status, (field, value: unknown) =>
      field === "lastTransitionTime" ? undefined : value,
    );
    const last = this.#written.get(key);
    const overwritten = last?.text === text ? last.overwritten + 1 : 0;
    this.#written.set(key, { text, overwritten });
    if (overwritten > maxOverwritten) {
      log(
        `somebody else writes the status of EventListener ${key}, so it is left to them: is there a controller, too?`,
      );
      return ok({});
    }
    const patched = await client.patch(
      eventListeners,
      { namespace, name },
      { type: "merge", subresource: "status", body: { status } },
    );
    if (patched.ok) return ok(again);
    return patched.error.code === 404 ? ok({}) : err(patched.error.message ?? "");
  }

  /** Whether `el-NAME` leads to the shared sink; it does not when somebody else has a Service of that name. */
  async #ensureService(listener: K8sObject): Promise<Result<boolean, Status>> {
    const { client, service, clusterDomain, log } = this.#options;
    const { namespace = "", name = "", uid = "" } = listener.metadata;
    const spec: JsonObject = {
      type: "ExternalName",
      externalName: `${service.name}.${service.namespace}.svc.${clusterDomain}`,
      ports: [{ name: "http-listener", protocol: "TCP", port: service.port, targetPort: service.port }],
    };
    const found = await client.get(services, { namespace, name: generatedName(name) });
    if (!found.ok && found.error.code !== 404) return found;
    if (!found.ok) {
      const created = await client.create(services, {
        apiVersion: "v1",
        kind: "Service",
        metadata: {
          name: generatedName(name),
          namespace,
          labels: {
            "app.kubernetes.io/managed-by": "EventListener",
            "app.kubernetes.io/part-of": "Triggers",
            eventlistener: name,
          },
          ownerReferences: [
            {
              apiVersion: listener.apiVersion,
              kind: "EventListener",
              name,
              uid,
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
        spec,
      });
      // Another replica of the sink may have been faster.
      return created.ok || created.error.reason === "AlreadyExists" ? ok(true) : created;
    }
    const current = found.value["spec"] as JsonValue | undefined;
    if (member(current, "type") === "ExternalName" && member(current, "externalName") === spec["externalName"]) {
      return ok(true);
    }
    if (!found.value.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller === true)) {
      log(`Service ${namespace}/el-${name} is not the EventListener's: it stays as it is`);
      return ok(false);
    }
    // What the controller made for a Deployment of its own becomes a name of the shared sink.
    const updated = await client.update(services, { ...found.value, spec });
    return updated.ok || updated.error.reason === "Conflict" ? ok(updated.ok) : updated;
  }

  /** As the controller writes it, with the sink in place of the Deployment. */
  #statusOf(listener: K8sObject, url: string, reason: string | undefined): JsonObject {
    const { name: sink } = this.#options.service;
    const isReady = reason === undefined;
    const wanted: readonly JsonObject[] = [
      isReady
        ? { type: "Available", status: "True", reason: "SharedSink", message: `Service ${sink} takes its events` }
        : { type: "Available", status: "False", reason: "NotServing", message: reason },
      isReady
        ? { type: "Ready", status: "True", message: "EventListener is ready" }
        : { type: "Ready", status: "False", message: `Condition Available has status: False with message: ${reason}` },
      { type: "Service", status: "True", message: "Service exists" },
    ];
    const before = member(listener["status"] as JsonValue | undefined, "conditions");
    const conditions = wanted.map((condition): JsonObject => {
      const old = isJsonArray(before) ? before.find((each) => member(each, "type") === condition["type"]) : undefined;
      const sinceThen = member(old, "status") === condition["status"] ? member(old, "lastTransitionTime") : undefined;
      return { ...condition, lastTransitionTime: sinceThen ?? this.#options.now() };
    });
    const { name = "" } = listener.metadata;
    return { address: { url }, conditions, configuration: { generatedName: generatedName(name) } };
  }
}

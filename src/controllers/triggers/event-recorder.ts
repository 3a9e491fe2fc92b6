import type { K8sObject } from "../../api/object.ts";
import type { KubeClient } from "../../kube/client.ts";
import { events } from "../../kube/known-resources.ts";

/** Per object: so many events at once, then one in so many seconds. More would only hide what matters. */
const burst = 25;
const refillSeconds = 300;
/** Objects and events remembered; the oldest are forgotten. */
const remembered = 1000;

interface Allowance {
  readonly left: number;
  readonly atMs: number;
}

interface Recorded {
  readonly name: string;
  readonly namespace: string;
  readonly count: number;
}

/** Records Kubernetes Events of type Warning; an event that repeats is counted instead of written anew. */
export class EventRecorder {
  readonly #client: Pick<KubeClient, "create" | "patch">;
  readonly #nowMs: () => number;
  readonly #log: (message: string) => void;
  readonly #allowances = new Map<string, Allowance>();
  readonly #recorded = new Map<string, Recorded>();
  #serial = 0;

  constructor(client: Pick<KubeClient, "create" | "patch">, nowMs: () => number, log: (message: string) => void) {
    this.#client = client;
    this.#nowMs = nowMs;
    this.#log = log;
  }

  /** Never fails: an event is for people, and only the log hears that it could not be written. */
  async warn(object: K8sObject, component: string, reason: string, message: string): Promise<void> {
    const { namespace = "default", name = "", uid = "" } = object.metadata;
    const owner = `${object.kind} ${namespace} ${name} ${uid}`;
    if (!this.#allow(owner)) return;
    const key = `${owner} ${reason} ${message}`;
    const time = `${new Date(this.#nowMs()).toISOString().slice(0, 19)}Z`;
    const last = this.#recorded.get(key);
    if (last !== undefined && (await this.#repeat(key, last, time))) return;

    const unique = `${this.#nowMs().toString(16)}${(this.#serial++).toString(16).padStart(4, "0")}`;
    const created = await this.#client.create(events, {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${name}.${unique}`, namespace },
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name,
        ...(object.metadata.namespace === undefined ? {} : { namespace }),
        ...(uid === "" ? {} : { uid }),
        ...(object.metadata.resourceVersion && { resourceVersion: object.metadata.resourceVersion }),
      },
      type: "Warning",
      reason,
      message,
      source: { component },
      reportingComponent: component,
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    });
    if (created.ok) remember(this.#recorded, key, { name: `${name}.${unique}`, namespace, count: 1 });
    else this.#log(`cannot record an event about ${object.kind} ${name}: ${created.error.message ?? ""}`);
  }

  async #repeat(key: string, last: Recorded, time: string): Promise<boolean> {
    const count = last.count + 1;
    const patched = await this.#client.patch(
      events,
      { namespace: last.namespace, name: last.name },
      { type: "merge", body: { count, lastTimestamp: time } },
    );
    if (patched.ok) remember(this.#recorded, key, { ...last, count });
    return patched.ok;
  }

  #allow(owner: string): boolean {
    const nowMs = this.#nowMs();
    const known = this.#allowances.get(owner) ?? { left: burst, atMs: nowMs };
    const left = Math.min(burst, known.left + (nowMs - known.atMs) / (refillSeconds * 1000));
    const allowed = left >= 1;
    remember(this.#allowances, owner, { left: allowed ? left - 1 : left, atMs: nowMs });
    return allowed;
  }
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= remembered) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}

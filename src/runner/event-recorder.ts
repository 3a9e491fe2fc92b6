import { randomBytes } from "node:crypto";
import type { K8sObject } from "../api/object.ts";
import { sleep } from "../kube/backoff.ts";
import type { KubeClient } from "../kube/client.ts";
import { events } from "./resources.ts";
import { timestamp } from "./runner-context.ts";

/** Events of so many milliseconds are written together, to spare the disk. */
const gatherMs = 100;
/** Bound of events that wait to be written: beyond it the oldest are dropped, as they are only news. */
const maxWaiting = 10_000;

/** Writes Kubernetes Events about runs, after everything more urgent. */
export class EventRecorder {
  readonly #client: KubeClient;
  readonly #component: string;
  readonly #signal: AbortSignal;
  #waiting: K8sObject[] = [];
  #writing = false;

  constructor(client: KubeClient, component: string, signal: AbortSignal) {
    this.#client = client;
    this.#component = component;
    this.#signal = signal;
  }

  record(about: K8sObject, type: "Normal" | "Warning", reason: string, message: string): void {
    if (this.#signal.aborted) return;
    const { name = "", namespace = "default", uid = "", resourceVersion } = about.metadata;
    const now = timestamp();
    this.#waiting.push({
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${name.slice(0, 230)}.${randomBytes(8).toString("hex")}`, namespace },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        name,
        namespace,
        uid,
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      },
      type,
      reason,
      message: message.slice(0, 1024),
      source: { component: this.#component },
      reportingComponent: this.#component,
      reportingInstance: "",
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      eventTime: null,
    });
    if (this.#waiting.length > maxWaiting) this.#waiting = this.#waiting.slice(-maxWaiting);
    if (!this.#writing) void this.#write();
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#waiting.length > 0 && !this.#signal.aborted) {
        await sleep(gatherMs, this.#signal);
        const batch = this.#waiting.splice(0, 256);
        await Promise.all(batch.map((event) => this.#client.create(events, event)));
      }
    } finally {
      this.#writing = false;
    }
  }
}

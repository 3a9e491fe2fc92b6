import type { K8sObject } from "../api/object.ts";
import type { KubeClient } from "../kube/client.ts";
import { events } from "../kube/known-resources.ts";
import { type Notice, type NoticeReceiver, noticeType } from "./event-notice.ts";

/** How many Events may be on their way at once; more are dropped, as they are only for people. */
const maxInFlight = 64;

/** Records notices as Kubernetes Events on the EventListener (spec: event processing, section 9). */
export class KubeEventNotices implements NoticeReceiver {
  readonly #client: KubeClient;
  readonly #nowMs: () => number;
  #inFlight = 0;
  #count = 0;

  constructor(client: KubeClient, nowMs: () => number) {
    this.#client = client;
    this.#nowMs = nowMs;
  }

  notify(notice: Notice): void {
    if (this.#inFlight >= maxInFlight) return;
    this.#inFlight++;
    // A listener whose account may not create Events works all the same.
    const done = () => {
      this.#inFlight--;
    };
    this.#client.create(events, this.#eventOf(notice)).then(done, done);
  }

  #eventOf({ kind, listener, isEarly, message }: Notice): K8sObject {
    const now = new Date(this.#nowMs());
    const time = `${now.toISOString().slice(0, 19)}Z`;
    const unique = (BigInt(now.getTime()) * 1_000_000n + BigInt(this.#count++ % 1_000_000)).toString(16);
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${listener.name}.${unique}`, namespace: listener.namespace },
      involvedObject: {
        apiVersion: isEarly ? "v1beta1" : "triggers.tekton.dev/v1beta1",
        kind: "EventListener",
        name: listener.name,
        namespace: listener.namespace,
        ...(isEarly ? {} : { uid: listener.uid }),
      },
      reason: noticeType(kind),
      message,
      type: kind === "failed" ? "Warning" : "Normal",
      source: { component: "EventListener" },
      reportingComponent: "EventListener",
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    };
  }
}

import type { K8sObject } from "../api/object.ts";
import { Informer } from "../kube/informer.ts";
import type { RunningPod } from "./pod-plan.ts";
import { pods } from "./resources.ts";
import type { RunnerContext } from "./runner-context.ts";

/**
 * Does a node's part when a pod of a TaskRun is deleted: stops what still runs of it, then lets the object go, which
 * otherwise stays for its grace period.
 */
export class PodReaper {
  readonly #context: RunnerContext;
  readonly #runningPod: (namespace: string, name: string) => RunningPod | undefined;
  readonly #informer: Informer;
  readonly #reaping = new Set<string>();

  constructor(context: RunnerContext, runningPod: (namespace: string, name: string) => RunningPod | undefined) {
    this.#context = context;
    this.#runningPod = runningPod;
    this.#informer = new Informer(context.client, pods, { labelSelector: "tekton.dev/taskRun" });
  }

  async start(): Promise<void> {
    this.#informer.onChange((event) => {
      const { deletionTimestamp, uid = "" } = event.object.metadata;
      if (event.kind === "deleted") this.#reaping.delete(uid);
      else if (deletionTimestamp !== undefined && !this.#reaping.has(uid)) {
        this.#reaping.add(uid);
        void this.#reap(event.object);
      }
    });
    await this.#informer.start(this.#context.signal);
  }

  async #reap(pod: K8sObject): Promise<void> {
    const { namespace = "", name = "", uid } = pod.metadata;
    const spec = pod["spec"] as { readonly nodeName?: string } | undefined;
    if (spec?.nodeName !== this.#context.nodeName) return;
    await this.#runningPod(namespace, name)?.stop("TaskRunCancelled");
    await this.#context.client.delete(
      pods,
      { namespace, name },
      { gracePeriodSeconds: 0, ...(uid === undefined ? {} : { uid }) },
    );
    await this.#context.logs.remove(namespace, name);
  }
}

import type { K8sObject } from "../api/object.ts";
import { isJsonArray, type JsonValue, member } from "../json/value.ts";
import { Informer } from "../kube/informer.ts";
import { EventRecorder } from "./event-recorder.ts";
import { pods } from "./resources.ts";
import { type RunnerContext, timestamp } from "./runner-context.ts";

const scheduler = "default-scheduler";
const message =
  "Tektite runs the Pods of TaskRuns and of EventListeners, and no others. " +
  "Create a TaskRun to run a command; its steps take image, command, args and env as a container does.";

/**
 * Plays the scheduler's part for Pods that nothing here runs, such as those of `kubectl run`: tells once, as a condition
 * and as an Event, that they stay Pending and what to do. What runs has its node from the start.
 */
export class UnscheduledPods {
  readonly #context: RunnerContext;
  readonly #events: EventRecorder;
  readonly #informer: Informer;

  constructor(context: RunnerContext) {
    this.#context = context;
    this.#events = new EventRecorder(context.client, scheduler, context.signal);
    // A pod that another scheduler is to place is that one's business.
    const fieldSelector = `spec.nodeName=,spec.schedulerName=${scheduler},status.phase=Pending`;
    this.#informer = new Informer(context.client, pods, { fieldSelector });
  }

  async start(): Promise<void> {
    this.#informer.onChange((event) => {
      if (event.kind === "added") void this.#tell(event.object);
    });
    await this.#informer.start(this.#context.signal);
  }

  async #tell(pod: K8sObject): Promise<void> {
    const { name = "", namespace, deletionTimestamp } = pod.metadata;
    const conditions = member(pod["status"] as JsonValue | undefined, "conditions");
    const known = isJsonArray(conditions) ? conditions : [];
    // Told before, or held back by a gate.
    const isTold = known.some((condition) => member(condition, "type") === "PodScheduled");
    if (isTold || deletionTimestamp !== undefined) return;
    const now = timestamp();
    const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
    const patched = await this.#context.client.patch(
      pods,
      { namespace, name },
      {
        type: "merge",
        subresource: "status",
        body: { status: { conditions: [...known, { ...condition, lastProbeTime: null, lastTransitionTime: now }] } },
      },
    );
    if (patched.ok) this.#events.record(pod, "Warning", "FailedScheduling", message);
  }
}

import type { K8sObject } from "../api/object.ts";
import { isDone, type TaskRun } from "../api/pipelines/runs.ts";
import { Informer } from "../kube/informer.ts";
import { failBrokenRun } from "./broken-run.ts";
import type { RunningPod } from "./pod-plan.ts";
import { taskRuns } from "./resources.ts";
import type { RunnerContext } from "./runner-context.ts";
import { TaskRunActor } from "./task-run-actor.ts";

/** Has each TaskRun that is not done worked on, and tells when one is. */
export class TaskRunController {
  readonly #context: RunnerContext;
  readonly #informer: Informer;
  readonly #actors = new Map<string, TaskRunActor>();
  /** TaskRuns that ended here; an informer may still show them as they were. Kept until it has caught up. */
  readonly #ended = new Set<string>();
  readonly #doneListeners: ((run: TaskRun) => void)[] = [];

  constructor(context: RunnerContext) {
    this.#context = context;
    this.#informer = new Informer(context.client, taskRuns);
  }

  async start(): Promise<void> {
    const { signal } = this.#context;
    this.#informer.onChange((event) => {
      if (event.kind === "deleted") this.#forget(event.object);
      else this.adopt(event.object);
    });
    signal.addEventListener("abort", () => {
      for (const actor of this.#actors.values()) actor.shutDown();
    });
    await this.#informer.start(signal);
  }

  /** Calls back with each TaskRun that has ended and whose end is stored. */
  onDone(listener: (run: TaskRun) => void): void {
    this.#doneListeners.push(listener);
  }

  /** TaskRuns of a namespace as last seen. */
  list(namespace: string): readonly K8sObject[] {
    return this.#informer.list(namespace);
  }

  /** The running pod of that name, if it is one of ours. */
  runningPod(namespace: string, podName: string): RunningPod | undefined {
    for (const [key, actor] of this.#actors) {
      if (key.startsWith(`${namespace}/`) && actor.pod?.name === podName) return actor.pod.running;
    }
    return undefined;
  }

  /** Takes a TaskRun up, or a newer version of one; also for those who just created or changed one. */
  adopt(object: K8sObject): void {
    const run = object as unknown as TaskRun;
    const key = keyOf(object);
    const actor = this.#actors.get(key);
    if (actor !== undefined) {
      actor.update(run);
      return;
    }
    if (isDone(run)) {
      this.#ended.delete(key);
      // Whoever waits for it may have looked just before it ended; being told twice does no harm.
      for (const listener of this.#doneListeners) listener(run);
      return;
    }
    const { managedBy } = run.spec;
    if (this.#ended.has(key) || (managedBy !== undefined && managedBy !== "tekton.dev/pipeline")) return;
    const endSpan = this.#context.tracing.begin(run);
    const created = new TaskRunActor(this.#context, run, (done) => {
      endSpan(done);
      for (const listener of this.#doneListeners) listener(done);
    });
    this.#actors.set(key, created);
    this.#ended.add(key);
    void created
      .run()
      .catch(async (error: unknown) => {
        const broken = await failBrokenRun(this.#context, taskRuns, object, error);
        if (broken !== undefined) for (const listener of this.#doneListeners) listener(broken as unknown as TaskRun);
      })
      .finally(() => this.#actors.delete(key));
  }

  #forget(object: K8sObject): void {
    const key = keyOf(object);
    this.#ended.delete(key);
    const actor = this.#actors.get(key);
    if (actor !== undefined) {
      actor.remove();
      for (const listener of this.#doneListeners) listener(deleted(object));
    }
    const run = object as unknown as TaskRun;
    const podNames = [run.status?.podName, ...(run.status?.retriesStatus ?? []).map((attempt) => attempt.podName)];
    for (const pod of podNames) {
      if (pod !== undefined) void this.#context.logs.remove(object.metadata.namespace ?? "", pod);
    }
  }
}

/** A TaskRun that somebody deleted while it ran, as those see it who wait for it. */
function deleted(object: K8sObject): TaskRun {
  const run = object as unknown as TaskRun;
  const message = `TaskRun ${JSON.stringify(object.metadata.name)} was deleted`;
  return {
    ...run,
    status: { ...run.status, conditions: [{ type: "Succeeded", status: "False", reason: "TaskRunDeleted", message }] },
  };
}

function keyOf(object: K8sObject): string {
  return `${object.metadata.namespace}/${object.metadata.name}/${object.metadata.uid}`;
}

import type { K8sObject, Resource } from "../api/object.ts";
import { member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { resourcePath } from "../kube/client.ts";
import { Informer } from "../kube/informer.ts";
import { field, isDone, listField, textField } from "./run-status.ts";

export const pipelineRuns: Resource = { group: "tekton.dev", version: "v1", resource: "pipelineruns" };
export const taskRuns: Resource = { group: "tekton.dev", version: "v1", resource: "taskruns" };
const pods: Resource = { group: "", version: "v1", resource: "pods" };

/** One line that a step wrote. */
interface StepLine {
  readonly task: string;
  readonly step: string;
  readonly line: string;
}

export interface FollowOptions {
  /** Go on until the run has ended; otherwise only what there is now. */
  readonly follow: boolean;
  readonly onLine: (line: StepLine) => void;
  readonly signal: AbortSignal;
}

/**
 * Prints the logs of a PipelineRun (or of one TaskRun) as they come: the steps of a task one after another, tasks side
 * by side, failed attempts before the present one. Resolves with the run's last state.
 */
export async function followRun(client: KubeClient, run: K8sObject, options: FollowOptions): Promise<K8sObject> {
  const { namespace, name = "" } = run.metadata;
  const isTaskRun = run.kind === "TaskRun";
  const done = new AbortController();
  const stop = AbortSignal.any([options.signal, done.signal]);
  const runs = new Informer(client, isTaskRun ? taskRuns : pipelineRuns, {
    namespace,
    fieldSelector: `metadata.name=${name}`,
  });
  const children = new Informer(client, taskRuns, { namespace, labelSelector: `tekton.dev/pipelineRun=${name}` });
  const tasks = new Map<string, TaskFollower>();
  let last = run;

  const follow = (taskRun: K8sObject) => {
    const id = taskRun.metadata.name ?? "";
    const follower = tasks.get(id) ?? new TaskFollower(client, options, stop);
    tasks.set(id, follower);
    follower.update(taskRun);
  };
  if (!isTaskRun) {
    children.onChange((event) => {
      if (event.kind !== "deleted") follow(event.object);
    });
  }
  const ended = new Promise<void>((resolve) => {
    options.signal.addEventListener("abort", () => resolve(), { once: true });
    runs.onChange((event) => {
      last = event.object;
      if (isTaskRun && event.kind !== "deleted") follow(event.object);
      if (event.kind === "deleted" || isDone(event.object)) resolve();
    });
  });
  await Promise.all([runs.start(stop), ...(isTaskRun ? [] : [children.start(stop)])]);
  if (options.follow) await ended;
  // The run ends after its tasks, yet the two watches are independent: look at the tasks once more.
  if (!isTaskRun) {
    const listed = await client.list(taskRuns, { namespace, labelSelector: `tekton.dev/pipelineRun=${name}` });
    if (listed.ok) for (const taskRun of listed.value.items) follow(taskRun);
  }
  await Promise.all([...tasks.values()].map((task) => task.finished()));
  done.abort();
  return last;
}

/** Follows the steps of one TaskRun, in their order. */
class TaskFollower {
  readonly #client: KubeClient;
  readonly #options: FollowOptions;
  readonly #signal: AbortSignal;
  readonly #seen = new Set<string>();
  #chain: Promise<void> = Promise.resolve();

  constructor(client: KubeClient, options: FollowOptions, signal: AbortSignal) {
    this.#client = client;
    this.#options = options;
    this.#signal = signal;
  }

  update(taskRun: K8sObject): void {
    const task = taskName(taskRun);
    for (const attempt of listField(taskRun, "status", "retriesStatus")) {
      const pod = member(attempt, "podName");
      const steps = member(attempt, "steps");
      if (typeof pod === "string" && Array.isArray(steps))
        for (const step of steps) this.#queue(taskRun, task, pod, step);
    }
    const pod = textField(taskRun, "status", "podName");
    if (pod === undefined) return;
    for (const step of listField(taskRun, "status", "steps")) this.#queue(taskRun, task, pod, step);
  }

  finished(): Promise<void> {
    return this.#chain;
  }

  #queue(taskRun: K8sObject, task: string, pod: string, step: unknown): void {
    const state = step as {
      readonly name?: string;
      readonly container?: string;
      readonly running?: unknown;
      readonly terminated?: unknown;
    };
    if (state.running === undefined && state.terminated === undefined) return;
    const container = state.container ?? `step-${state.name ?? ""}`;
    const id = `${pod}/${container}`;
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    const { namespace } = taskRun.metadata;
    this.#chain = this.#chain.then(() => this.#print({ namespace, pod, container, task, step: state.name ?? "" }));
  }

  async #print(log: {
    readonly namespace: string | undefined;
    readonly pod: string;
    readonly container: string;
    readonly task: string;
    readonly step: string;
  }): Promise<void> {
    const answer = await this.#client.transport.stream({
      method: "GET",
      path: `${resourcePath(pods, { namespace: log.namespace, name: log.pod })}/log`,
      query: { container: log.container, ...(this.#options.follow ? { follow: "true" } : {}) },
      signal: this.#signal,
    });
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for await (const chunk of answer.items) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) this.#options.onLine({ task: log.task, step: log.step, line });
      }
    } catch (error) {
      if (!this.#signal.aborted) throw error;
    }
    if (rest !== "") this.#options.onLine({ task: log.task, step: log.step, line: rest });
  }
}

function taskName(taskRun: K8sObject): string {
  const label = taskRun.metadata.labels?.["tekton.dev/pipelineTask"];
  const reference = field(taskRun, "spec", "taskRef", "name");
  return label ?? (typeof reference === "string" ? reference : (taskRun.metadata.name ?? ""));
}

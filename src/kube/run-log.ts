import type { K8sObject, Resource, Status } from "../api/object.ts";
import { conditionsOf, objectsOf, textOf } from "../api/object-fields.ts";
import { err, ok, type Result } from "../result.ts";
import type { KubeClient } from "./client.ts";
import { HandOver } from "./hand-over.ts";
import { Informer } from "./informer.ts";
import { clientFailure } from "./status.ts";
import { openStepLog, type StepContainer, stepContainers } from "./step-log.ts";

const pipelineRuns: Resource = { group: "tekton.dev", version: "v1", resource: "pipelineruns" };
const taskRuns: Resource = { group: "tekton.dev", version: "v1", resource: "taskruns" };

export interface RunLogOptions {
  readonly kind: "pipelineruns" | "taskruns";
  readonly namespace: string | undefined;
  readonly name: string;
  /** Which steps are meant; all of the run by default. */
  readonly selects?: (step: StepContainer) => boolean;
  /** Go on until the run has ended. */
  readonly isFollowing: boolean;
  readonly hasTimestamps: boolean;
  readonly signal: AbortSignal;
}

/** Lines that a step wrote one after another (perhaps none), or why its output cannot be read. */
export type RunLogPiece =
  | { readonly kind: "lines"; readonly step: StepContainer; readonly lines: readonly string[] }
  | { readonly kind: "problem"; readonly step: StepContainer | undefined; readonly status: Status };

export interface RunLog {
  /** Read only as fast as it is taken. */
  readonly pieces: AsyncGenerator<RunLogPiece>;
  /** The run as it was last seen. */
  readonly run: () => K8sObject;
}

/**
 * A run's output. That of a run that has ended (or is not followed) comes task by task, in the order of their beginning,
 * steps one after another, failed attempts before the last. While a run is followed, tasks come side by side as they
 * write. The error is that the run cannot be read.
 */
export async function openRunLog(client: KubeClient, options: RunLogOptions): Promise<Result<RunLog, Status>> {
  const { kind, namespace, name } = options;
  const run = await client.get(kind === "taskruns" ? taskRuns : pipelineRuns, { namespace, name });
  if (!run.ok) return run;
  if (options.isFollowing && !hasEnded(run.value)) {
    const followed = new FollowedRun(client, options, run.value);
    return ok({ pieces: followed.pieces(), run: () => followed.last });
  }
  const tasks = await tasksOf(client, options, run.value);
  return tasks.ok ? ok({ pieces: inOrder(client, options, tasks.value), run: () => run.value }) : tasks;
}

/** Whether the condition `Succeeded` of a run is settled. */
function hasEnded(run: K8sObject): boolean {
  const status = conditionsOf(run).find(({ type }) => type === "Succeeded")?.status;
  return status === "True" || status === "False";
}

/** A run's TaskRuns by their beginning. */
async function tasksOf(
  client: KubeClient,
  { kind, namespace, name }: RunLogOptions,
  run: K8sObject,
): Promise<Result<readonly K8sObject[], Status>> {
  if (kind === "taskruns") return ok([run]);
  const listed = await client.list(taskRuns, { namespace, labelSelector: `tekton.dev/pipelineRun=${name}` });
  if (!listed.ok) return err(listed.error);
  // Times are whole seconds: those of one second stand in the order in which they were made.
  const made = objectsOf(run, "status", "childReferences").map((child) => child["name"]);
  const rank = new Map(made.map((child, index) => [child, index]));
  const rankOf = (taskRun: K8sObject) => rank.get(taskRun.metadata.name) ?? made.length;
  return ok([...listed.value.items].sort((a, b) => startOf(a).localeCompare(startOf(b)) || rankOf(a) - rankOf(b)));
}

function startOf(taskRun: K8sObject): string {
  return textOf(taskRun, "status", "startTime") ?? "9999";
}

async function* inOrder(
  client: KubeClient,
  options: RunLogOptions,
  tasks: readonly K8sObject[],
): AsyncGenerator<RunLogPiece> {
  const { selects = () => true } = options;
  for (const step of tasks.flatMap(stepContainers)) {
    if (options.signal.aborted) return;
    if (!selects(step)) continue;
    // A step that has written nothing is told too.
    yield { kind: "lines", step, lines: [] };
    yield* stepPieces(client, step, { ...options, isFollowing: false });
  }
}

async function* stepPieces(
  client: KubeClient,
  step: StepContainer,
  options: { readonly isFollowing: boolean; readonly hasTimestamps: boolean; readonly signal: AbortSignal },
): AsyncGenerator<RunLogPiece> {
  const opened = await openStepLog(client, step, options);
  if (!opened.ok) {
    if (!options.signal.aborted) yield { kind: "problem", step, status: opened.error };
    return;
  }
  try {
    for await (const lines of opened.value) yield { kind: "lines", step, lines };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    yield { kind: "problem", step, status: clientFailure(500, "InternalError", `the log broke off: ${message}`) };
  }
}

/** Follows a run and its tasks by watches until the run has ended and all output has been read. */
class FollowedRun {
  last: K8sObject;
  readonly #client: KubeClient;
  readonly #options: RunLogOptions;
  readonly #output = new HandOver<RunLogPiece>();
  readonly #done = new AbortController();
  readonly #signal: AbortSignal;
  readonly #seen = new Set<string>();
  /** The steps of a TaskRun are read one after another. */
  readonly #reading = new Map<string, Promise<void>>();

  constructor(client: KubeClient, options: RunLogOptions, run: K8sObject) {
    this.#client = client;
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#done.signal]);
    this.last = run;
  }

  async *pieces(): AsyncGenerator<RunLogPiece> {
    const following = this.#follow().finally(() => this.#output.close());
    try {
      yield* this.#output.taken();
    } finally {
      this.#done.abort();
      await following;
    }
  }

  async #follow(): Promise<void> {
    const { kind, namespace, name } = this.#options;
    const onError = (status: Status) => {
      // The watch tries again by itself; what is forbidden stays so.
      if (status.code === 403) this.#stop(status);
    };
    const isTaskRun = kind === "taskruns";
    const runs = new Informer(this.#client, isTaskRun ? taskRuns : pipelineRuns, {
      namespace,
      fieldSelector: `metadata.name=${name}`,
      onError,
    });
    const children = new Informer(this.#client, taskRuns, {
      namespace,
      labelSelector: `tekton.dev/pipelineRun=${name}`,
      onError,
    });
    const ended = new Promise<void>((resolve) => {
      this.#signal.addEventListener("abort", () => resolve(), { once: true });
      runs.onChange((event) => {
        this.last = event.object;
        if (isTaskRun && event.kind !== "deleted") this.#read(event.object);
        if (event.kind === "deleted" || hasEnded(event.object)) resolve();
      });
    });
    if (!isTaskRun) {
      children.onChange((event) => {
        if (event.kind !== "deleted") this.#read(event.object);
      });
    }
    await Promise.all([runs.start(this.#signal), ...(isTaskRun ? [] : [children.start(this.#signal)])]);
    if (!runs.list().some(({ metadata }) => metadata.name === name)) return;
    await ended;
    if (this.#signal.aborted) return;
    // The run ends after its tasks, yet the two watches are independent: look at the tasks once more.
    const tasks = await tasksOf(this.#client, this.#options, this.last);
    if (tasks.ok) for (const task of tasks.value) this.#read(task);
    await Promise.all(this.#reading.values());
  }

  #stop(status: Status): void {
    void this.#output.give({ kind: "problem", step: undefined, status });
    this.#output.close();
    this.#done.abort();
  }

  #read(taskRun: K8sObject): void {
    const { selects = () => true } = this.#options;
    const name = taskRun.metadata.name ?? "";
    for (const step of stepContainers(taskRun)) {
      const id = `${step.pod}/${step.container}`;
      if (this.#seen.has(id) || !selects(step)) continue;
      this.#seen.add(id);
      const before = this.#reading.get(name) ?? Promise.resolve();
      this.#reading.set(
        name,
        before.then(() => this.#pass(step)),
      );
    }
  }

  async #pass(step: StepContainer): Promise<void> {
    const options = { isFollowing: true, hasTimestamps: this.#options.hasTimestamps, signal: this.#signal };
    for await (const piece of stepPieces(this.#client, step, options)) {
      if (this.#signal.aborted) return;
      await this.#output.give(piece);
    }
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import type { K8sObject, Resource, Status } from "../api/object.ts";
import { objectsOf } from "../api/object-fields.ts";
import { type KubeClient, resourcePath } from "../kube/client.ts";
import { failureOf } from "../kube/status.ts";
import { err, ok, type Result } from "../result.ts";
import { isActive, type RunKind, runResources, runSummary, type StepContainer, stepContainers } from "./run-model.ts";

const pods: Resource = { group: "", version: "v1", resource: "pods" };
const lookAgainMs = 400;
/** A longer line is broken: it would be held in memory until its end. */
const maxLineLength = 64 * 1024;

export interface RunLogOptions {
  readonly kind: RunKind;
  readonly namespace: string;
  readonly name: string;
  /** Only of this task. */
  readonly task: string | undefined;
  /** Go on until the run has ended. */
  readonly isFollowing: boolean;
  readonly signal: AbortSignal;
}

/** A piece of a run's output: the next step begins, a line of it, or why a step's output cannot be read. */
export type LogPiece =
  | { readonly kind: "step"; readonly task: string; readonly step: string }
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "problem"; readonly status: Status };

/**
 * A run's output, task by task in the order of their beginning, steps one after another; read only as fast as it is
 * taken. The error is that the run cannot be read; what a single step's log refuses comes as a piece.
 */
export async function openRunLog(
  client: KubeClient,
  options: RunLogOptions,
): Promise<Result<AsyncGenerator<LogPiece>, Status>> {
  const first = await readRuns(client, options);
  return first.ok ? ok(pieces(client, options, first.value)) : first;
}

interface RunState {
  readonly isActive: boolean;
  readonly taskRuns: readonly K8sObject[];
}

async function readRuns(client: KubeClient, options: RunLogOptions): Promise<Result<RunState, Status>> {
  const { kind, namespace, name } = options;
  // The run before its tasks: once it has ended, its tasks have.
  const run = await client.get(runResources[kind], { namespace, name });
  if (!run.ok) return run;
  const isRunActive = isActive(runSummary(kind, run.value));
  if (kind === "taskruns") return ok({ isActive: isRunActive, taskRuns: [run.value] });
  const children = await client.list(runResources.taskruns, {
    namespace,
    labelSelector: `tekton.dev/pipelineRun=${name}`,
  });
  if (!children.ok) return err(children.error);
  // Times are whole seconds: those of one second stand in the order in which they were made.
  const made = objectsOf(run.value, "status", "childReferences").map((child) => child["name"]);
  const rank = (taskRun: K8sObject) => {
    const index = made.indexOf(taskRun.metadata.name ?? "");
    return index < 0 ? made.length : index;
  };
  const taskRuns = [...children.value.items].sort((a, b) => startOf(a).localeCompare(startOf(b)) || rank(a) - rank(b));
  return ok({ isActive: isRunActive, taskRuns });
}

async function* pieces(client: KubeClient, options: RunLogOptions, first: RunState): AsyncGenerator<LogPiece> {
  const seen = new Set<string>();
  for (let state = first; ; ) {
    for (const container of state.taskRuns.flatMap(stepContainers)) {
      if (options.task !== undefined && container.task !== options.task) continue;
      const id = `${container.pod}/${container.container}`;
      if (seen.has(id)) continue;
      seen.add(id);
      yield { kind: "step", task: container.task, step: container.step };
      yield* containerLines(client, options, container);
      if (options.signal.aborted) return;
    }
    if (!options.isFollowing || !state.isActive || options.signal.aborted) return;
    await sleep(lookAgainMs, undefined, { signal: options.signal }).catch(() => {});
    const next = await readRuns(client, options);
    if (!next.ok) {
      yield { kind: "problem", status: next.error };
      return;
    }
    state = next.value;
  }
}

async function* containerLines(
  client: KubeClient,
  { namespace, isFollowing, signal }: RunLogOptions,
  { pod, container }: StepContainer,
): AsyncGenerator<LogPiece> {
  const answer = await client.transport.stream({
    method: "GET",
    path: `${resourcePath(pods, { namespace, name: pod })}/log`,
    query: { container, ...(isFollowing ? { follow: "true" } : {}) },
    signal,
  });
  if (answer.status !== 200) {
    yield { kind: "problem", status: failureOf(answer.status, answer.body) };
    return;
  }
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of answer.items) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const text of lines) yield { kind: "line", text: text.replace(/\r$/, "") };
      if (rest.length > maxLineLength) {
        yield { kind: "line", text: rest };
        rest = "";
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (rest !== "") yield { kind: "line", text: rest };
}

function startOf(taskRun: K8sObject): string {
  return runSummary("taskruns", taskRun).startedAt ?? "9999";
}

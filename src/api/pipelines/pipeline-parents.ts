import type { PipelineSpec, PipelineTask } from "./pipeline.ts";
import { resultReferencesIn, taskArtifactsIn, textsIn, variablesIn } from "./variable-reference.ts";

/** Everything of a pipeline task, but its when expressions, that may name results of other tasks. */
export function consumingParts(task: PipelineTask): unknown {
  const { taskSpec } = task;
  return [
    task.params,
    task.matrix,
    task.displayName,
    task.taskRef?.name,
    task.taskRef?.params,
    task.workspaces,
    taskSpec === undefined ? undefined : [taskSpec.steps, taskSpec.sidecars, taskSpec.stepTemplate],
  ];
}

/** Tasks that a DAG task waits for, each once: its `runAfter` and those whose results or artifacts it names. */
export function parentsOf(task: PipelineTask): readonly string[] {
  const parents = new Set<string>(task.runAfter ?? []);
  for (const reference of resultReferencesIn([consumingParts(task), task.when])) parents.add(reference.task);
  for (const name of matrixLengthTasks(task.params)) parents.add(name);
  for (const { owner } of taskArtifactsIn(consumingParts(task))) parents.add(owner);
  return [...parents];
}

/** Tasks named as `$(tasks.<t>.matrix.length)` or `$(tasks.<t>.matrix.<r>.length)`. */
function matrixLengthTasks(value: unknown): readonly string[] {
  const names: string[] = [];
  for (const text of textsIn(value)) {
    for (const expression of variablesIn(text)) {
      const match = /^tasks\.([^.[\]]+)\.matrix\.(?:[^[\]]+\.)?length$/.exec(expression);
      if (match?.[1] !== undefined) names.push(match[1]);
    }
  }
  return names;
}

/** Names of tasks with each behind all that it waits for, and those that lie on a cycle or behind one. */
export interface SortedTasks {
  readonly sorted: readonly string[];
  /** With the parents that hold them. */
  readonly open: ReadonlyMap<string, ReadonlySet<string>>;
}

export function sortTasks(parents: ReadonlyMap<string, readonly string[]>): SortedTasks {
  const open = new Map([...parents].map(([name, list]) => [name, new Set(list)]));
  const children = new Map<string, string[]>();
  for (const [name, list] of parents) {
    for (const parent of list) {
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [name]);
      else siblings.push(name);
    }
  }
  const ready = [...open].filter(([, waitsFor]) => waitsFor.size === 0).map(([name]) => name);
  const sorted: string[] = [];
  for (let next = 0; next < ready.length; next++) {
    const name = ready[next] as string;
    sorted.push(name);
    open.delete(name);
    for (const child of children.get(name) ?? []) {
      const waitsFor = open.get(child);
      waitsFor?.delete(name);
      if (waitsFor?.size === 0) ready.push(child);
    }
  }
  return { sorted, open };
}

/** Why a Pipeline's tasks make no graph: a name twice, a cycle or an unknown parent (spec: pipelines, section 5). */
export function graphProblem(spec: PipelineSpec): string | undefined {
  const parents = new Map<string, readonly string[]>();
  for (const task of spec.tasks ?? []) {
    if (parents.has(task.name)) {
      return `task ${task.name} is already present in Graph, can't add it again: duplicate pipeline task`;
    }
    parents.set(task.name, parentsOf(task));
  }
  const known = new Map([...parents].map(([name, list]) => [name, list.filter((parent) => parents.has(parent))]));
  const first = [...sortTasks(known).open].sort(([a], [b]) => (a < b ? -1 : 1))[0];
  if (first !== undefined) {
    const holding = [...first[1]].sort().map((parent) => `"${parent}"`);
    return `cycle detected; task "${first[0]}" depends on ${holding.join(", ")}`;
  }
  for (const [name, list] of parents) {
    const parent = list.find((each) => !parents.has(each));
    if (parent !== undefined) return `task ${name} depends on ${parent} but ${parent} wasn't present in Pipeline`;
  }
  return undefined;
}

import type { PipelineSpec, PipelineTask } from "../api/pipelines/pipeline.ts";
import { type ResultReference, resultReferencesIn, textsIn, variablesIn } from "../api/pipelines/variable-reference.ts";

/** A pipeline task with what its texts and its `runAfter` tie it to; worked out once for a run. */
export interface GraphTask {
  readonly task: PipelineTask;
  readonly final: boolean;
  /** Tasks that it waits for, each once. Empty for finally tasks. */
  readonly parents: readonly string[];
  /** Results that it needs, from everywhere but `when`. */
  readonly references: readonly ResultReference[];
  /** Results that its when expressions name. */
  readonly whenReferences: readonly ResultReference[];
}

/** The tasks of a Pipeline in the order of the spec, DAG tasks first. */
export interface PipelineGraph {
  readonly dag: readonly GraphTask[];
  readonly finals: readonly GraphTask[];
  readonly byName: ReadonlyMap<string, GraphTask>;
  /** DAG tasks, each behind all that it waits for. */
  readonly sorted: readonly GraphTask[];
}

/** Builds the graph of a Pipeline whose admission or `graphProblem` found it sound. */
export function pipelineGraph(spec: PipelineSpec): PipelineGraph {
  const dag = (spec.tasks ?? []).map((task) => graphTask(task, false));
  const finals = (spec.finally ?? []).map((task) => graphTask(task, true));
  const { sorted } = sortByParents(dag);
  return { dag, finals, byName: new Map([...dag, ...finals].map((node) => [node.task.name, node])), sorted };
}

/** What a task's results references, without those in `when`, stand in. */
function consumingParts(task: PipelineTask): unknown {
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

function graphTask(task: PipelineTask, final: boolean): GraphTask {
  const references = resultReferencesIn(consumingParts(task));
  const whenReferences = resultReferencesIn(task.when);
  const parents = new Set<string>();
  if (!final) {
    for (const name of task.runAfter ?? []) parents.add(name);
    for (const reference of [...references, ...whenReferences]) parents.add(reference.task);
    for (const name of matrixLengthTasks(task.params)) parents.add(name);
  }
  return { task, final, parents: [...parents], references, whenReferences };
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

/** Why a Pipeline's tasks make no graph: an unknown parent or a cycle (spec: pipelines, section 5). */
export function graphProblem(spec: PipelineSpec): string | undefined {
  const graph = pipelineGraph(spec);
  const names = new Set(graph.dag.map((node) => node.task.name));
  for (const node of graph.dag) {
    for (const parent of node.parents) {
      if (!names.has(parent))
        return `task ${node.task.name} depends on ${parent} but ${parent} wasn't present in Pipeline`;
    }
  }
  return cycleIn(graph);
}

function sortByParents(dag: readonly GraphTask[]): {
  readonly sorted: readonly GraphTask[];
  /** Tasks that lie on a cycle or behind one, with the parents that hold them. */
  readonly open: ReadonlyMap<string, ReadonlySet<string>>;
} {
  const nodes = new Map(dag.map((node) => [node.task.name, node]));
  const open = new Map(dag.map((node) => [node.task.name, new Set(node.parents)]));
  const children = new Map<string, string[]>();
  for (const node of dag) {
    for (const parent of node.parents) {
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [node.task.name]);
      else siblings.push(node.task.name);
    }
  }
  const ready = [...open].filter(([, parents]) => parents.size === 0).map(([name]) => name);
  const sorted: GraphTask[] = [];
  for (let next = 0; next < ready.length; next++) {
    const name = ready[next] as string;
    const node = nodes.get(name);
    if (node !== undefined) sorted.push(node);
    open.delete(name);
    for (const child of children.get(name) ?? []) {
      const parents = open.get(child);
      parents?.delete(name);
      if (parents?.size === 0) ready.push(child);
    }
  }
  return { sorted, open };
}

function cycleIn(graph: PipelineGraph): string | undefined {
  const { open } = sortByParents(graph.dag);
  if (open.size === 0) return undefined;
  const [name, parents] = [...open].sort(([a], [b]) => (a < b ? -1 : 1))[0] as [string, ReadonlySet<string>];
  return `cycle detected; task "${name}" depends on ${[...parents]
    .sort()
    .map((parent) => `"${parent}"`)
    .join(", ")}`;
}

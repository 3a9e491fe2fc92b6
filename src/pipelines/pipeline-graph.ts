import type { PipelineSpec, PipelineTask } from "../api/pipelines/pipeline.ts";
import { consumingParts, parentsOf, sortTasks } from "../api/pipelines/pipeline-parents.ts";
import {
  type ArtifactReference,
  type ResultReference,
  resultReferencesIn,
  taskArtifactsIn,
} from "../api/pipelines/variable-reference.ts";

/** A pipeline task with what its texts and its `runAfter` tie it to; worked out once for a run. */
export interface GraphTask {
  readonly task: PipelineTask;
  readonly final: boolean;
  /** Tasks that it waits for, each once. Empty for finally tasks. */
  readonly parents: readonly string[];
  /** Results that it needs, from everywhere but `when`. */
  readonly references: readonly ResultReference[];
  /** Artifacts of other tasks that it names. */
  readonly artifacts: readonly (ArtifactReference & { readonly expression: string })[];
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

/** Builds the graph of a Pipeline whose tasks make one. */
export function pipelineGraph(spec: PipelineSpec): PipelineGraph {
  const dag = (spec.tasks ?? []).map((task) => graphTask(task, false));
  const finals = (spec.finally ?? []).map((task) => graphTask(task, true));
  const byName = new Map([...dag, ...finals].map((node) => [node.task.name, node]));
  const { sorted } = sortTasks(new Map(dag.map((node) => [node.task.name, node.parents])));
  return {
    dag,
    finals,
    byName,
    sorted: sorted.flatMap((name) => {
      const node = byName.get(name);
      return node === undefined ? [] : [node];
    }),
  };
}

function graphTask(task: PipelineTask, final: boolean): GraphTask {
  return {
    task,
    final,
    parents: final ? [] : parentsOf(task),
    references: resultReferencesIn(consumingParts(task)),
    artifacts: taskArtifactsIn(consumingParts(task)),
    whenReferences: resultReferencesIn(task.when),
  };
}

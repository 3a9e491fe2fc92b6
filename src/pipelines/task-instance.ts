import type { ParamValue } from "../api/pipelines/param.ts";
import type { Matrix, PipelineTask } from "../api/pipelines/pipeline.ts";
import type { WorkspaceBinding } from "../api/pipelines/runs.ts";
import { type ResultReference, resultReferencesIn } from "../api/pipelines/variable-reference.ts";
import { artifactText } from "./artifacts.ts";
import type { ChildState } from "./child-state.ts";
import { taskResult } from "./child-state.ts";
import type { GraphTask, PipelineGraph } from "./pipeline-graph.ts";
import { withVariables } from "./ref-variables.ts";
import { applyVariables, substituteWhen } from "./task-substitution.ts";
import { Variables } from "./variables.ts";

export type ChildrenByTask = ReadonlyMap<string, readonly ChildState[]>;

/** A reference that cannot be filled in. */
export type BadReference =
  | { readonly kind: "missing"; readonly reference: ResultReference }
  | { readonly kind: "outOfRange"; readonly reference: ResultReference; readonly size: number };

/**
 * The value of the result that a reference names, or why there is none. A key that an object lacks, or an item of what
 * is no list, is only a variable without a value: it stays as text.
 */
export function lookUp(
  reference: ResultReference,
  graph: PipelineGraph,
  children: ChildrenByTask,
): { readonly value: ParamValue } | BadReference {
  const matrix = graph.byName.get(reference.task)?.task.matrix !== undefined;
  const value = taskResult(children.get(reference.task), reference.result, matrix);
  if (value === undefined) return { kind: "missing", reference };
  const { index } = reference;
  if (typeof index === "number" && Array.isArray(value) && index >= value.length) {
    return { kind: "outOfRange", reference, size: value.length };
  }
  return { value };
}

/** Variables for all references of a task that have a value. */
export function resultVariables(node: GraphTask, graph: PipelineGraph, children: ChildrenByTask): Variables {
  const variables = new Variables();
  for (const reference of [...node.references, ...node.whenReferences]) {
    const found = lookUp(reference, graph, children);
    if ("value" in found) variables.setResult(`${reference.section}.${reference.task}`, reference.result, found.value);
  }
  for (const reference of node.artifacts) {
    const text = artifactText(children.get(reference.owner)?.[0]?.artifacts, reference);
    if (text !== undefined) variables.set(reference.expression, text);
  }
  for (const parent of node.parents) {
    const runs = children.get(parent);
    if (graph.byName.get(parent)?.task.matrix === undefined || runs === undefined) continue;
    variables.set(`tasks.${parent}.matrix.length`, String(runs.length));
    for (const result of new Set(runs.flatMap((run) => [...run.results.keys()]))) {
      const count = runs.filter((run) => run.results.has(result)).length;
      variables.set(`tasks.${parent}.matrix.${result}.length`, String(count));
    }
  }
  return variables;
}

/** A run's bindings with the results that are known by now: they may name a claim, a folder or a ConfigMap. */
export function bindingsWithResults(
  bindings: readonly WorkspaceBinding[],
  graph: PipelineGraph,
  children: ChildrenByTask,
): readonly WorkspaceBinding[] {
  const references = resultReferencesIn(bindings);
  if (references.length === 0) return bindings;
  const variables = new Variables();
  for (const reference of references) {
    const found = lookUp(reference, graph, children);
    if ("value" in found) variables.setResult(`${reference.section}.${reference.task}`, reference.result, found.value);
  }
  return bindings.map((binding) => variables.deep(binding));
}

/** A pipeline task with variables filled in where it may have them (spec: pipelines, section 8). */
export function substitutePipelineTask(task: PipelineTask, variables: Variables): PipelineTask {
  return {
    ...task,
    ...(task.displayName === undefined ? {} : { displayName: variables.text(task.displayName) }),
    ...(task.onError === undefined ? {} : { onError: variables.text(task.onError) }),
    ...(task.params === undefined
      ? {}
      : { params: task.params.map((param) => ({ ...param, value: variables.value(param.value) })) }),
    ...(task.matrix === undefined ? {} : { matrix: substituteMatrix(task.matrix, variables) }),
    ...(task.when === undefined ? {} : { when: substituteWhen(task.when, variables) }),
    ...(task.workspaces === undefined
      ? {}
      : {
          workspaces: task.workspaces.map((workspace) =>
            workspace.subPath === undefined ? workspace : { ...workspace, subPath: variables.text(workspace.subPath) },
          ),
        }),
    ...(task.taskRef === undefined ? {} : { taskRef: substituteRef(task.taskRef, variables) }),
    ...(task.pipelineRef === undefined ? {} : { pipelineRef: substituteRef(task.pipelineRef, variables) }),
    ...(task.taskSpec === undefined ? {} : { taskSpec: substituteEmbedded(task.taskSpec, variables) }),
  };
}

function substituteEmbedded(
  spec: NonNullable<PipelineTask["taskSpec"]>,
  variables: Variables,
): NonNullable<PipelineTask["taskSpec"]> {
  const applied = applyVariables(spec, variables);
  return spec.spec === undefined ? applied : { ...applied, spec: variables.deep(spec.spec) };
}

function substituteRef(
  ref: NonNullable<PipelineTask["taskRef"]>,
  variables: Variables,
): NonNullable<PipelineTask["taskRef"]> {
  const filled = withVariables(ref, variables);
  return ref.name === undefined ? filled : { ...filled, name: variables.text(ref.name) };
}

function substituteMatrix(matrix: Matrix, variables: Variables): Matrix {
  return {
    ...(matrix.params === undefined
      ? {}
      : { params: matrix.params.map((param) => ({ ...param, value: variables.value(param.value) })) }),
    ...(matrix.include === undefined
      ? {}
      : {
          include: matrix.include.map((entry) => ({
            ...entry,
            params: (entry.params ?? []).map((param) => ({ ...param, value: variables.value(param.value) })),
          })),
        }),
  };
}

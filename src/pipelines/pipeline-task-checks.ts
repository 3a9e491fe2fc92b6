import { typeOfSpec } from "../api/pipelines/param.ts";
import type { PipelineSpec, PipelineTask } from "../api/pipelines/pipeline.ts";
import type { TaskSpec } from "../api/pipelines/task.ts";
import { referenceTo, resultReferencesIn, variablesIn, wholeVariable } from "../api/pipelines/variable-reference.ts";
import { goMapOfLists, missingObjectKeys, missingParams, mistypedParams } from "./params.ts";
import { type PipelineGraph, pipelineGraph } from "./pipeline-graph.ts";
import type { RunFailure } from "./task-checks.ts";

/** The specs of a Pipeline's Tasks by pipeline task; inline ones have no name, custom tasks and child pipelines no spec. */
export type TaskSpecs = ReadonlyMap<string, { readonly name: string; readonly spec: TaskSpec }>;

/** The checks once all Tasks are known and before the first starts (spec: pipelines, section 10). */
export function checkPipelineTasks(
  runName: string,
  spec: PipelineSpec,
  tasks: TaskSpecs,
  enums?: { /** The Pipeline before the run's params were filled in. */ readonly written: PipelineSpec },
): RunFailure | undefined {
  const graph = pipelineGraph(spec);
  for (const node of graph.byName.values()) {
    const task = tasks.get(node.task.name);
    if (task === undefined) continue;
    const problem = paramProblem(node.task, task.spec);
    if (problem !== undefined) {
      return {
        reason: "PipelineValidationFailed",
        message: `[User error] Validation failed for pipelinerun ${runName} with error invalid input params for task ${task.name}: ${problem}`,
      };
    }
  }
  const subset = enums === undefined ? undefined : enumSubsetProblem(enums.written, tasks);
  if (subset !== undefined) {
    return {
      reason: "PipelineValidationFailed",
      message: `[User error] Validation failed for pipelinerun with error ${subset}`,
    };
  }
  return (
    resultReferenceProblem(graph, tasks) ??
    pipelineResultProblem(runName, spec, graph, tasks) ??
    workspaceProblem(spec, graph, tasks)
  );
}

function paramProblem(task: PipelineTask, spec: TaskSpec): string | undefined {
  const specs = spec.params ?? [];
  const given = task.params ?? [];
  const matrixNames = [
    ...(task.matrix?.params ?? []),
    ...(task.matrix?.include ?? []).flatMap((entry) => entry.params ?? []),
  ].map((param) => ({ name: param.name, value: "" }));
  const missing = missingParams(specs, [...given, ...matrixNames]);
  if (missing.length > 0) {
    return `missing values for these params which have no default values: [${missing.join(" ")}]`;
  }
  // Whatever a matrix lists, each of its TaskRuns gets a string.
  const mistyped = [...mistypedParams(specs, given, true), ...mistypedParams(specs, matrixNames)];
  if (mistyped.length > 0) return `param types don't match the user-specified type: [${mistyped.join(" ")}]`;
  const literal = given.filter(
    (param) => !(typeof param.value === "string" && wholeVariable(param.value) !== undefined),
  );
  const names = new Set(literal.map((param) => param.name));
  const keys = missingObjectKeys(
    specs.filter((param) => names.has(param.name)),
    literal,
  );
  if (keys.size > 0) {
    return `missing keys for these params which are required in ParamSpec's properties ${goMapOfLists(keys)}`;
  }
  return undefined;
}

/** A Pipeline's param that a Task's param takes over may allow no more values than the Task does. */
function enumSubsetProblem(written: PipelineSpec, tasks: TaskSpecs): string | undefined {
  const outer = new Map((written.params ?? []).map((param) => [param.name, param]));
  for (const task of [...(written.tasks ?? []), ...(written.finally ?? [])]) {
    const resolved = tasks.get(task.name);
    const inner = new Map((resolved?.spec.params ?? []).map((param) => [param.name, param]));
    for (const { name, value } of task.params ?? []) {
      if (typeof value !== "string") continue;
      const named = variablesIn(value).flatMap((expression) => referenceTo("params", expression) ?? []);
      const param = named.length === 1 ? outer.get(named[0]?.name ?? "") : undefined;
      const allowed = inner.get(name)?.enum ?? [];
      if (param === undefined || typeOfSpec(param) !== "string" || allowed.length === 0) continue;
      const used = `referenced in "${resolved?.name ?? ""}" task`;
      if ((param.enum ?? []).length === 0) {
        return `pipeline param "${param.name}" has no enum, but ${used} has enums: [${allowed.join(" ")}]`;
      }
      if (param.enum?.every((each) => allowed.includes(each)) !== true) {
        return `pipeline param "${param.name}" enum: [${param.enum?.join(" ")}] is not a subset of the ${used} param enum: [${allowed.join(" ")}]`;
      }
    }
  }
  return undefined;
}

/** Why a reference to a task's result is wrong, or undefined. */
function referenceCause(task: string, result: string, graph: PipelineGraph, tasks: TaskSpecs): string | undefined {
  const producer = graph.byName.get(task);
  if (producer === undefined) return `referenced pipeline task "${task}" does not exist`;
  const resolved = tasks.get(task);
  if (resolved === undefined) return undefined;
  if ((resolved.spec.results ?? []).some((declared) => declared.name === result)) return undefined;
  return `"${result}" is not a named result returned by pipeline task "${task}"`;
}

function resultReferenceProblem(graph: PipelineGraph, tasks: TaskSpecs): RunFailure | undefined {
  for (const node of graph.byName.values()) {
    for (const reference of [...node.references, ...node.whenReferences]) {
      const cause = referenceCause(reference.task, reference.result, graph, tasks);
      if (cause !== undefined) {
        return {
          reason: "InvalidTaskResultReference",
          message: `invalid result reference in pipeline task "${node.task.name}": ${cause}`,
        };
      }
    }
  }
  return undefined;
}

function pipelineResultProblem(
  runName: string,
  spec: PipelineSpec,
  graph: PipelineGraph,
  tasks: TaskSpecs,
): RunFailure | undefined {
  for (const result of spec.results ?? []) {
    for (const reference of resultReferencesIn(result.value)) {
      const cause = referenceCause(reference.task, reference.result, graph, tasks);
      if (cause !== undefined) {
        return {
          reason: "InvalidPipelineResultReference",
          message: `Failed to resolve pipeline result reference for "${runName}" with error invalid pipeline result "${result.name}": ${cause}`,
        };
      }
    }
  }
  return undefined;
}

function workspaceProblem(spec: PipelineSpec, graph: PipelineGraph, tasks: TaskSpecs): RunFailure | undefined {
  const optional = new Set((spec.workspaces ?? []).filter((each) => each.optional === true).map((each) => each.name));
  for (const node of graph.byName.values()) {
    for (const usage of node.task.workspaces ?? []) {
      const source = usage.workspace || usage.name;
      const declared = tasks.get(node.task.name)?.spec.workspaces?.find((each) => each.name === usage.name);
      if (optional.has(source) && declared !== undefined && declared.optional !== true) {
        return {
          reason: "RequiredWorkspaceMarkedOptional",
          message: `[User error] Optional workspace not supported by task: pipeline workspace "${source}" is marked optional but pipeline task "${node.task.name}" requires it be provided`,
        };
      }
    }
  }
  return undefined;
}

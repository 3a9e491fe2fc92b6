import type { ParamValue } from "../api/pipelines/param.ts";
import type { PipelineResult } from "../api/pipelines/pipeline.ts";
import type { RunResult } from "../api/pipelines/runs.ts";
import { type ResultReference, resultReferencesIn } from "../api/pipelines/variable-reference.ts";
import { outcomeOf } from "./child-state.ts";
import type { PipelineGraph } from "./pipeline-graph.ts";
import { type ChildrenByTask, lookUp } from "./task-instance.ts";
import { Variables } from "./variables.ts";

/** Results of a run that has ended, and the names of those that a succeeded task should have made possible. */
export interface PipelineResults {
  readonly results: readonly RunResult[];
  readonly invalid: readonly string[];
}

/** Takes a Pipeline's results from what its tasks left (spec: pipelines, section 9). */
export function pipelineResults(
  declared: readonly PipelineResult[],
  graph: PipelineGraph,
  children: ChildrenByTask,
): PipelineResults {
  const results: RunResult[] = [];
  const invalid: string[] = [];
  for (const result of declared) {
    const variables = new Variables();
    let complete = true;
    for (const reference of resultReferencesIn(result.value)) {
      const found = lookUp(reference, graph, children);
      if ("value" in found && hasPart(found.value, reference)) {
        variables.setResult(`${reference.section}.${reference.task}`, reference.result, found.value);
        continue;
      }
      complete = false;
      if (outcomeOf(children.get(reference.task), false) === "succeeded" && !invalid.includes(result.name)) {
        invalid.push(result.name);
      }
    }
    if (complete) results.push({ name: result.name, value: variables.value(result.value) });
  }
  return { results, invalid };
}

/** Whether a value has the item or key that a reference picks from it, if it picks one. */
function hasPart(value: ParamValue, { index, key }: ResultReference): boolean {
  if (typeof index === "number") return Array.isArray(value) && index < value.length;
  return key === undefined || (typeof value === "object" && !Array.isArray(value) && Object.hasOwn(value, key));
}

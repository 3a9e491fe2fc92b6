import type { PipelineTask } from "../api/pipelines/pipeline.ts";
import type { PipelineRun } from "../api/pipelines/runs.ts";
import type { TaskSpec } from "../api/pipelines/task.ts";
import { quoteGo } from "../json/go-print.ts";
import type { JsonObject } from "../json/value.ts";
import { isCustomTask, plainTaskSpec } from "../pipelines/child-objects.ts";
import { setParam } from "../pipelines/params.ts";
import { type ResolvedPipeline, runContext } from "../pipelines/pipeline-preparation.ts";
import type { TaskSpecs } from "../pipelines/pipeline-task-checks.ts";
import { withVariables } from "../pipelines/ref-variables.ts";
import type { RunFailure } from "../pipelines/task-checks.ts";
import { err, ok, type Result } from "../result.ts";
import type { RunnerContext } from "./runner-context.ts";

/** A run's Pipeline with what the run takes over from it. */
export interface FetchedPipeline extends ResolvedPipeline {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly refSource?: JsonObject;
}

/** Finds the run's Pipeline (spec: pipelines, section 10, checks). */
export async function fetchPipeline(
  context: RunnerContext,
  run: PipelineRun,
): Promise<Result<FetchedPipeline, RunFailure>> {
  const { name = "", namespace = "" } = run.metadata;
  if (run.spec.pipelineSpec !== undefined) {
    return ok({ name, inline: true, spec: run.spec.pipelineSpec, labels: {}, annotations: {} });
  }
  const variables = runContext(run);
  for (const param of run.spec.params ?? []) setParam(variables, param.name, param.value);
  const ref = withVariables(run.spec.pipelineRef ?? {}, variables);
  const found = await context.specs.pipeline(ref, namespace);
  if (found.ok) return ok({ ...found.value, inline: false });
  const cause = ref.resolver
    ? `resolver failed to get Pipeline ${ref.name ?? ""}: ${found.error}`
    : `error when listing pipelines for pipelineRun ${name}: ${found.error}`;
  return err({
    reason: "CouldntGetPipeline",
    message: `Error retrieving pipeline for pipelinerun ${namespace}/${name}: ${cause}`,
  });
}

/** Fetches the Tasks of all pipeline tasks, each once (spec: pipelines, section 10). */
export async function fetchTasks(
  context: RunnerContext,
  run: PipelineRun,
  pipelineName: string,
  tasks: readonly PipelineTask[],
): Promise<Result<TaskSpecs, RunFailure>> {
  const namespace = run.metadata.namespace ?? "";
  const specs = new Map<string, { readonly name: string; readonly spec: TaskSpec }>();
  const fetched = new Map<string, ReturnType<RunnerContext["specs"]["task"]>>();
  for (const task of tasks) {
    if (isCustomTask(task)) continue;
    // Messages leave the name of an inline Task out.
    if (task.taskSpec !== undefined) specs.set(task.name, { name: "", spec: plainTaskSpec(task.taskSpec) });
    const { taskRef } = task;
    // A ref that names a result is known only when its task starts.
    if (taskRef === undefined || JSON.stringify(taskRef).includes("$(tasks.")) continue;
    const key = JSON.stringify(taskRef);
    const request = fetched.get(key) ?? context.specs.task(taskRef, namespace);
    fetched.set(key, request);
    const found = await request;
    if (!found.ok) {
      return err({
        reason: "CouldntGetTask",
        message: `Pipeline ${namespace}/${pipelineName} can't be Run; it contains Tasks that don't exist: Couldn't retrieve Task ${quoteGo(taskRef.name?.trim() ? taskRef.name : requestText(taskRef))}: ${found.error}`,
      });
    }
    specs.set(task.name, { name: found.value.name, spec: found.value.spec });
  }
  return ok(specs);
}

/** What a resolver was asked for, where Tekton's message has a Task's name otherwise. */
function requestText({ resolver = "", params = [] }: NonNullable<PipelineTask["taskRef"]>): string {
  const lines = params.flatMap(({ name, value }) => {
    if (name === "name") return [`name = ${typeof value === "string" ? value : JSON.stringify(value)}`];
    return name === "url" ? [`url = ${typeof value === "string" ? value : ""}`] : [];
  });
  return [`resolver type ${resolver}`, ...lines].map((line) => `${line}\n`).join("");
}

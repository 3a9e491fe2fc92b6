import type { K8sObject } from "../api/object.ts";
import { formatGoDuration } from "../api/pipelines/go-duration.ts";
import type { PipelineTask } from "../api/pipelines/pipeline.ts";
import {
  type Condition,
  isDone,
  type PipelineRun,
  type PipelineRunStatus,
  succeededCondition,
  type WorkspaceBinding,
} from "../api/pipelines/runs.ts";
import { withoutApplied } from "../pipelines/applied-annotation.ts";
import { type ChildContext, childObjects } from "../pipelines/child-objects.ts";
import { childProblem } from "../pipelines/child-problem.ts";
import { pipelineCondition, type RunCondition } from "../pipelines/pipeline-condition.ts";
import { type PipelineGraph, pipelineGraph } from "../pipelines/pipeline-graph.ts";
import { type PreparedPipeline, preparePipeline, runTimeouts } from "../pipelines/pipeline-preparation.ts";
import { pipelineResults } from "../pipelines/pipeline-results.ts";
import { checkPipelineTasks, type TaskSpecs } from "../pipelines/pipeline-task-checks.ts";
import { provenance } from "../pipelines/provenance.ts";
import { type Schedule, schedule } from "../pipelines/scheduler.ts";
import type { RunFailure } from "../pipelines/task-checks.ts";
import { bindingsWithResults } from "../pipelines/task-instance.ts";
import { claimWorkspace } from "../pipelines/volume-claim.ts";
import { err, ok, type Result } from "../result.ts";
import type { ChildRuns } from "./child-runs.ts";
import { startTimer } from "./long-timer.ts";
import { PipelineChildren } from "./pipeline-children.ts";
import { type FetchedPipeline, fetchPipeline, fetchTasks } from "./pipeline-run-resolution.ts";
import { claims, pipelineRuns } from "./resources.ts";
import { type RunnerContext, timestamp } from "./runner-context.ts";
import { runStatusWriter, type StatusWriter } from "./status-writer.ts";

/** A run whose Pipeline is known and sound. */
interface Started {
  readonly graph: PipelineGraph;
  readonly prepared: PreparedPipeline;
  readonly childContext: ChildContext;
}

/**
 * Takes one PipelineRun through its life: its Pipeline is fetched and checked, then each change of a child, of the run
 * or of the clock leads to one pass of the scheduler (spec: pipelines, sections 9 and 10).
 */
export class PipelineRunActor {
  readonly #context: RunnerContext;
  readonly #childRuns: ChildRuns;
  readonly #writer: StatusWriter;
  readonly #onDone: (run: PipelineRun) => void;
  readonly #children = new PipelineChildren();
  /** Specs of the Tasks that were fetched before the first one started. */
  #taskSpecs: TaskSpecs = new Map();
  #run: PipelineRun;
  #status: PipelineRunStatus;
  #invalidTasks: ReadonlyMap<string, string> = new Map();
  #startMs = Date.now();
  #finallyStartMs: number | undefined;
  #wake = Promise.withResolvers<void>();
  #dirty = true;
  #stopped = false;

  constructor(context: RunnerContext, childRuns: ChildRuns, run: PipelineRun, onDone: (run: PipelineRun) => void) {
    this.#context = context;
    this.#childRuns = childRuns;
    this.#run = run;
    this.#status = { ...run.status, ...context.tracing.statusOf(run) };
    this.#onDone = onDone;
    this.#writer = runStatusWriter(context, "PipelineRun", run);
  }

  get #name(): string {
    return `${this.#run.metadata.namespace}/${this.#run.metadata.name}`;
  }

  /** Takes a newer version of the object over: its spec and metadata; the status is ours. */
  update(run: PipelineRun): void {
    const specChanged = run.spec.status !== this.#run.spec.status;
    this.#run = { ...run, status: this.#status };
    if (specChanged) this.#nudge();
  }

  /** Tells of a child that has changed. */
  childChanged(child: K8sObject): void {
    this.#children.take(child);
    this.#nudge();
  }

  /** The object is gone, or the runner ends. */
  stop(): void {
    this.#stopped = true;
    this.#nudge();
  }

  #nudge(): void {
    this.#dirty = true;
    this.#wake.resolve();
  }

  /** Resolves when the run has ended or is no longer ours; rejects for a bug of ours, with all written that was told. */
  async run(): Promise<void> {
    try {
      await this.#live();
    } catch (error) {
      await this.#writer.flush();
      throw error;
    }
  }

  async #live(): Promise<void> {
    if (!(await this.#whilePending())) return;
    this.#begin();
    this.#children.recall(this.#status.childReferences ?? []);
    for (const child of this.#childRuns.childrenOf(this.#run)) this.#children.take(child);
    if (this.#run.spec.status === "Cancelled" && this.#children.tasks === 0) {
      this.#takeMetadata();
      this.#finish(cancelledCondition(this.#run));
    } else {
      const started = await this.#start();
      if (this.#stopped) return;
      if (!started.ok) this.#finish({ status: "False", ...started.error });
      else await this.#follow(started.value);
    }
    if (this.#stopped) return;
    await this.#writer.flush();
    if (this.#context.signal.aborted) return;
    this.#recordEnd();
    await this.#cleanUpClaims();
    this.#onDone({ ...this.#run, status: this.#status });
  }

  async #whilePending(): Promise<boolean> {
    while (this.#run.spec.status === "PipelineRunPending" && !this.#stopped) {
      const message = `PipelineRun ${JSON.stringify(this.#run.metadata.name)} is pending`;
      this.#setCondition({ status: "Unknown", reason: "PipelineRunPending", message });
      this.#publish();
      await this.#sleep(undefined);
    }
    return !this.#stopped;
  }

  #begin(): void {
    const { startTime, finallyStartTime } = this.#status;
    if (finallyStartTime !== undefined) this.#finallyStartMs = Date.parse(finallyStartTime);
    if (startTime !== undefined) {
      this.#startMs = Date.parse(startTime);
      return;
    }
    this.#startMs = Date.now();
    this.#status = { ...this.#status, startTime: timestamp() };
    this.#setCondition({ status: "Unknown", reason: "Started", message: "" });
    this.#context.events.record(this.#object(), "Normal", "Started", "");
  }

  /** Fetches and checks the Pipeline and its Tasks; a run taken over goes on with what it had. */
  async #start(): Promise<Result<Started, RunFailure>> {
    const { pipelineRef } = this.#run.spec;
    const resumed = this.#status.pipelineSpec;
    if (resumed === undefined && pipelineRef?.resolver) {
      this.#announce("ResolvingPipelineRef");
    }
    const found: Result<FetchedPipeline, RunFailure> =
      resumed === undefined
        ? await fetchPipeline(this.#context, this.#run)
        : ok({
            name: pipelineRef?.name ?? this.#run.metadata.name ?? "",
            inline: this.#run.spec.pipelineSpec !== undefined,
            spec: resumed,
            isSubstituted: true,
            labels: {},
            annotations: {},
          });
    if (!found.ok) {
      this.#takeMetadata();
      return found;
    }
    const pipeline = found.value;
    if (resumed === undefined) this.#takeMetadata(pipeline);
    const configuration = this.#context.configuration();
    const prepared = preparePipeline(this.#run, pipeline, configuration);
    if (!prepared.ok) return prepared;
    const { spec } = prepared.value;
    const graph = pipelineGraph(spec);
    if (resumed === undefined) {
      this.#status = { ...this.#status, pipelineSpec: spec, ...provenance(configuration, pipeline.refSource) };
      const all = [...(spec.tasks ?? []), ...(spec.finally ?? [])];
      if (all.some((task) => task.taskRef?.resolver)) this.#announce("ResolvingTaskRef");
      const tasks = await fetchTasks(this.#context, this.#run, pipeline.name, all);
      if (!tasks.ok) return tasks;
      this.#taskSpecs = tasks.value;
      const enums = configuration.enableParamEnum ? { written: pipeline.spec } : undefined;
      const problem = checkPipelineTasks(this.#run.metadata.name ?? "", spec, tasks.value, enums);
      if (problem !== undefined) return err(problem);
    }
    const workspaces = await this.#makeClaims(prepared.value.workspaces);
    if (!workspaces.ok) return workspaces;
    return ok({
      graph,
      prepared: prepared.value,
      childContext: {
        run: this.#run,
        labels: this.#run.metadata.labels ?? {},
        annotations: withoutApplied(this.#run.metadata.annotations ?? {}),
        workspaces: workspaces.value,
        timeouts: runTimeouts(this.#run.spec.timeouts),
        configuration,
      },
    });
  }

  /**
   * Labels and annotations of the run: its Pipeline's name and what the Pipeline carries, the run's own winning. Of a
   * Pipeline that is not known the name is told as far as the run says it.
   */
  #takeMetadata(pipeline?: FetchedPipeline): void {
    const { metadata, spec } = this.#run;
    const generated = spec.pipelineSpec === undefined ? "" : metadata.generateName?.replace(/[^a-zA-Z0-9]+$/, "");
    const named = pipeline === undefined || pipeline.inline ? spec.pipelineRef?.name : pipeline.name;
    const labels = {
      ...pipeline?.labels,
      "tekton.dev/pipeline": named || generated || metadata.name || "",
      ...metadata.labels,
    };
    const annotations = { ...withoutApplied(pipeline?.annotations ?? {}), ...metadata.annotations };
    this.#run = { ...this.#run, metadata: { ...metadata, labels, annotations } };
    void this.#context.client.patch(
      pipelineRuns,
      { namespace: metadata.namespace, name: metadata.name ?? "" },
      { type: "merge", body: { metadata: { labels, annotations } } },
    );
  }

  async #makeClaims(bindings: readonly WorkspaceBinding[]): Promise<Result<readonly WorkspaceBinding[], RunFailure>> {
    const bound: WorkspaceBinding[] = [];
    for (const each of bindings) {
      const { binding, claim } = claimWorkspace(each, this.#run);
      bound.push(binding);
      if (claim === undefined) continue;
      const created = await this.#context.client.create(claims, claim);
      if (!created.ok && created.error.reason !== "AlreadyExists") {
        return err({
          reason: "CouldntCreateWorkspacePVC",
          message: `Failed to create PVC for PipelineRun ${this.#name} correctly: ${created.error.message}`,
        });
      }
    }
    return ok(bound);
  }

  async #follow(started: Started): Promise<void> {
    while (!this.#stopped) {
      this.#dirty = false;
      const clock = this.#finallyStartMs;
      const state = this.#pass(started);
      const failed = await this.#act(state, started);
      if (this.#stopped) return;
      this.#invalidTasks = this.#recordInvalid(state);
      const condition: RunCondition = failed ?? this.#conditionOf(state);
      const childReferences = this.#children.references(started.graph);
      this.#status = {
        ...this.#status,
        ...(childReferences.length === 0 ? {} : { childReferences }),
        ...this.#skippedOf(state),
      };
      if (condition.status !== "Unknown" && (state.start.length === 0 || failed !== undefined)) {
        this.#status = { ...this.#status, ...this.#resultsOf(started) };
        this.#finish(this.#withResults(condition, started));
        return;
      }
      this.#setCondition(condition);
      this.#publish();
      // The clock of the finally tasks has just begun to run: when it ends is known to the next pass.
      if (!this.#dirty && clock === this.#finallyStartMs) await this.#sleep(state.nextDeadlineMs);
    }
  }

  #pass({ graph, childContext }: Started): Schedule {
    return schedule({
      graph,
      children: this.#children.byTask(),
      specStatus: this.#run.spec.status ?? "",
      timeouts: childContext.timeouts,
      startMs: this.#startMs,
      finallyStartMs: this.#finallyStartMs,
      nowMs: Date.now(),
      invalidTasks: this.#invalidTasks,
    });
  }

  /** Cancels and starts what the scheduler says; answers a failure that ends the run. */
  async #act(state: Schedule, started: Started): Promise<RunCondition | undefined> {
    await Promise.all(
      state.cancel.map(async ({ child, message }) => {
        const object = await this.#childRuns.cancel(this.#run.metadata.namespace ?? "", child, message);
        if (object !== undefined) this.#children.take(object);
      }),
    );
    if (state.failure !== undefined) return undefined;
    if (state.finallyPhase && started.graph.finals.length > 0 && this.#finallyStartMs === undefined) {
      this.#finallyStartMs = Date.now();
      this.#status = { ...this.#status, finallyStartTime: timestamp() };
    }
    const failures = await Promise.all(state.start.map((task) => this.#startTask(task, started)));
    return failures.find((failure) => failure !== undefined);
  }

  async #startTask(task: PipelineTask, { graph, childContext }: Started): Promise<RunCondition | undefined> {
    const final = graph.byName.get(task.name)?.final === true;
    const workspaces = bindingsWithResults(childContext.workspaces, graph, this.#children.byTask());
    const context = { ...childContext, run: this.#run, workspaces };
    const problem = childProblem(task, this.#run, context, this.#taskSpecs.get(task.name)?.spec);
    if (problem !== undefined) return { status: "False", ...problem };
    const children = childObjects(task, final, context);
    const results = await Promise.all(
      children.map(async (child) => {
        const { displayName } = child;
        this.#children.expect(child.name, { task: task.name, ...(displayName === undefined ? {} : { displayName }) });
        const created = await this.#childRuns.create(child.object, this.#run);
        if (created.ok) this.#children.take(created.value);
        return created;
      }),
    );
    for (const result of results) {
      if (result.ok) continue;
      const message = `error creating run for task ${JSON.stringify(task.name)}: ${result.error}`;
      this.#context.events.record(this.#object(), "Warning", "TaskRunsCreationFailed", message);
      return { status: "False", reason: "CreateRunFailed", message };
    }
    return undefined;
  }

  #recordInvalid(state: Schedule): ReadonlyMap<string, string> {
    for (const [task, text] of state.invalidTasks) {
      if (!this.#invalidTasks.has(task)) {
        this.#context.events.record(this.#object(), "Warning", "ResultValidationFailed", text);
      }
    }
    return state.invalidTasks;
  }

  #conditionOf(state: Schedule): RunCondition {
    const { name = "" } = this.#run.metadata;
    const timeouts = runTimeouts(this.#run.spec.timeouts);
    const condition = pipelineCondition(state, {
      runName: name,
      specStatus: this.#run.spec.status ?? "",
      pipelineTimeout: formatGoDuration(timeouts.pipelineMs ?? 0),
      tasksTimeout: formatGoDuration(timeouts.tasksMs ?? 0),
    });
    if (state.failure === undefined) return condition;
    const { message } = condition;
    return condition.reason === "CELEvaluationFailed"
      ? { ...condition, message: `Error evaluating CEL ${name}: ${message}` }
      : {
          ...condition,
          message: `[User error] PipelineRun ${this.#name} can't be Run; couldn't resolve all references: ${message}`,
        };
  }

  /** A run that is cancelled at once keeps what it had told so far. */
  #skippedOf(state: Schedule): Pick<PipelineRunStatus, "skippedTasks"> {
    if (this.#run.spec.status === "Cancelled" || state.skipped.length === 0) return {};
    return { skippedTasks: state.skipped };
  }

  #resultsOf({ graph, prepared }: Started): Pick<PipelineRunStatus, "results"> {
    const declared = prepared.spec.results ?? [];
    if (declared.length === 0) return {};
    const { results } = pipelineResults(declared, graph, this.#children.byTask());
    return results.length === 0 ? {} : { results };
  }

  #withResults(condition: RunCondition, { graph, prepared }: Started): RunCondition {
    const { invalid } = pipelineResults(prepared.spec.results ?? [], graph, this.#children.byTask());
    if (invalid.length === 0) return condition;
    return {
      status: "False",
      reason: "CouldntGetPipelineResult",
      message: `Failed to get PipelineResult from TaskRun Results for PipelineRun ${this.#run.metadata.name}: invalid pipelineresults [${invalid.join(" ")}], the referenced results don't exist`,
    };
  }

  #announce(reason: string): void {
    this.#setCondition({ status: "Unknown", reason, message: `PipelineRun ${this.#name} awaiting remote resource` });
    this.#publish();
  }

  #setCondition(condition: RunCondition): void {
    const before = succeededCondition(this.#status);
    const { status, reason, message } = condition;
    if (before?.status === status && before.reason === reason && before.message === message) return;
    const next: Condition = { type: "Succeeded", status, reason, message, lastTransitionTime: timestamp() };
    this.#status = { ...this.#status, conditions: [next] };
    if (status === "Unknown") this.#context.cloudEvents.tell({ ...this.#run, status: this.#status });
    if (status === "Unknown" && reason !== "Started") {
      this.#context.events.record(this.#object(), "Normal", reason, message);
    }
  }

  #publish(): void {
    this.#writer.set({ ...this.#status });
  }

  #finish(condition: RunCondition): void {
    this.#setCondition(condition);
    this.#status = { ...this.#status, completionTime: timestamp() };
    this.#publish();
  }

  #recordEnd(): void {
    const condition = succeededCondition(this.#status);
    if (condition === undefined || !isDone({ status: this.#status })) return;
    const succeeded = condition.status === "True";
    const reason = succeeded ? "Succeeded" : "Failed";
    this.#context.cloudEvents.tell({ ...this.#run, status: this.#status });
    this.#context.events.record(this.#object(), succeeded ? "Normal" : "Warning", reason, condition.message);
  }

  /** Claims of templates go with the run, or at its end when it asks for that. */
  async #cleanUpClaims(): Promise<void> {
    if (this.#run.metadata.annotations?.["tekton.dev/auto-cleanup-pvc"] !== "true") return;
    const { namespace } = this.#run.metadata;
    for (const binding of this.#run.spec.workspaces ?? []) {
      const { claim } = claimWorkspace(binding, this.#run);
      if (claim !== undefined)
        await this.#context.client.delete(claims, { namespace, name: claim.metadata.name ?? "" });
    }
  }

  /** Waits for a change, or until so much time has passed. */
  async #sleep(ms: number | undefined): Promise<void> {
    this.#wake = Promise.withResolvers<void>();
    if (this.#dirty) {
      this.#dirty = false;
      return;
    }
    const stop = ms === undefined ? undefined : startTimer(ms + 1, () => this.#wake.resolve());
    await this.#wake.promise;
    stop?.();
  }

  #object(): K8sObject {
    return this.#run as unknown as K8sObject;
  }
}

function cancelledCondition(run: PipelineRun): RunCondition {
  return {
    status: "False",
    reason: "Cancelled",
    message: `PipelineRun ${JSON.stringify(run.metadata.name)} was cancelled`,
  };
}

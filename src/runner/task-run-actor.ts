import type { K8sObject } from "../api/object.ts";
import { parseGoDuration } from "../api/pipelines/go-duration.ts";
import {
  type Condition,
  isDone,
  type SidecarState,
  succeededCondition,
  type TaskRun,
  type TaskRunStatus,
} from "../api/pipelines/runs.ts";
import { withoutApplied } from "../pipelines/applied-annotation.ts";
import { type AttemptEnd, attemptCondition, type Interruption } from "../pipelines/attempt-end.ts";
import type { PodDraft } from "../pipelines/pod-draft.ts";
import { podNameOf, podObject, podStatus } from "../pipelines/pod-object.ts";
import { provenance } from "../pipelines/provenance.ts";
import type { RunFailure } from "../pipelines/task-checks.ts";
import {
  collectArtifacts,
  collectResults,
  podFailure,
  sidecarStates,
  stepStates,
  stoppedStates,
} from "../pipelines/task-run-progress.ts";
import { err, ok, type Result } from "../result.ts";
import { startTimer } from "./long-timer.ts";
import { lostStates, podLostFailure } from "./lost-pods.ts";
import { createPod } from "./pod-creation.ts";
import type { RunningPod } from "./pod-plan.ts";
import { type PodAccount, planPod, readAccount } from "./pod-planner.ts";
import { PodProgressRecord, stepsThatWait } from "./pod-progress.ts";
import type { PodSlot } from "./pod-slots.ts";
import { pods, taskRuns } from "./resources.ts";
import { type RunnerContext, timestamp } from "./runner-context.ts";
import { startFailure } from "./start-failure.ts";
import { runStatusWriter, StatusWriter } from "./status-writer.ts";
import { asObject, type PreparedTask, prepareTask, type ResolvedTask, resolveTask } from "./task-preparation.ts";

/**
 * Takes one TaskRun through its life: attempts, each with its pod, until it succeeds, fails for good or is cancelled
 * (spec: pipelines, section 6). One at a time works on a TaskRun.
 */
export class TaskRunActor {
  readonly #context: RunnerContext;
  readonly #writer: StatusWriter;
  readonly #onDone: (run: TaskRun) => void;
  #run: TaskRun;
  #status: TaskRunStatus;
  #changed = Promise.withResolvers<void>();
  #interrupted = Promise.withResolvers<Interruption>();
  #interruption: Interruption | undefined;
  /** What the run's Task was at its first attempt: further ones do the same. */
  #task: ResolvedTask | undefined;
  #pod: RunningPod | undefined;
  /** Whether an earlier process made the pod and left it waiting. */
  #waited = false;

  constructor(context: RunnerContext, run: TaskRun, onDone: (run: TaskRun) => void) {
    this.#context = context;
    this.#run = run;
    this.#status = { ...run.status, ...context.tracing.statusOf(run) };
    this.#onDone = onDone;
    this.#writer = runStatusWriter(context, "TaskRun", run);
  }

  /** The pod that runs now, for `kubectl exec`. */
  get pod(): { readonly name: string; readonly running: RunningPod } | undefined {
    return this.#pod === undefined ? undefined : { name: this.#status.podName ?? "", running: this.#pod };
  }

  get #name(): string {
    return `${this.#run.metadata.namespace}/${this.#run.metadata.name}`;
  }

  /** Takes a newer version of the object over: its spec and metadata; the status is ours. */
  update(run: TaskRun): void {
    // What was taken over from the Task may be on its way still.
    const { labels, annotations } = this.#run.metadata;
    const metadata = {
      ...run.metadata,
      labels: { ...labels, ...run.metadata.labels },
      annotations: { ...annotations, ...run.metadata.annotations },
    };
    this.#run = { ...run, metadata, status: this.#status };
    if (run.spec.status === "TaskRunCancelled") this.#interrupt("cancelled");
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  /** The object is gone: everything of it stops. */
  remove(): void {
    this.#interrupt("deleted");
    this.#changed.resolve();
  }

  shutDown(): void {
    this.#interrupt("shutdown");
    this.#changed.resolve();
  }

  #interrupt(by: Interruption): void {
    if (this.#interruption !== undefined) return;
    this.#interruption = by;
    this.#interrupted.resolve(by);
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
    if (this.#run.spec.status === "TaskRunCancelled") this.#interrupt("cancelled");
    if (!(await this.#whilePending())) return;
    // A pod that only waited for its turn has not run: it is simply started.
    this.#waited = this.#status.steps === undefined && succeededCondition(this.#status)?.reason === "Pending";
    let lost = this.#status.podName !== undefined && this.#status.podName !== "" && !this.#waited;
    while (!isDone({ status: this.#status })) {
      this.#begin();
      const end = lost ? await this.#endOfLostPod() : await this.#attemptWithTimeout();
      lost = false;
      if (end.kind === "interrupted" && (end.by === "deleted" || end.by === "shutdown")) return;
      if (end.kind !== "succeeded" && this.#mayRetry(end)) this.#archive(end);
      else this.#finish(end);
    }
    await this.#writer.flush();
    if (this.#context.signal.aborted) return;
    this.#recordEnd();
    this.#onDone({ ...this.#run, status: this.#status });
  }

  /** Waits while the run is held back; false when it is gone. */
  async #whilePending(): Promise<boolean> {
    while (this.#run.spec.status === "TaskRunPending" && this.#interruption === undefined) {
      this.#setCondition("Unknown", "TaskRunPending", `TaskRun ${JSON.stringify(this.#run.metadata.name)} is pending`);
      this.#publish();
      await this.#changed.promise;
    }
    return this.#interruption !== "deleted" && this.#interruption !== "shutdown";
  }

  #begin(): void {
    if (this.#status.startTime !== undefined) return;
    this.#status = { ...this.#status, startTime: timestamp() };
    // A further attempt goes on telling why it is made.
    this.#setCondition("Unknown", "Started", succeededCondition(this.#status)?.message ?? "");
    this.#context.events.record(asObject(this.#run), "Normal", "Started", "");
  }

  async #attemptWithTimeout(): Promise<AttemptEnd> {
    if (this.#interruption !== undefined) return { kind: "interrupted", by: this.#interruption };
    const limitMs = this.#timeoutMs();
    const elapsedMs = Date.now() - Date.parse(this.#status.startTime ?? timestamp());
    // A fresh start is exact; only a run taken over from an earlier process has to go by its whole-second stamp.
    const restMs = elapsedMs < 1_500 ? limitMs : limitMs - elapsedMs;
    const stop = limitMs > 0 ? startTimer(restMs, () => this.#interrupt("timedOut")) : undefined;
    try {
      return await this.#attempt();
    } finally {
      stop?.();
    }
  }

  #timeoutMs(): number {
    return this.#run.spec.timeout === undefined ? 0 : (parseGoDuration(this.#run.spec.timeout) ?? 0);
  }

  async #attempt(): Promise<AttemptEnd> {
    const attempt = this.#status.retriesStatus?.length ?? 0;
    const prepared = await this.#orInterrupted(this.#prepare(attempt));
    if (prepared.kind === "interrupted") return prepared;
    if (!prepared.value.ok) return { kind: "failed", failure: prepared.value.error, ofStep: false };
    const { task, managedBy } = prepared.value.value;

    const account = await readAccount(this.#context, this.#run);
    if (!account.ok) {
      const cause = `translating TaskSpec to Pod: ${account.error}`;
      return { kind: "failed", failure: this.#startFailure("PodCreationFailed", cause, undefined), ofStep: false };
    }
    const podName = podNameOf(this.#run.metadata.name ?? "", attempt);
    const created = await this.#createPod(podName, task.draft, managedBy);
    if (!created.ok) return { kind: "failed", failure: created.error, ofStep: false };
    const pod = created.value;
    this.#status = { ...this.#status, podName };

    const slot = await this.#takeSlot(pod);
    if ("kind" in slot) {
      await this.#endWaitingPod(pod, task.draft);
      return slot;
    }
    try {
      return await this.#runPod(pod, task, account.value);
    } finally {
      slot.release();
    }
  }

  async #prepare(
    attempt: number,
  ): Promise<Result<{ readonly task: PreparedTask; readonly managedBy: string }, RunFailure>> {
    const resolved = this.#task === undefined ? await this.#resolve() : ok(this.#task);
    if (!resolved.ok) return resolved;
    this.#task = resolved.value;
    this.#takeMetadata(resolved.value);
    const prepared = await prepareTask(this.#context, this.#run, resolved.value, attempt);
    const configuration = this.#context.configuration();
    this.#status = {
      ...this.#status,
      taskSpec: prepared.ok ? prepared.value.spec : resolved.value.spec,
      ...provenance(configuration, resolved.value.refSource),
    };
    if (!prepared.ok) return prepared;
    return ok({ task: prepared.value, managedBy: configuration.managedByLabelValue });
  }

  #resolve(): Promise<Result<ResolvedTask, RunFailure>> {
    if (this.#run.spec.taskRef?.resolver) {
      this.#announce("ResolvingTaskRef", `TaskRun ${this.#name} awaiting remote resource`);
    } else if (this.#run.spec.taskSpec?.steps?.some((step) => step.ref?.resolver !== undefined) === true) {
      this.#announce("ResolvingStepActionRef", `TaskRun ${this.#name} awaiting remote StepAction`);
    }
    return resolveTask(this.#context, this.#run);
  }

  /** Copies the Task's labels and annotations to the run, whose own win. */
  #takeMetadata(task: ResolvedTask): void {
    const { metadata } = this.#run;
    const named = task.inline ? {} : { "tekton.dev/task": task.name };
    const labels = { ...task.labels, ...named, ...metadata.labels };
    const annotations = { ...withoutApplied(task.annotations), ...metadata.annotations };
    const same =
      Object.keys(labels).length === Object.keys(metadata.labels ?? {}).length &&
      Object.keys(annotations).length === Object.keys(metadata.annotations ?? {}).length;
    if (same) return;
    this.#run = { ...this.#run, metadata: { ...metadata, labels, annotations } };
    void this.#context.client.patch(
      taskRuns,
      { namespace: metadata.namespace, name: metadata.name ?? "" },
      { type: "merge", body: { metadata: { labels, annotations } } },
    );
  }

  async #createPod(podName: string, draft: PodDraft, managedBy: string): Promise<Result<K8sObject, RunFailure>> {
    const object = podObject(this.#run, podName, draft, this.#context.nodeName, managedBy);
    const creation = await createPod(this.#context, object);
    switch (creation.kind) {
      case "created":
        return ok(creation.pod);
      case "existed":
        // Only a pod that waited for its turn is known not to have run; another may have, unseen, in an earlier process.
        return this.#waited ? ok(creation.pod) : err(podLostFailure(this.#status.steps ?? []));
      case "refused":
        return err(this.#startFailure("PodCreationFailed", creation.cause, undefined));
      default:
        return creation satisfies never;
    }
  }

  /** A slot for the pod; while all are taken the run says so. */
  async #takeSlot(pod: K8sObject): Promise<PodSlot | { readonly kind: "interrupted"; readonly by: Interruption }> {
    const { slots } = this.#context;
    const free = slots.tryTake();
    if (free !== undefined) return free;
    const message = `pod status "Pending"; message: all ${slots.limit} pods that may run at once on this machine are taken`;
    this.#setCondition("Unknown", "Pending", message);
    this.#publish();
    const waiting = slots.wait(pod.metadata.namespace ?? "");
    const got = await this.#orInterrupted(waiting.slot);
    if (got.kind === "value") return got.value;
    waiting.cancel();
    void waiting.slot.then((slot) => slot.release()); // it may have been granted in the same moment
    return got;
  }

  async #runPod(pod: K8sObject, task: PreparedTask, account: PodAccount): Promise<AttemptEnd> {
    const { draft, spec } = task;
    const writer = this.#podWriter(pod);
    const startTime = timestamp();
    const results = (spec.results ?? []).map((result) => result.name);
    const [plan] = await Promise.all([
      planPod(this.#context, this.#run, pod, draft, results, account),
      this.#endWaiting(),
    ]);
    if (this.#interruption !== undefined) {
      await this.#endWaitingPod(pod, draft);
      return { kind: "interrupted", by: this.#interruption };
    }
    if (!plan.ok) {
      const { reason, message, step } = plan.error;
      const waiting = stepsThatWait(draft, plan.error);
      this.#status = { ...this.#status, steps: waiting };
      writer.set({ ...podStatus(pod, "Failed", waiting, [], startTime, { reason, message }) });
      return { kind: "failed", ofStep: false, failure: this.#startFailure(reason, message, step) };
    }
    const progress = new PodProgressRecord();
    const running = this.#context.runtime.start(plan.value);
    this.#pod = running;
    void this.#interrupted.promise.then((by) =>
      running.stop(by === "timedOut" ? "TaskRunTimeout" : "TaskRunCancelled"),
    );
    let failure: RunFailure | undefined;
    const sources = this.#context.configuration().enableProvenance ? this.#task?.stepSources : undefined;
    const show = (phase: "Pending" | "Running" | "Succeeded" | "Failed") => {
      const steps = stepStates(draft, progress, sources);
      const sidecars = sidecarStates(draft, progress);
      this.#status = { ...this.#status, steps, ...(sidecars.length === 0 ? {} : { sidecars }) };
      writer.set({ ...podStatus(pod, phase, steps, sidecars, startTime) });
    };
    for await (const event of running.events) {
      if (event.kind === "notice") this.#context.events.record(asObject(this.#run), "Normal", "Runtime", event.message);
      if (event.kind === "failed") failure = this.#startFailure(event.reason, event.message, event.step);
      if (!progress.take(event)) continue;
      if (this.#interruption === undefined && failure === undefined) {
        show("Running");
        this.#setRunning();
        this.#publish();
      }
    }
    this.#pod = undefined;
    if (this.#interruption !== undefined) {
      const by = this.#interruption;
      show("Failed");
      this.#markStopped(by === "timedOut" ? "TaskRunTimeout" : "TaskRunCancelled");
      writer.set({ ...podStatus(pod, "Failed", this.#status.steps ?? [], this.#status.sidecars ?? [], startTime) });
      if (by !== "shutdown" && by !== "deleted") await writer.flush();
      return { kind: "interrupted", by };
    }
    const ended = failure ?? podFailure(draft, progress);
    show(ended === undefined ? "Succeeded" : "Failed");
    void writer.flush(); // together with the end of the run: one write to the disk
    const artifacts = collectArtifacts(draft, progress);
    if (artifacts !== undefined) this.#status = { ...this.#status, artifacts };
    const collected = collectResults(spec, draft, progress, this.#context.configuration().maxResultSize);
    if (collected.results.length > 0) this.#status = { ...this.#status, results: collected.results };
    if (collected.problem !== undefined) return { kind: "failed", ofStep: false, failure: collected.problem };
    return ended === undefined
      ? { kind: "succeeded" }
      : { kind: "failed", failure: ended, ofStep: failure === undefined };
  }

  /** A pod that is told to wait is started after a crash: it must be stored that its turn came before it runs. */
  async #endWaiting(): Promise<void> {
    if (succeededCondition(this.#status)?.reason !== "Pending") return;
    this.#setRunning();
    this.#publish();
    await this.#writer.flush();
  }

  #podWriter(pod: K8sObject): StatusWriter {
    return new StatusWriter({
      client: this.#context.client,
      resource: pods,
      key: { namespace: pod.metadata.namespace, name: pod.metadata.name ?? "" },
      written: {},
      signal: this.#context.signal,
      onError: (status) =>
        this.#context.log.warn("cannot write the status of a pod", { pod: pod.metadata.name, error: status.message }),
    });
  }

  /** A pod that was made and never started. */
  async #endWaitingPod(pod: K8sObject, draft: PodDraft): Promise<void> {
    const by = this.#interruption;
    if (by !== "cancelled" && by !== "timedOut") return;
    this.#status = { ...this.#status, steps: stepStates(draft, new PodProgressRecord()) };
    this.#markStopped(by === "timedOut" ? "TaskRunTimeout" : "TaskRunCancelled");
    const writer = this.#podWriter(pod);
    const sidecars: readonly SidecarState[] = [];
    writer.set({ ...podStatus(pod, "Failed", this.#status.steps ?? [], sidecars, timestamp()) });
    await writer.flush();
  }

  #markStopped(reason: "TaskRunCancelled" | "TaskRunTimeout"): void {
    const { steps, podName = "" } = this.#status;
    if (steps !== undefined)
      this.#status = { ...this.#status, steps: stoppedStates(steps, reason, podName, timestamp()) };
  }

  /** The condition for a pod that could not be started; of an environment that lacks its source, an event names it. */
  #startFailure(reason: string, message: string, step: string | undefined): RunFailure {
    if (reason === "CreateContainerConfigError" && step !== undefined) {
      this.#context.events.record(asObject(this.#run), "Warning", "Failed", `step ${JSON.stringify(step)}: ${message}`);
    }
    return startFailure(this.#run, this.#status.taskSpec, { reason, message, step });
  }

  /** What an earlier process left: finished steps stay finished, the rest is lost. */
  async #endOfLostPod(): Promise<AttemptEnd> {
    const states = this.#status.steps ?? [];
    if (this.#interruption !== undefined) {
      this.#markStopped("TaskRunCancelled");
      return { kind: "interrupted", by: this.#interruption };
    }
    this.#status = { ...this.#status, steps: lostStates(states, timestamp()) };
    const { podName = "", steps = [], sidecars = [], startTime = timestamp() } = this.#status;
    const pod = await this.#context.client.get(pods, { namespace: this.#run.metadata.namespace, name: podName });
    if (pod.ok) {
      const writer = this.#podWriter(pod.value);
      writer.set({
        ...podStatus(pod.value, "Failed", steps, sidecars, startTime, {
          reason: "NodeLost",
          message: "Tektite stopped while this pod ran",
        }),
      });
      await writer.flush();
    }
    return { kind: "failed", failure: podLostFailure(states), ofStep: false };
  }

  async #orInterrupted<T>(
    promise: Promise<T>,
  ): Promise<
    { readonly kind: "value"; readonly value: T } | { readonly kind: "interrupted"; readonly by: Interruption }
  > {
    const interrupted = this.#interrupted.promise.then((by) => ({ kind: "interrupted", by }) as const);
    return Promise.race([promise.then((value) => ({ kind: "value", value }) as const), interrupted]);
  }

  #mayRetry(end: AttemptEnd): boolean {
    if (end.kind === "interrupted" && end.by === "cancelled") return false;
    return (this.#status.retriesStatus?.length ?? 0) < (this.#run.spec.retries ?? 0);
  }

  /** Keeps a failed attempt's status and makes room for the next. */
  #archive(end: AttemptEnd): void {
    const { reason, message } = attemptCondition(end, this.#run, succeededCondition(this.#status));
    this.#setCondition("False", reason, message);
    const { retriesStatus = [], ...attempt } = this.#status;
    const archived: TaskRunStatus = { ...attempt, completionTime: timestamp() };
    const {
      podName: _pod,
      startTime: _start,
      completionTime: _end,
      results: _results,
      steps: _steps,
      sidecars: _sidecars,
      artifacts: _artifacts,
      ...rest
    } = attempt;
    this.#status = { ...rest, retriesStatus: [...retriesStatus, archived] };
    this.#setCondition("Unknown", "ToBeRetried", message);
    this.#context.events.record(asObject(this.#run), "Normal", "ToBeRetried", message);
    this.#publish();
    this.#interruption = undefined;
    this.#interrupted = Promise.withResolvers<Interruption>();
    if (this.#run.spec.status === "TaskRunCancelled") this.#interrupt("cancelled");
  }

  #finish(end: AttemptEnd): void {
    const { reason, message } = attemptCondition(end, this.#run, succeededCondition(this.#status));
    this.#setCondition(end.kind === "succeeded" ? "True" : "False", reason, message);
    this.#status = { ...this.#status, completionTime: timestamp() };
    this.#publish();
  }

  #recordEnd(): void {
    const condition = succeededCondition(this.#status);
    if (condition === undefined) return;
    const succeeded = condition.status === "True";
    this.#context.cloudEvents.tell({ ...this.#run, status: this.#status });
    this.#context.events.record(
      asObject(this.#run),
      succeeded ? "Normal" : "Warning",
      succeeded ? "Succeeded" : "Failed",
      condition.message,
    );
  }

  #announce(reason: string, message: string): void {
    this.#setCondition("Unknown", reason, message);
    this.#publish();
  }

  #setCondition(status: Condition["status"], reason: string, message: string): void {
    const before = succeededCondition(this.#status);
    if (before?.status === status && before.reason === reason && before.message === message) return;
    const condition: Condition = { type: "Succeeded", status, reason, message, lastTransitionTime: timestamp() };
    this.#status = { ...this.#status, conditions: [condition] };
    // An end is told once it is stored; a failed attempt is told by its repetition.
    if (status === "Unknown") this.#context.cloudEvents.tell({ ...this.#run, status: this.#status });
    if (status === "Unknown" && reason !== "Started" && reason !== "ToBeRetried") {
      this.#context.events.record(asObject(this.#run), "Normal", reason, message);
    }
  }

  #setRunning(): void {
    this.#setCondition("Unknown", "Running", "Not all Steps in the Task have finished executing");
  }

  #publish(): void {
    this.#writer.set({ ...this.#status });
  }
}

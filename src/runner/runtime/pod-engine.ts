import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ok, type Result } from "../../result.ts";
import type { LogStore, LogWriter } from "../../store/log-store.ts";
import type { ExecIo, PlannedSidecar, PlannedStep, PodEvent, PodPlan, RunningPod, StepOutcome } from "../pod-plan.ts";
import { reasonOf } from "./contained-files.ts";
import { followOutput, prepareLaunch, replacementsFor, timeOf, workingDirOf } from "./container-launch.ts";
import { EventQueue } from "./event-queue.ts";
import { withStandIns } from "./image-stand-ins.ts";
import type { PodBackend, PreparedContainer, RunningContainer } from "./pod-backend.ts";
import { PodFolder, type PodRoots } from "./pod-folder.ts";
import { untilReady } from "./readiness.ts";
import { exitCodeOf } from "./step-ending.ts";
import { StepOutput } from "./step-output.ts";
import { StepRun } from "./step-run.ts";

type StopReason = "TaskRunCancelled" | "TaskRunTimeout";

/** How long a sidecar may take to end by itself once it is told to. */
const sidecarGraceMs = 250;

interface StartedSidecar {
  readonly name: string;
  readonly running: RunningContainer;
  /** Once it was told to end: whether it still ran then. */
  stopRequest: Promise<boolean> | undefined;
  /** Whether it was killed because it took too long to end. */
  isKilled: boolean;
  readonly ended: Promise<void>;
}

/** What Kubernetes gives for a container whose command cannot start. */
const startErrorCode = 128;

/** What engines give for SIGKILL. */
const killedExitCode = 137;

/** What a pod needs of its surroundings. */
export interface PodSurroundings {
  readonly logs: LogStore;
  readonly roots: PodRoots;
  /** Makes the back-end of a pod whose folder has been laid out. */
  backend(plan: PodPlan, folder: PodFolder): PodBackend;
}

/**
 * Carries out one pod: sidecars first, then the steps one after the other, with the contract of Tekton's entrypoint
 * (spec: pipelines, sections 3 and 4). The same for every runtime; a back-end starts the single containers.
 */
export class PodEngine implements RunningPod {
  readonly #plan: PodPlan;
  readonly #surroundings: PodSurroundings;
  readonly #events = new EventQueue<PodEvent>();
  readonly #stepResults = new Map<string, ReadonlyMap<string, string>>();
  readonly #stepArtifacts = new Map<string, string>();
  readonly #running = new Map<string, RunningContainer>();
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #stopReason: StopReason | undefined;

  constructor(plan: PodPlan, surroundings: PodSurroundings) {
    this.#plan = plan;
    this.#surroundings = surroundings;
    this.#done = this.#run()
      // Such as a full disk or no descriptors left: this pod fails, the others go on.
      .catch((error: unknown) => {
        for (const running of this.#running.values()) running.kill();
        this.#events.push({ kind: "failed", reason: "PodCreationFailed", message: reasonOf(error) });
      })
      .finally(() => this.#events.close());
  }

  get events(): AsyncIterable<PodEvent> {
    return this.#events;
  }

  /** Resolves when every process of the pod is gone and its folder is removed. */
  get done(): Promise<void> {
    return this.#done;
  }

  async stop(reason: StopReason): Promise<void> {
    this.#stopReason ??= reason;
    this.#stopping.abort();
    for (const running of this.#running.values()) running.kill();
    await this.#done;
  }

  /** Ends the pod without telling anybody. */
  abandon(): Promise<void> {
    this.#events.mute();
    return this.stop("TaskRunCancelled");
  }

  async exec(step: string, command: readonly string[], io: ExecIo): Promise<number> {
    // Steps by their name; sidecars, and whoever has only a container's name, by that.
    const running =
      this.#running.get(`step-${step}`) ?? this.#running.get(step) ?? this.#running.get(`sidecar-${step}`);
    if (running === undefined) {
      await io.stderr(Buffer.from(`container "${step}" is not running\n`));
      return 1;
    }
    return running.exec(command, io);
  }

  async #run(): Promise<void> {
    const plan = this.#plan;
    const { logs, roots } = this.#surroundings;
    // A pod of the same name, deleted and made again, begins with empty logs.
    await logs.remove(plan.namespace, plan.podName);
    const folder = PodFolder.create(roots, plan);
    if (!folder.ok) {
      this.#events.push({ kind: "failed", reason: "PodCreationFailed", message: folder.error });
      return;
    }
    const backend = this.#surroundings.backend(plan, folder.value);
    try {
      for (const message of backend.notices) this.#events.push({ kind: "notice", message });
      const steps = this.#prepare(folder.value, backend, plan.steps, "step");
      const sidecars = this.#prepare(folder.value, backend, plan.sidecars, "sidecar");
      if (!steps.ok || !sidecars.ok) {
        const message = !steps.ok ? steps.error : !sidecars.ok ? sidecars.error : "";
        this.#events.push({ kind: "failed", reason: "CreateContainerConfigError", message });
        return;
      }
      const prepared = await backend.prepare([...steps.value, ...sidecars.value], this.#stopping.signal);
      if (!prepared.ok) {
        // A stop during a long pull is a stop, not a failure of the pull.
        if (this.#stopReason === undefined) this.#events.push({ kind: "failed", ...prepared.error });
        else this.#finishStopped();
        return;
      }
      // The logs of all steps are there from the start, so that whoever follows one waits for its turn.
      const stepLogs = steps.value.map(({ id }) => this.#openLog(id));
      try {
        await this.#runContainers(folder.value, backend, steps.value, sidecars.value);
      } finally {
        await Promise.all(stepLogs.map((writer) => writer.end()));
      }
    } finally {
      await backend.close();
      await folder.value.remove();
    }
  }

  async #runContainers(
    folder: PodFolder,
    backend: PodBackend,
    steps: readonly PreparedContainer[],
    sidecars: readonly PreparedContainer[],
  ): Promise<void> {
    for (const [index, step] of this.#plan.steps.entries()) {
      const view = steps[index]?.view;
      const path = workingDirOf(step.workingDir);
      if (view !== undefined && path !== undefined) folder.makeWorkingDir(view, path);
    }
    const started: StartedSidecar[] = [];
    for (const index of this.#plan.sidecars.keys()) {
      const prepared = sidecars[index];
      if (prepared === undefined || this.#stopReason !== undefined) break;
      const running = await this.#startSidecar(folder, backend, prepared, index);
      if (running !== undefined) started.push(running);
    }
    await this.#untilSidecarsReady(backend, started, this.#plan.sidecars);

    let failed = false;
    for (const [index, step] of this.#plan.steps.entries()) {
      const prepared = steps[index];
      if (prepared === undefined) continue;
      if (this.#stopReason !== undefined) break;
      const run = new StepRun(this.#plan, folder, backend, prepared, step, index, this.#surroundings.logs);
      const outcome = await run.carryOut({
        failedBefore: failed,
        results: this.#stepResults,
        artifacts: this.#stepArtifacts,
        isStopped: () => this.#stopReason !== undefined,
        onStart: (running, startedAt) => {
          this.#running.set(prepared.id, running);
          if (this.#stopReason !== undefined) running.kill();
          this.#events.push({ kind: "stepStarted", step: step.name, startedAt });
        },
      });
      this.#running.delete(prepared.id);
      if (this.#stopReason !== undefined) {
        this.#finishStopped(index);
        await this.#stopSidecars(started);
        return;
      }
      failed = outcome.blocksNext;
      folder.closeStep(index);
      this.#stepResults.set(step.name, outcome.results);
      const { stepArtifacts } = outcome.outcome;
      if (stepArtifacts !== undefined) this.#stepArtifacts.set(step.name, stepArtifacts);
      this.#events.push({ kind: "stepFinished", step: step.name, outcome: outcome.outcome });
    }
    if (this.#stopReason !== undefined) {
      this.#finishStopped();
      await this.#stopSidecars(started);
      return;
    }
    await this.#stopSidecars(started);
    this.#events.push({ kind: "finished" });
  }

  #prepare(
    folder: PodFolder,
    backend: PodBackend,
    containers: readonly (PlannedStep | PlannedSidecar)[],
    kind: "step" | "sidecar",
  ): Result<readonly PreparedContainer[], string> {
    const prepared: PreparedContainer[] = [];
    for (const [index, container] of containers.entries()) {
      const view = kind === "step" ? folder.stepView(container as PlannedStep, index) : folder.sidecarView(container);
      if (!view.ok) return view;
      const id = `${kind}-${container.name}`;
      const homeFolder = folder.ownFolder("home", id);
      const programsFolder = join(folder.controlPath, "programs", id);
      prepared.push({
        container,
        kind,
        id,
        view: backend.usesImage(container.image)
          ? view.value
          : withStandIns(view.value, container, { homeFolder, programsFolder }),
        homeFolder,
        tmpFolder: folder.ownFolder("tmp", id),
      });
    }
    return ok(prepared);
  }

  #openLog(container: string): LogWriter {
    const { namespace, podName: pod } = this.#plan;
    return this.#surroundings.logs.open({ namespace, pod, container });
  }

  /** Nothing when it cannot start: then it has failed, which the steps do not wait for. */
  async #startSidecar(
    folder: PodFolder,
    backend: PodBackend,
    prepared: PreparedContainer,
    index: number,
  ): Promise<StartedSidecar | undefined> {
    const { container, id } = prepared;
    const launched = await backend.launch(prepareLaunch(folder, backend, prepared, index, container));
    if (!launched.ok) {
      await this.#tellUnstarted(backend, prepared, launched.error);
      return undefined;
    }
    const running = launched.value;
    this.#running.set(id, running);
    if (this.#stopReason !== undefined) running.kill();
    this.#events.push({ kind: "sidecarStarted", sidecar: container.name, startedAt: timeOf(new Date()) });
    const writer = this.#openLog(id);
    const output = new StepOutput(writer, replacementsFor(this.#plan, backend, prepared));
    const started: { -readonly [K in keyof StartedSidecar]: StartedSidecar[K] } = {
      name: container.name,
      running,
      stopRequest: undefined,
      isKilled: false,
      ended: Promise.resolve(),
    };
    started.ended = (async () => {
      const exit = await followOutput(running, output, undefined, undefined);
      if (exit.kind === "notStarted") await output.line(`Error executing command: ${exit.message}`);
      await writer.end();
      this.#running.delete(id);
      // How it took the end that we made is its own business.
      const byKill = started.isKilled && (exit.kind === "signalled" || exitCodeOf(exit) === killedExitCode);
      const stopped = this.#stopReason !== undefined || (await started.stopRequest) === true || byKill;
      if (exit.kind === "notStarted" && !stopped) {
        this.#tellStartError(prepared, exit.message);
        return;
      }
      const exitCode = stopped ? 0 : exitCodeOf(exit);
      this.#events.push({
        kind: "sidecarFinished",
        sidecar: container.name,
        exitCode,
        reason: exitCode === 0 ? "Completed" : exit.kind === "outOfMemory" ? "OOMKilled" : "Error",
        finishedAt: timeOf(new Date()),
      });
    })();
    return started;
  }

  async #tellUnstarted(backend: PodBackend, prepared: PreparedContainer, cause: string): Promise<void> {
    const { id, container } = prepared;
    const writer = this.#openLog(id);
    const output = new StepOutput(writer, replacementsFor(this.#plan, backend, prepared));
    await output.line(`Error executing command: ${cause}`);
    await writer.end();
    this.#events.push({ kind: "sidecarStarted", sidecar: container.name, startedAt: timeOf(new Date()) });
    this.#tellStartError(prepared, cause);
  }

  #tellStartError({ container }: PreparedContainer, cause: string): void {
    this.#events.push({ kind: "notice", message: `sidecar "${container.name}" cannot start: ${cause}` });
    this.#events.push({
      kind: "sidecarFinished",
      sidecar: container.name,
      exitCode: startErrorCode,
      reason: "StartError",
      message: cause,
      finishedAt: timeOf(new Date()),
    });
  }

  /** Waits as the first step does: a sidecar that has ended counts as ready. */
  async #untilSidecarsReady(
    backend: PodBackend,
    started: readonly StartedSidecar[],
    planned: readonly PlannedSidecar[],
  ): Promise<void> {
    await Promise.all(
      started.map(async ({ name, running, ended }) => {
        const probe = planned.find((sidecar) => sidecar.name === name)?.readinessProbe;
        if (probe === undefined) return;
        const over = new AbortController();
        const signal = AbortSignal.any([over.signal, this.#stopping.signal]);
        await Promise.race([untilReady(probe, running, backend.portHost, signal), ended]);
        over.abort();
      }),
    );
  }

  async #stopSidecars(started: readonly StartedSidecar[]): Promise<void> {
    if (started.length === 0) return;
    for (const sidecar of started) sidecar.stopRequest = sidecar.running.terminate();
    const all = Promise.all(started.map(({ ended }) => ended));
    const grace = new AbortController();
    await Promise.race([all, delay(sidecarGraceMs, undefined, { signal: grace.signal }).catch(() => undefined)]);
    grace.abort();
    for (const sidecar of started) {
      sidecar.isKilled = true;
      sidecar.running.kill();
    }
    await all;
  }

  /** Ends the steps from `index` on, as those of a pod that was taken away. */
  #finishStopped(from?: number): void {
    const reason = this.#stopReason ?? "TaskRunCancelled";
    const now = timeOf(new Date());
    const finished = from ?? this.#stepResults.size;
    for (const step of this.#plan.steps.slice(finished)) {
      const outcome: StepOutcome = {
        exitCode: 1,
        reason,
        terminationReason: reason,
        message: `Step ${step.name} terminated as pod ${this.#plan.podName} is terminated`,
        startedAt: now,
        finishedAt: now,
        containerId: "",
        imageId: "",
        taskResults: new Map(),
        stepResults: new Map(),
      };
      this.#events.push({ kind: "stepFinished", step: step.name, outcome });
    }
    this.#events.push({ kind: "finished" });
  }
}

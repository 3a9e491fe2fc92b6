import { closeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { err, ok, type Result } from "../../result.ts";
import type { LogStore } from "../../store/log-store.ts";
import type { ExecIo, PlannedSidecar, PlannedStep, PodEvent, PodPlan, RunningPod, StepOutcome } from "../pod-plan.ts";
import { reasonOf } from "./contained-files.ts";
import { EventQueue } from "./event-queue.ts";
import { maskingReplacements, type Replacement, replaceLiterals } from "./literal-replacer.ts";
import type { Exit, Launch, PodBackend, PreparedContainer, RunningContainer } from "./pod-backend.ts";
import { PodFolder, type PodRoots } from "./pod-folder.ts";
import { untilReady } from "./readiness.ts";
import { StepOutput } from "./step-output.ts";
import { scriptName, scriptText } from "./step-script.ts";
import { terminationMessage } from "./termination-message.ts";
import { expandEnvironment, expandVariables } from "./variable-expansion.ts";

type StopReason = "TaskRunCancelled" | "TaskRunTimeout";

/** How long a sidecar may take to end by itself once it is told to. */
const sidecarGraceMs = 250;
/** How long output may still come once a command has ended: whoever holds it open then is not of the pod. */
const outputGraceMs = 1000;

const tooLarge = "Termination message is above max allowed size 4096, caused by large task result.";

interface StartedSidecar {
  readonly running: RunningContainer;
  /** Once it was told to end: whether it still ran then. */
  stopRequest: Promise<boolean> | undefined;
  readonly ended: Promise<void>;
}

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
      const steps = this.#prepare(folder.value, plan.steps, "step");
      const sidecars = this.#prepare(folder.value, plan.sidecars, "sidecar");
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
      await this.#runContainers(folder.value, backend, steps.value, sidecars.value);
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
      if (!running.ok) {
        this.#events.push({ kind: "failed", reason: "PodCreationFailed", message: running.error });
        await this.#stopSidecars(started);
        return;
      }
      started.push(running.value);
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
      this.#stepResults.set(step.name, outcome.outcome.stepResults);
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
    containers: readonly (PlannedStep | PlannedSidecar)[],
    kind: "step" | "sidecar",
  ): Result<readonly PreparedContainer[], string> {
    const prepared: PreparedContainer[] = [];
    for (const [index, container] of containers.entries()) {
      const view = kind === "step" ? folder.stepView(container as PlannedStep, index) : folder.sidecarView(container);
      if (!view.ok) return view;
      const id = `${kind}-${container.name}`;
      prepared.push({
        container,
        kind,
        id,
        view: view.value,
        homeFolder: folder.ownFolder("home", id),
        tmpFolder: folder.ownFolder("tmp", id),
      });
    }
    return ok(prepared);
  }

  async #startSidecar(
    folder: PodFolder,
    backend: PodBackend,
    prepared: PreparedContainer,
    index: number,
  ): Promise<Result<StartedSidecar, string>> {
    const { container, id } = prepared;
    const launched = await backend.launch(prepareLaunch(folder, backend, prepared, index, container));
    if (!launched.ok) return err(`sidecar "${container.name}": ${launched.error}`);
    const running = launched.value;
    this.#running.set(id, running);
    if (this.#stopReason !== undefined) running.kill();
    this.#events.push({ kind: "sidecarStarted", sidecar: container.name, startedAt: timeOf(new Date()) });
    const writer = this.#surroundings.logs.open({
      namespace: this.#plan.namespace,
      pod: this.#plan.podName,
      container: id,
    });
    const output = new StepOutput(writer, replacementsFor(this.#plan, backend, prepared));
    const started: { -readonly [K in keyof StartedSidecar]: StartedSidecar[K] } = {
      running,
      stopRequest: undefined,
      ended: Promise.resolve(),
    };
    started.ended = (async () => {
      const exit = await followOutput(running, output, undefined, undefined);
      if (exit.kind === "notStarted") await output.line(exit.message);
      await writer.end();
      this.#running.delete(id);
      // How it took the end that we made is its own business.
      const stopped = this.#stopReason !== undefined || (await started.stopRequest) === true;
      const exitCode = stopped ? 0 : exitCodeOf(exit);
      this.#events.push({
        kind: "sidecarFinished",
        sidecar: container.name,
        exitCode,
        reason: exitCode === 0 ? "Completed" : exit.kind === "outOfMemory" ? "OOMKilled" : "Error",
        finishedAt: timeOf(new Date()),
      });
    })();
    return ok(started);
  }

  /** Waits as the first step does: a sidecar that has ended counts as ready. */
  async #untilSidecarsReady(
    backend: PodBackend,
    started: readonly StartedSidecar[],
    planned: readonly PlannedSidecar[],
  ): Promise<void> {
    await Promise.all(
      started.map(async ({ running, ended }, index) => {
        const probe = planned[index]?.readinessProbe;
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
    for (const { running } of started) running.kill();
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

/** What a step did, and whether those behind it are skipped. */
interface StepEnd {
  readonly outcome: StepOutcome;
  readonly blocksNext: boolean;
}

/** One step's turn. */
class StepRun {
  readonly #plan: PodPlan;
  readonly #folder: PodFolder;
  readonly #backend: PodBackend;
  readonly #prepared: PreparedContainer;
  readonly #step: PlannedStep;
  readonly #index: number;
  readonly #logs: LogStore;
  readonly #replacements: readonly Replacement[];

  constructor(
    plan: PodPlan,
    folder: PodFolder,
    backend: PodBackend,
    prepared: PreparedContainer,
    step: PlannedStep,
    index: number,
    logs: LogStore,
  ) {
    this.#plan = plan;
    this.#folder = folder;
    this.#backend = backend;
    this.#prepared = prepared;
    this.#step = step;
    this.#index = index;
    this.#logs = logs;
    this.#replacements = replacementsFor(plan, backend, prepared);
  }

  async carryOut(turn: {
    readonly failedBefore: boolean;
    readonly results: ReadonlyMap<string, ReadonlyMap<string, string>>;
    isStopped(): boolean;
    onStart(running: RunningContainer, startedAt: string): void;
  }): Promise<StepEnd> {
    const ref = { namespace: this.#plan.namespace, pod: this.#plan.podName, container: this.#prepared.id };
    const writer = this.#logs.open(ref);
    const output = new StepOutput(writer, this.#replacements);
    try {
      const begun = new Date();
      if (turn.failedBefore) {
        await output.line("Skipping step because a previous step failed");
        return await this.#end(output, begun, { kind: "skippedByFailure" });
      }
      const decision = this.#step.resolve?.(turn.results);
      if (decision?.kind === "skip") {
        await output.line("Step was skipped due to when expressions were evaluated to false.");
        return await this.#end(output, begun, { kind: "skippedByWhen" });
      }
      if (decision?.kind === "fail") {
        await output.line(decision.message);
        return await this.#end(output, begun, { kind: "notRun", message: decision.message });
      }
      const resolved: PlannedStep = decision === undefined ? this.#step : { ...this.#step, ...decision };
      return await this.#runCommand(output, begun, resolved, turn);
    } finally {
      await writer.end();
    }
  }

  async #runCommand(
    output: StepOutput,
    begun: Date,
    step: PlannedStep,
    turn: { isStopped(): boolean; onStart(running: RunningContainer, startedAt: string): void },
  ): Promise<StepEnd> {
    const notRun = async (reason: string): Promise<StepEnd> => {
      const message = `Error executing command: ${reason}`;
      await output.line(message);
      return this.#end(output, begun, { kind: "notRun", message });
    };
    const launch = prepareLaunch(this.#folder, this.#backend, this.#prepared, this.#index, step);
    const credentials = this.#placeCredentials(launch);
    if (!credentials.ok) await output.line(`credentials could not be placed: ${credentials.error}`);
    const files = this.#openCopies(step);
    if (!files.ok) return notRun(files.error);
    try {
      const launched = await this.#backend.launch(launch);
      if (!launched.ok) return await notRun(launched.error);
      const running = launched.value;
      const startedAt = new Date();
      turn.onStart(running, timeOf(startedAt));
      let timedOut = false;
      const timer =
        step.timeoutMs === undefined
          ? undefined
          : setTimeout(() => {
              timedOut = true;
              running.kill();
            }, step.timeoutMs);
      const exit = await followOutput(running, output, files.value.stdout, files.value.stderr);
      clearTimeout(timer);
      if (exit.kind === "notStarted") return await notRun(exit.message);
      if (timedOut) await output.line("context deadline exceeded");
      const ids = { containerId: running.containerId, imageId: running.imageId };
      return await this.#end(
        output,
        startedAt,
        timedOut ? { kind: "timedOut", ...ids } : { kind: "ran", exit, ...ids },
      );
    } finally {
      for (const file of new Set([files.value.stdout, files.value.stderr])) if (file !== undefined) closeSync(file);
    }
  }

  #placeCredentials(launch: Launch): Result<void, string> {
    if (this.#plan.credentials.length === 0) return ok(undefined);
    const home = launch.env.get("HOME") ?? this.#backend.homeOf(this.#prepared);
    const found = this.#prepared.view.find(home);
    const user = this.#backend.userOf(this.#prepared);
    if (found === undefined) {
      return this.#folder.placeCredentials(this.#index, this.#prepared.homeFolder, ".", user);
    }
    return this.#folder.placeCredentials(this.#index, found.mount.hostPath, found.relative, user);
  }

  /** Opens what stdoutConfig and stderrConfig name. */
  #openCopies(
    step: PlannedStep,
  ): Result<{ readonly stdout: number | undefined; readonly stderr: number | undefined }, string> {
    const open = (path: string | undefined): Result<number | undefined, string> =>
      path === undefined || path === ""
        ? ok(undefined)
        : this.#folder.openForAppend(this.#prepared.view, this.#prepared.tmpFolder, path);
    const stdout = open(step.stdoutPath);
    if (!stdout.ok) return stdout;
    const stderr = step.stderrPath === step.stdoutPath ? stdout : open(step.stderrPath);
    if (!stderr.ok) {
      if (stdout.value !== undefined) closeSync(stdout.value);
      return stderr;
    }
    return ok({ stdout: stdout.value, stderr: stderr.value });
  }

  /** Collects what the step left, and releases the next one (spec: pipelines, sections 4 and 6.2). */
  async #end(
    output: StepOutput,
    begun: Date,
    how:
      | { readonly kind: "skippedByFailure" | "skippedByWhen" }
      | { readonly kind: "notRun"; readonly message: string }
      | { readonly kind: "timedOut"; readonly containerId: string; readonly imageId: string }
      | { readonly kind: "ran"; readonly exit: Exit; readonly containerId: string; readonly imageId: string },
  ): Promise<StepEnd> {
    const { exitCode, reason, terminationReason, isContinued } = ending(how, this.#step.onError);
    const isFine = exitCode === 0 || isContinued;
    // First this, then the results: a result that is too large does not hold the next step back.
    this.#folder.post(this.#index, !isFine);
    if (isFine) this.#folder.recordExitCode(this.#index, exitCode);
    const common = {
      startedAt: timeOf(begun),
      finishedAt: timeOf(new Date()),
      containerId: "containerId" in how ? how.containerId : "",
      imageId: "imageId" in how ? how.imageId : "",
    };
    const none: ReadonlyMap<string, string> = new Map();
    if (how.kind === "skippedByFailure" || how.kind === "skippedByWhen") {
      const outcome = { exitCode, reason, terminationReason, message: "", ...common };
      return { outcome: { ...outcome, taskResults: none, stepResults: none }, blocksNext: !isFine };
    }
    const taskResults = this.#folder.taskResults(this.#plan.taskResults);
    const stepResults = this.#folder.stepResults(this.#index, this.#step.results);
    if (!taskResults.ok || !stepResults.ok) {
      const text = !taskResults.ok ? taskResults.error : !stepResults.ok ? stepResults.error : "";
      await output.line(`Error while handling results: ${text}`);
      const outcome = { ...failedByResults, ...common, taskResults: none, stepResults: none };
      return { outcome, blocksNext: !isFine };
    }
    const replacements = this.#backend.replacements(this.#prepared);
    const facts = {
      taskResults: replaced(taskResults.value, replacements),
      stepResults: replaced(stepResults.value, replacements),
    };
    const message = terminationMessage({
      startedAt: begun,
      ...(isContinued ? { exitCode } : {}),
      ...(how.kind === "timedOut" ? { reason: terminationReason } : {}),
      ...facts,
    });
    if (message === undefined) {
      await output.line(tooLarge);
      const outcome = { ...failedByResults, ...common, taskResults: none, stepResults: facts.stepResults };
      return { outcome, blocksNext: !isFine };
    }
    const text = message === "" && how.kind === "notRun" ? how.message : message;
    return {
      outcome: { exitCode, reason, terminationReason, message: text, ...common, ...facts },
      blocksNext: !isFine,
    };
  }
}

const failedByResults = { exitCode: 1, reason: "Error", terminationReason: "Error", message: "" } as const;

interface Ending {
  readonly exitCode: number;
  readonly reason: StepOutcome["reason"];
  readonly terminationReason: StepOutcome["terminationReason"];
  /** A failure that `onError: continue` passes over. */
  readonly isContinued: boolean;
}

function ending(
  how:
    | { readonly kind: "skippedByFailure" | "skippedByWhen" | "notRun" | "timedOut" }
    | { readonly kind: "ran"; readonly exit: Exit },
  onError: PlannedStep["onError"],
): Ending {
  switch (how.kind) {
    case "skippedByFailure":
      return { exitCode: 1, reason: "Error", terminationReason: "Skipped", isContinued: false };
    case "skippedByWhen":
      return { exitCode: 0, reason: "Completed", terminationReason: "Skipped", isContinued: false };
    case "notRun":
      return { exitCode: 1, reason: "Error", terminationReason: "Error", isContinued: false };
    case "timedOut":
      return { exitCode: 1, reason: "Error", terminationReason: "TimeoutExceeded", isContinued: false };
    case "ran": {
      const exitCode = exitCodeOf(how.exit);
      if (exitCode === 0) return { exitCode, reason: "Completed", terminationReason: "Completed", isContinued: false };
      if (how.exit.kind === "outOfMemory") {
        return { exitCode, reason: "OOMKilled", terminationReason: "OOMKilled", isContinued: false };
      }
      if (onError === "stopAndFail")
        return { exitCode, reason: "Error", terminationReason: "Error", isContinued: false };
      // Tekton records the number that its language gives for a signal.
      const recorded = how.exit.kind === "signalled" ? -1 : exitCode;
      return { exitCode: recorded, reason: "Completed", terminationReason: "Continued", isContinued: true };
    }
    default:
      return how satisfies never;
  }
}

function exitCodeOf(exit: Exit): number {
  switch (exit.kind) {
    case "exited":
      return exit.code;
    case "signalled":
      return 255;
    case "outOfMemory":
      return 137;
    case "notStarted":
      return 1;
    default:
      return exit satisfies never;
  }
}

/** Expands a container's words and lays its script. */
function prepareLaunch(
  folder: PodFolder,
  backend: PodBackend,
  prepared: PreparedContainer,
  index: number,
  container: PreparedContainer["container"],
): Launch {
  const env = expandEnvironment(container.env);
  let script: string | undefined;
  if (container.script !== undefined) {
    script = scriptName(prepared.kind, index);
    folder.writeScript(script, backend.scriptText(prepared, scriptText(container.script)));
  }
  return {
    ...prepared,
    container,
    scriptName: script,
    command: container.command.map((word) => expandVariables(word, env)),
    args: container.args.map((word) => expandVariables(word, env)),
    env,
    workingDir: workingDirOf(container.workingDir),
  };
}

/** A relative folder means one below `/workspace` (spec: pipelines, section 3). */
function workingDirOf(workingDir: string | undefined): string | undefined {
  if (workingDir === undefined || workingDir === "") return undefined;
  return workingDir.startsWith("/") ? workingDir : `/workspace/${workingDir}`;
}

/** Carries both outputs into the log until the container has ended. */
async function followOutput(
  running: RunningContainer,
  output: StepOutput,
  stdoutCopy: number | undefined,
  stderrCopy: number | undefined,
): Promise<Exit> {
  const pumps = Promise.all([output.pump(running.stdout, stdoutCopy), output.pump(running.stderr, stderrCopy)]);
  const exit = await running.exited;
  const grace = new AbortController();
  const late = delay(outputGraceMs, "late" as const, { signal: grace.signal }).catch(() => undefined);
  // While the log takes its time the streams still hold output of the command: only an idle one is cut.
  while ((await Promise.race([pumps, late])) === "late") {
    const isIdle = running.stdout.readableLength === 0 && running.stderr.readableLength === 0;
    if (!isIdle) {
      await delay(outputGraceMs);
      continue;
    }
    running.stdout.destroy();
    running.stderr.destroy();
    break;
  }
  grace.abort();
  await pumps;
  return exit;
}

function replacementsFor(plan: PodPlan, backend: PodBackend, prepared: PreparedContainer): readonly Replacement[] {
  return [...maskingReplacements(plan.maskedValues), ...backend.replacements(prepared)];
}

function replaced(
  values: ReadonlyMap<string, string>,
  replacements: readonly Replacement[],
): ReadonlyMap<string, string> {
  if (replacements.length === 0) return values;
  return new Map([...values].map(([name, value]) => [name, replaceLiterals(value, replacements)]));
}

/** A time as Kubernetes writes it in a status: to the second. */
function timeOf(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

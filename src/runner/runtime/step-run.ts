import { closeSync } from "node:fs";
import { ok, type Result } from "../../result.ts";
import type { LogStore } from "../../store/log-store.ts";
import type { PlannedStep, PodPlan, StepOutcome } from "../pod-plan.ts";
import { followOutput, prepareLaunch, replacementsFor, timeOf } from "./container-launch.ts";
import { type Replacement, replaceLiterals } from "./literal-replacer.ts";
import type { Exit, Launch, PodBackend, PreparedContainer, RunningContainer } from "./pod-backend.ts";
import type { PodFolder } from "./pod-folder.ts";
import { ending } from "./step-ending.ts";
import { StepOutput } from "./step-output.ts";
import { maxTerminationMessageBytes, terminationMessage } from "./termination-message.ts";

const tooLarge = "Termination message is above max allowed size 4096, caused by large task result.";

/** What a step did, and whether those behind it are skipped. */
interface StepEnd {
  readonly outcome: StepOutcome;
  /** The step's results for the steps behind it, who read them from its files: the outcome may lack them. */
  readonly results: StepOutcome["stepResults"];
  readonly blocksNext: boolean;
}

/** One step's turn. */
export class StepRun {
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
    readonly artifacts: ReadonlyMap<string, string>;
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
      const decision = this.#step.resolve?.(turn.results, turn.artifacts);
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
      if (exit.kind === "notStarted" && !timedOut) return await notRun(exit.message);
      if (timedOut) await output.line("context deadline exceeded");
      else if (exit.kind === "exited" && exit.code === 127 && !this.#backend.usesImage(step.image)) {
        await output.line(missingProgram(step.image));
      }
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

  /** Results and artifacts, as far as their limit lets them through. */
  #readResults(): Result<LeftByStep, string> {
    const { resultLimit, readsArtifacts } = this.#plan;
    const maxBytes = resultLimit.kind === "perResult" ? resultLimit.maxBytes : maxTerminationMessageBytes;
    const taskResults = this.#folder.taskResults(this.#plan.taskResults, maxBytes);
    if (!taskResults.ok) return taskResults;
    const stepResults = this.#folder.stepResults(this.#index, this.#step.results, maxBytes);
    if (!stepResults.ok) return stepResults;
    const none: Result<string | undefined, string> = ok(undefined);
    const stepArtifacts = readsArtifacts ? this.#folder.stepArtifacts(this.#index, maxTerminationMessageBytes) : none;
    if (!stepArtifacts.ok) return stepArtifacts;
    const taskArtifacts = readsArtifacts ? this.#folder.taskArtifacts(maxTerminationMessageBytes) : none;
    if (!taskArtifacts.ok) return taskArtifacts;
    const replacements = this.#backend.replacements(this.#prepared);
    const oversized =
      resultLimit.kind === "perResult"
        ? [...taskResults.value, ...stepResults.value].find(([, text]) => Buffer.byteLength(text) > maxBytes)
        : undefined;
    return ok({
      taskResults: replaced(taskResults.value, replacements),
      stepResults: replaced(stepResults.value, replacements),
      ...(oversized === undefined ? {} : { oversizedResult: oversized[0] }),
      ...(stepArtifacts.value === undefined
        ? {}
        : { stepArtifacts: replaceLiterals(stepArtifacts.value, replacements) }),
      ...(taskArtifacts.value === undefined
        ? {}
        : { taskArtifacts: replaceLiterals(taskArtifacts.value, replacements) }),
    });
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
      return { outcome: { ...outcome, taskResults: none, stepResults: none }, results: none, blocksNext: !isFine };
    }
    const left = this.#readResults();
    if (!left.ok) {
      await output.line(`Error while handling results: ${left.error}`);
      const outcome = { ...failedByResults, ...common, taskResults: none, stepResults: none };
      return { outcome, results: none, blocksNext: !isFine };
    }
    const facts = left.value;
    const isShared = this.#plan.resultLimit.kind === "terminationMessage";
    const message = terminationMessage({
      startedAt: begun,
      ...(isContinued ? { exitCode } : {}),
      ...(how.kind === "timedOut" ? { reason: terminationReason } : {}),
      taskResults: isShared ? facts.taskResults : none,
      stepResults: isShared ? facts.stepResults : none,
      ...(facts.stepArtifacts === undefined
        ? {}
        : { stepArtifacts: [`/tekton/steps/${this.#prepared.id}/artifacts/provenance.json`, facts.stepArtifacts] }),
      ...(facts.taskArtifacts === undefined
        ? {}
        : { taskArtifacts: ["/tekton/artifacts/provenance.json", facts.taskArtifacts] }),
    });
    if (message === undefined) {
      await output.line(tooLarge);
      const outcome = { ...failedByResults, ...common, taskResults: none, stepResults: none };
      // What is longer has been read no further than that.
      const whole = [...facts.stepResults].filter(
        ([, result]) => Buffer.byteLength(result) <= maxTerminationMessageBytes,
      );
      return { outcome, results: new Map(whole), blocksNext: !isFine };
    }
    const text = message === "" && how.kind === "notRun" ? how.message : message;
    return {
      outcome: { exitCode, reason, terminationReason, message: text, ...common, ...facts },
      results: facts.stepResults,
      blocksNext: !isFine,
    };
  }
}

type LeftByStep = Pick<
  StepOutcome,
  "taskResults" | "stepResults" | "oversizedResult" | "stepArtifacts" | "taskArtifacts"
>;

/** For whoever wonders about a program that the image would have had. */
function missingProgram(image: string): string {
  return (
    "Exit code 127: a program was not found. " +
    `The image "${image}" may have it, but images are not used by this runtime: install the program, ` +
    "map the image to a folder that has it, or use the container runtime"
  );
}

const failedByResults = { exitCode: 1, reason: "Error", terminationReason: "Error", message: "" } as const;

function replaced(
  values: ReadonlyMap<string, string>,
  replacements: readonly Replacement[],
): ReadonlyMap<string, string> {
  if (replacements.length === 0) return values;
  return new Map([...values].map(([name, value]) => [name, replaceLiterals(value, replacements)]));
}

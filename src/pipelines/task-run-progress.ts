import { typeOfValue } from "../api/pipelines/param.ts";
import type { Artifacts, RunResult, SidecarState, StepState, Terminated } from "../api/pipelines/runs.ts";
import type { TaskSpec } from "../api/pipelines/task.ts";
import { parseStepResultReference, wholeVariable } from "../api/pipelines/variable-reference.ts";
import type { JsonObject } from "../json/value.ts";
import { mergeArtifacts, parseArtifacts } from "./artifacts.ts";
import { goMapOfLists } from "./params.ts";
import type { PodDraft } from "./pod-draft.ts";
import { resultValue } from "./step-results.ts";
import type { RunFailure } from "./task-checks.ts";

/** How a step ended, as a runtime tells it. */
export interface EndedStep {
  readonly exitCode: number;
  /** `terminated.reason`. */
  readonly reason: string;
  readonly terminationReason: string;
  /** The termination message: a JSON list of `{key,value,type}`, or an error text. */
  readonly message: string;
  /** RFC 3339 UTC; when the command began, not the container. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly containerId: string;
  readonly imageId: string;
  /** Task results present after this step, by name; file texts. */
  readonly taskResults: ReadonlyMap<string, string>;
  readonly stepResults: ReadonlyMap<string, string>;
  /** A result that is larger than a single one may be. */
  readonly oversizedResult?: string;
  /** What the step wrote about its artifacts and about the Task's: texts of both `provenance.json`. */
  readonly stepArtifacts?: string;
  readonly taskArtifacts?: string;
}

/** A sidecar that has ended; the runtime tells exit code 0 when it was only stopped after the last step. */
export interface EndedSidecar {
  readonly exitCode: number;
  readonly reason: string;
  /** Why it could not start. */
  readonly message?: string;
  readonly finishedAt: string;
}

/** What is known of a pod that runs: steps and sidecars by name, without prefix. */
export interface PodProgress {
  readonly startedSteps: ReadonlyMap<string, string>;
  readonly endedSteps: ReadonlyMap<string, EndedStep>;
  readonly startedSidecars: ReadonlyMap<string, string>;
  readonly endedSidecars: ReadonlyMap<string, EndedSidecar>;
}

/** `status.steps` of a TaskRun whose pod runs or has run; `sources` are those of fetched StepActions, by index. */
export function stepStates(
  draft: PodDraft,
  progress: PodProgress,
  sources: ReadonlyMap<number, JsonObject> = new Map(),
): readonly StepState[] {
  return draft.steps.map((step, index): StepState => {
    const refSource = sources.get(index);
    const base = {
      name: step.name,
      container: `step-${step.name}`,
      ...(refSource === undefined ? {} : { provenance: { refSource } }),
    };
    const ended = progress.endedSteps.get(step.name);
    const startedAt = progress.startedSteps.get(step.name);
    if (ended === undefined) {
      return startedAt === undefined
        ? { ...base, waiting: { reason: "PodInitializing" } }
        : { ...base, running: { startedAt } };
    }
    const results = step.results.flatMap((result): readonly RunResult[] => {
      const text = ended.stepResults.get(result.name);
      if (text === undefined) return [];
      return [{ name: result.name, type: result.type ?? "string", value: resultValue(text, result.type) }];
    });
    return {
      ...base,
      ...(ended.imageId === "" ? {} : { imageID: ended.imageId }),
      terminated: terminated(ended, startedAt),
      terminationReason: ended.terminationReason,
      ...(results.length === 0 ? {} : { results }),
      ...(ended.stepArtifacts === undefined ? {} : parseArtifacts(ended.stepArtifacts)),
    };
  });
}

/** `status.artifacts`: those of all steps and of the Task together; undefined when there are none. */
export function collectArtifacts(draft: PodDraft, progress: PodProgress): Artifacts | undefined {
  const parts = draft.steps.flatMap(({ name }) => {
    const ended = progress.endedSteps.get(name);
    return [ended?.stepArtifacts, ended?.taskArtifacts].flatMap((text) =>
      text === undefined ? [] : (parseArtifacts(text) ?? []),
    );
  });
  const artifacts = mergeArtifacts(parts);
  return Object.keys(artifacts).length === 0 ? undefined : artifacts;
}

function terminated(ended: EndedStep, startedAt: string | undefined): Terminated {
  const message = userMessage(ended.message);
  // What was stopped tells when it began; a step that still waited never did.
  const isStopped = ended.reason === "TaskRunCancelled" || ended.reason === "TaskRunTimeout";
  return {
    exitCode: ended.exitCode,
    reason: ended.reason,
    ...(message === "" ? {} : { message }),
    startedAt: isStopped ? (startedAt ?? null) : ended.startedAt,
    finishedAt: ended.finishedAt,
    ...(ended.containerId === "" ? {} : { containerID: ended.containerId }),
  };
}

/** The termination message without the entrypoint's own bookkeeping (type 3). */
function userMessage(message: string): string {
  if (!message.startsWith("[")) return message;
  try {
    const entries = JSON.parse(message) as readonly { readonly type?: unknown }[];
    const kept = entries.filter((entry) => entry.type !== 3 && entry.type !== "InternalTektonResult");
    return kept.length === 0 ? "" : JSON.stringify(kept);
  } catch {
    return message;
  }
}

export function sidecarStates(draft: PodDraft, progress: PodProgress): readonly SidecarState[] {
  return draft.sidecars.map((sidecar): SidecarState => {
    const base = { name: sidecar.name, container: `sidecar-${sidecar.name}` };
    const ended = progress.endedSidecars.get(sidecar.name);
    const startedAt = progress.startedSidecars.get(sidecar.name);
    if (ended !== undefined) {
      const { exitCode, reason, message, finishedAt } = ended;
      return {
        ...base,
        terminated: {
          exitCode,
          reason,
          ...(message === undefined ? {} : { message }),
          startedAt: startedAt ?? null,
          finishedAt,
        },
      };
    }
    if (startedAt !== undefined) return { ...base, running: { startedAt } };
    return { ...base, waiting: { reason: "PodInitializing" } };
  });
}

/** The failure that an ended pod means, or undefined when it succeeded (spec: pipelines, section 6.1). */
export function podFailure(draft: PodDraft, progress: PodProgress): RunFailure | undefined {
  const sidecars = draft.sidecars.flatMap(({ name }) => {
    const ended = progress.endedSidecars.get(name);
    return ended === undefined || ended.exitCode === 0 ? [] : [{ name: `sidecar-${name}`, ...ended }];
  });
  const steps = draft.steps.flatMap(({ name }) => {
    const ended = progress.endedSteps.get(name);
    const failed = ended !== undefined && ended.exitCode !== 0 && ended.terminationReason !== "Continued";
    return failed ? [{ name: `step-${name}`, ...ended }] : [];
  });
  const text = (container: { name: string; exitCode: number; reason: string }) =>
    `"${container.name}" exited with code ${container.exitCode}: ${container.reason === "OOMKilled" ? "OOMKilled" : "Error"}`;
  const sidecarOom = sidecars.find((sidecar) => sidecar.reason === "OOMKilled");
  if (sidecarOom !== undefined) return { reason: "SidecarOOM", message: text(sidecarOom) };
  const stepOom = steps.find((step) => step.reason === "OOMKilled");
  if (stepOom !== undefined) return { reason: "StepOOM", message: text(stepOom) };
  const sidecar = sidecars[0];
  if (sidecar !== undefined) return { reason: "SidecarFailed", message: text(sidecar) };
  const step = steps[0];
  if (step === undefined) return undefined;
  if (step.terminationReason === "TimeoutExceeded") {
    return {
      reason: "StepFailed",
      message: `"${step.name}" exited because the step exceeded the specified timeout limit`,
    };
  }
  return { reason: "StepFailed", message: text(step) };
}

/** Results of a TaskRun, and what is wrong with them. */
export interface CollectedResults {
  readonly results: readonly RunResult[];
  readonly problem?: RunFailure;
}

/** Takes the Task's results from what its steps wrote: a later step's text wins (spec: pipelines, section 3). */
export function collectResults(
  spec: TaskSpec,
  draft: PodDraft,
  progress: PodProgress,
  maxResultBytes: number,
): CollectedResults {
  const declared = new Map((spec.results ?? []).map((result) => [result.name, result]));
  const found = new Map<string, RunResult>();
  for (const step of draft.steps) {
    const ended = progress.endedSteps.get(step.name);
    if (ended === undefined) continue;
    if (ended.oversizedResult !== undefined) {
      return { results: [], problem: oversized(ended.oversizedResult, maxResultBytes) };
    }
    for (const [name, text] of [...ended.taskResults].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const result = declared.get(name);
      if (result === undefined) continue;
      const type = result.type ?? "string";
      found.delete(name);
      found.set(name, { name, type, value: resultValue(text, type) });
    }
    for (const result of declared.values()) {
      const reference =
        typeof result.value === "string" ? parseStepResultReference(wholeVariable(result.value) ?? "") : undefined;
      if (reference?.step !== step.name) continue;
      const own = step.results.find((candidate) => candidate.name === reference.result);
      const text = ended.stepResults.get(reference.result);
      if (text !== undefined) {
        const type = result.type ?? own?.type ?? "string";
        found.set(result.name, { name: result.name, type, value: resultValue(text, type) });
      }
    }
  }
  const wrong = [...found.values()].filter((result) => typeOfValue(result.value) !== result.type);
  const results = [...found.values()].filter((result) => !wrong.includes(result));
  if (wrong.length > 0) {
    const texts = wrong.map(
      ({ name, type, value }) =>
        `"${name}": task result is expected to be "${type}" type but was initialized to a different type "${typeOfValue(value)}"`,
    );
    return {
      results,
      problem: invalidResults(
        `Provided results don't match declared results; may be invalid JSON or missing result declaration:  ${texts.sort().join(", ")}`,
      ),
    };
  }
  const lacking = new Map<string, readonly string[]>();
  for (const { name, value } of results) {
    const properties = declared.get(name)?.properties;
    if (properties === undefined || typeof value !== "object" || Array.isArray(value)) continue;
    const keys = Object.keys(properties).filter((key) => !Object.hasOwn(value, key));
    if (keys.length > 0) lacking.set(name, keys.sort());
  }
  if (lacking.size > 0) {
    return {
      results,
      problem: invalidResults(
        `missing keys for these results which are required in TaskResult's properties ${goMapOfLists(lacking)}`,
      ),
    };
  }
  return { results };
}

function oversized(name: string, maxBytes: number): RunFailure {
  return {
    reason: "TaskRunResultLargerThanAllowedLimit",
    message: `invalid result "${name}": results size exceeds configured limit of ${maxBytes}`,
  };
}

function invalidResults(text: string): RunFailure {
  return { reason: "TaskRunValidationFailed", message: `[User error] ${text}` };
}

/** Steps of a pod that was stopped: what ran or waited is told as ended by the run's own end. */
export function stoppedStates(
  states: readonly StepState[],
  reason: string,
  podName: string,
  finishedAt: string,
): readonly StepState[] {
  return states.map((state) => {
    if (state.terminated !== undefined && state.terminated.reason !== reason) return state;
    const { waiting: _waiting, running, ...rest } = state;
    return {
      ...rest,
      terminated: {
        exitCode: 1,
        reason,
        message: `Step ${state.name} terminated as pod ${podName} is terminated`,
        startedAt: running?.startedAt ?? state.terminated?.startedAt ?? null,
        finishedAt,
      },
      terminationReason: reason,
    };
  });
}

import { setTimeout as delay } from "node:timers/promises";
import type { PodPlan } from "../pod-plan.ts";
import { maskingReplacements, type Replacement } from "./literal-replacer.ts";
import type { Exit, Launch, PodBackend, PreparedContainer, RunningContainer } from "./pod-backend.ts";
import type { PodFolder } from "./pod-folder.ts";
import type { StepOutput } from "./step-output.ts";
import { scriptName, scriptText } from "./step-script.ts";
import { expandEnvironment, expandVariables } from "./variable-expansion.ts";

/** How long output may still come once a command has ended: whoever holds it open then is not of the pod. */
const outputGraceMs = 1000;

/** Expands a container's words and lays its script. */
export function prepareLaunch(
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
export function workingDirOf(workingDir: string | undefined): string | undefined {
  if (workingDir === undefined || workingDir === "") return undefined;
  return workingDir.startsWith("/") ? workingDir : `/workspace/${workingDir}`;
}

/** Carries both outputs into the log until the container has ended. */
export async function followOutput(
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

/** What a container's log shows in place of what the container wrote. */
export function replacementsFor(
  plan: PodPlan,
  backend: PodBackend,
  prepared: PreparedContainer,
): readonly Replacement[] {
  return [...maskingReplacements(plan.maskedValues), ...backend.replacements(prepared)];
}

/** A time as Kubernetes writes it in a status: to the second. */
export function timeOf(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

import type { K8sObject, Status } from "../api/object.ts";
import { textOf } from "../api/object-fields.ts";
import { isJsonArray, type JsonObject, type JsonValue, member } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { type KubeClient, resourcePath } from "./client.ts";
import { pods } from "./known-resources.ts";
import { failureOf } from "./status.ts";

/** A longer line is broken: it would be held in memory until its end. */
const maxLineLength = 64 * 1024;

/** The container of a step that has begun. */
export interface StepContainer {
  readonly namespace: string | undefined;
  /** The name that a pipeline gives to the task, or the Task's own. */
  readonly task: string;
  readonly taskRun: string;
  readonly step: string;
  /** 0 is the first; a task with retries may have more. */
  readonly attempt: number;
  readonly pod: string;
  readonly container: string;
}

/** The name that a pipeline gives to the task of a TaskRun, or the Task's own. */
export function taskLabel(taskRun: K8sObject): string {
  return (
    taskRun.metadata.labels?.["tekton.dev/pipelineTask"] ??
    textOf(taskRun, "spec", "taskRef", "name") ??
    taskRun.metadata.name ??
    ""
  );
}

/** Containers of a TaskRun's steps that have begun, those of failed attempts first. */
export function stepContainers(taskRun: K8sObject): readonly StepContainer[] {
  const { namespace, name = "" } = taskRun.metadata;
  const status = taskRun["status"] as JsonObject | undefined;
  const attempts = member(status, "retriesStatus");
  const all: readonly (JsonValue | undefined)[] = [...(isJsonArray(attempts) ? attempts : []), status];
  return all.flatMap((attempt, index) => {
    const pod = member(attempt, "podName");
    const steps = member(attempt, "steps");
    if (typeof pod !== "string" || pod === "" || !isJsonArray(steps)) return [];
    return steps
      .filter((step) => member(step, "running") !== undefined || member(step, "terminated") !== undefined)
      .map((step): StepContainer => {
        const stepName = member(step, "name");
        const container = member(step, "container");
        return {
          namespace,
          task: taskLabel(taskRun),
          taskRun: name,
          step: typeof stepName === "string" ? stepName : "",
          attempt: index,
          pod,
          container: typeof container === "string" ? container : `step-${stepName}`,
        };
      });
  });
}

export interface StepLogOptions {
  /** Go on until the container has ended. */
  readonly isFollowing: boolean;
  /** Each line begins with its time, RFC 3339 in UTC, and a space. */
  readonly hasTimestamps: boolean;
  readonly signal: AbortSignal;
}

/** What a step writes, as many lines at a time as come together. The error is the API server's refusal. */
export async function openStepLog(
  client: KubeClient,
  { namespace, pod, container }: StepContainer,
  { isFollowing, hasTimestamps, signal }: StepLogOptions,
): Promise<Result<AsyncGenerator<readonly string[]>, Status>> {
  const answer = await client.transport.stream({
    method: "GET",
    path: `${resourcePath(pods, { namespace, name: pod })}/log`,
    query: {
      container,
      ...(isFollowing ? { follow: "true" } : {}),
      ...(hasTimestamps ? { timestamps: "true" } : {}),
    },
    signal,
  });
  return answer.status === 200 ? ok(linesOf(answer.items, signal)) : err(failureOf(answer.status, answer.body));
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of chunks) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > maxLineLength) {
        lines.push(rest);
        rest = "";
      }
      if (lines.length > 0) yield lines.map(withoutReturn);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (rest !== "") yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

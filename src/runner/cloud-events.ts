import { randomUUID } from "node:crypto";
import type { K8sObject } from "../api/object.ts";
import { type PipelineRun, succeededCondition, type TaskRun } from "../api/pipelines/runs.ts";
import { exponentialDelayMs, sleep } from "../kube/backoff.ts";
import type { RunnerLog } from "./runner-context.ts";

interface Waiting {
  readonly sink: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const tries = 5;
const timeoutMs = 5_000;
/** Bound of events that wait for a slow sink: beyond it new ones are dropped. */
const maxWaiting = 1_000;

/** Sends CloudEvents about runs, one after the other, when the configuration names a sink (spec: pipelines, section 6.3). */
export class CloudEvents {
  readonly #sink: () => string;
  readonly #log: RunnerLog;
  readonly #signal: AbortSignal;
  readonly #waiting: Waiting[] = [];
  #sending = false;

  constructor(parts: { readonly sink: () => string; readonly log: RunnerLog; readonly signal: AbortSignal }) {
    this.#sink = parts.sink;
    this.#log = parts.log;
    this.#signal = parts.signal;
  }

  /** Tells of the condition that the run has now. */
  tell(run: TaskRun | PipelineRun): void {
    const sink = this.#sink();
    const condition = succeededCondition(run.status);
    if (sink === "" || condition === undefined || this.#signal.aborted) return;
    const { kind } = run;
    const { name = "", namespace = "" } = (run as unknown as K8sObject).metadata;
    if (this.#waiting.length >= maxWaiting) {
      this.#log.warn("the sink of CloudEvents is too slow: an event is dropped", { run: `${namespace}/${name}` });
      return;
    }
    const field = kind === "TaskRun" ? "taskRun" : "pipelineRun";
    this.#waiting.push({
      sink,
      headers: {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-id": randomUUID(),
        "ce-type": `dev.tekton.event.${kind.toLowerCase()}.${stateOf(condition)}.v1`,
        "ce-source": `/apis/tekton.dev/v1/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`,
        "ce-subject": name,
        "ce-time": new Date().toISOString(),
      },
      body: JSON.stringify({ [field]: run }),
    });
    if (!this.#sending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const problem = await this.#send(next);
      if (problem !== undefined && !this.#signal.aborted) {
        this.#log.warn("cannot send a CloudEvent", { sink: next.sink, type: next.headers["ce-type"], error: problem });
      }
    }
    this.#sending = false;
  }

  /** What went wrong the last time, or undefined. */
  async #send({ sink, headers, body }: Waiting): Promise<string | undefined> {
    let problem: string | undefined;
    for (let attempt = 0; attempt < tries && !this.#signal.aborted; attempt++) {
      if (attempt > 0) await sleep(exponentialDelayMs(attempt - 1, 50, 1_000), this.#signal);
      try {
        const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(timeoutMs)]);
        const answer = await fetch(sink, { method: "POST", headers, body, signal, redirect: "manual" });
        await answer.body?.cancel();
        if (answer.ok) return undefined;
        problem = `status ${answer.status}`;
        if (answer.status < 500 && answer.status !== 429) return problem;
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
      }
    }
    return problem;
  }
}

function stateOf({ status, reason }: { readonly status: string; readonly reason: string }): string {
  if (status === "True") return "successful";
  if (status === "False") return "failed";
  if (reason === "Started") return "started";
  return reason === "Running" ? "running" : "unknown";
}

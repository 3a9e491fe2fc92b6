import type { Resource, Status } from "../api/object.ts";
import type { PipelineRun, TaskRun } from "../api/pipelines/runs.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { exponentialDelayMs, sleep } from "../kube/backoff.ts";
import type { KubeClient, ObjectKey } from "../kube/client.ts";
import { pipelineRuns, taskRuns } from "./resources.ts";
import type { RunnerContext } from "./runner-context.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A pause after a write, as a multiple of how long it took: writing one object's status takes a tenth of the time. */
const pauseFactor = 9;
const maxPauseMs = 500;
/** How long a first change waits for others: what runs shorter than that is written once. */
const gatherMs = 10;

/**
 * Writes one object's status, always the newest one and only the fields that changed; what is set while a write is
 * under way, or shortly after it, goes out together with the next. Nobody else writes these statuses, so a merge patch
 * needs no version.
 */
export class StatusWriter {
  readonly #client: KubeClient;
  readonly #resource: Resource;
  readonly #key: ObjectKey;
  readonly #signal: AbortSignal;
  readonly #onError: (status: Status) => void;
  #written: Fields;
  #wanted: Fields | undefined;
  #writing: Promise<void> | undefined;
  #gone = false;
  /** Aborted while somebody waits for the status to be written: then there are no pauses. */
  #hurry = new AbortController();

  constructor(options: {
    readonly client: KubeClient;
    readonly resource: Resource;
    readonly key: ObjectKey;
    /** The status that the object has. */
    readonly written: Fields;
    readonly signal: AbortSignal;
    readonly onError: (status: Status) => void;
  }) {
    this.#client = options.client;
    this.#resource = options.resource;
    this.#key = options.key;
    this.#written = options.written;
    this.#signal = options.signal;
    this.#onError = options.onError;
  }

  /** Has the status written soon. */
  set(status: Fields): void {
    this.#wanted = status;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves once everything set so far is written, or the object is gone. */
  async flush(): Promise<void> {
    this.#hurry.abort();
    while (this.#writing !== undefined) await this.#writing;
    this.#hurry = new AbortController();
  }

  async #write(): Promise<void> {
    await sleep(gatherMs, this.#hurry.signal);
    let failures = 0;
    while (this.#wanted !== undefined && !this.#gone && !this.#signal.aborted) {
      const wanted = this.#wanted;
      this.#wanted = undefined;
      const changes = changedFields(this.#written, wanted);
      if (changes === undefined) continue;
      const begunMs = performance.now();
      const answer = await this.#client.patch(this.#resource, this.#key, {
        type: "merge",
        subresource: "status",
        body: { status: changes },
      });
      if (answer.ok) {
        this.#written = wanted;
        failures = 0;
        const pauseMs = Math.min((performance.now() - begunMs) * pauseFactor, maxPauseMs);
        await sleep(pauseMs, this.#hurry.signal);
        continue;
      }
      if (answer.error.code === 404) {
        this.#gone = true;
        return;
      }
      this.#onError(answer.error);
      const final = answer.error.code === 422 || answer.error.code === 400 || answer.error.code === 403;
      if (final && failures >= 3) return;
      await sleep(exponentialDelayMs(failures++, 50, 5_000), this.#signal);
      this.#wanted ??= wanted;
    }
  }
}

/** Writes the status of a run; what cannot be written is logged. */
export function runStatusWriter(
  { client, signal, log }: RunnerContext,
  kind: "PipelineRun" | "TaskRun",
  { metadata, status }: PipelineRun | TaskRun,
): StatusWriter {
  const isPipeline = kind === "PipelineRun";
  return new StatusWriter({
    client,
    resource: isPipeline ? pipelineRuns : taskRuns,
    key: { namespace: metadata.namespace, name: metadata.name ?? "" },
    written: { ...status },
    signal,
    onError: ({ message }) =>
      log.warn(`cannot write the status of a ${kind}`, {
        [isPipeline ? "pipelineRun" : "taskRun"]: `${metadata.namespace}/${metadata.name}`,
        error: message,
      }),
  });
}

/** Top-level fields that differ, null for those that vanish; undefined when nothing does. */
function changedFields(from: Fields, to: Fields): JsonObject | undefined {
  const changes: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(to)) {
    if (value === undefined || from[key] === value) continue;
    if (from[key] !== undefined && JSON.stringify(from[key]) === JSON.stringify(value)) continue;
    changes.push([key, value as JsonValue]);
  }
  for (const key of Object.keys(from)) if (to[key] === undefined) changes.push([key, null]);
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}

import { Worker } from "node:worker_threads";
import type { Status } from "../api/object.ts";
import { clientFailure } from "../kube/status.ts";
import type { PlaygroundAnswer, PlaygroundInput } from "../offline/playground.ts";
import { err, ok, type Result } from "../result.ts";

/** Beside the engine as TypeScript, and beside the bundle's pieces as JavaScript. */
const entry = import.meta.url.endsWith(".ts")
  ? new URL("../offline/playground-worker.ts", import.meta.url)
  : new URL("./playground-worker.js", import.meta.url);

/** What one try may take, in milliseconds, once the thread is ready. */
const limitMs = 3_000;
const startLimitMs = 20_000;
/** More than this many wait in vain: somebody asks faster than can be answered. */
const maxWaiting = 16;
/** A thread that nobody needs is ended. */
const idleMs = 60_000;
const memoryLimits = { maxOldGenerationSizeMb: 256 };

interface Job {
  readonly input: PlaygroundInput;
  readonly done: (result: Result<PlaygroundAnswer, Status>) => void;
}

/** Tries of visitors, one after the other, in a thread that is ended when one takes too long. */
export class PlaygroundThread {
  readonly #nowMs: () => number;
  readonly #waiting: Job[] = [];
  #worker: Worker | undefined;
  #current: Job | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The error says that it took too long, or that too many wait. */
  run(input: PlaygroundInput): Promise<Result<PlaygroundAnswer, Status>> {
    return new Promise((done) => {
      if (this.#waiting.length >= maxWaiting) {
        return done(err(clientFailure(429, "TooManyRequests", "too many are trying at once: try again in a moment")));
      }
      this.#waiting.push({ input, done });
      this.#next();
    });
  }

  stop(): void {
    this.#end(clientFailure(503, "ServiceUnavailable", "the dashboard is being stopped"));
    for (const { done } of this.#waiting.splice(0)) done(err(clientFailure(503, "ServiceUnavailable", "stopped")));
  }

  #next(): void {
    if (this.#current !== undefined) return;
    clearTimeout(this.#timer);
    const job = this.#waiting.shift();
    if (job === undefined) {
      this.#timer = setTimeout(() => this.#end(undefined), idleMs).unref();
      return;
    }
    this.#current = job;
    const isNew = this.#worker === undefined;
    this.#worker ??= this.#start();
    this.#worker.postMessage({ input: job.input, nowMs: this.#nowMs() });
    this.#timer = setTimeout(
      () => this.#end(clientFailure(504, "Timeout", `this takes longer than ${limitMs / 1000} seconds`)),
      isNew ? startLimitMs : limitMs,
    );
  }

  #start(): Worker {
    const worker = new Worker(entry, {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      resourceLimits: memoryLimits,
    });
    worker.unref();
    worker.on("message", (answer: PlaygroundAnswer) => this.#answer(worker, ok(answer)));
    // Such as memory that ran out.
    worker.on("error", (error: Error) => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#answer(worker, err(clientFailure(422, "Invalid", `this cannot be tried: ${error.message}`)));
    });
    return worker;
  }

  #answer(worker: Worker, result: Result<PlaygroundAnswer, Status>): void {
    // Of a thread that was ended nothing is expected any more.
    if (this.#worker !== worker && result.ok) return;
    const job = this.#current;
    this.#current = undefined;
    job?.done(result);
    this.#next();
  }

  #end(failure: Status | undefined): void {
    clearTimeout(this.#timer);
    void this.#worker?.terminate();
    this.#worker = undefined;
    const job = this.#current;
    this.#current = undefined;
    if (failure === undefined) return;
    job?.done(err(failure));
    if (this.#waiting.length > 0) this.#next();
  }
}

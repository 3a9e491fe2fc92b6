import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { K8sObject } from "../../src/api/object.ts";
import { isDone, type PipelineRun, succeededCondition } from "../../src/api/pipelines/runs.ts";
import { ApiServer } from "../../src/apiserver/api-server.ts";
import { bootstrapObjects } from "../../src/apiserver/bootstrap.ts";
import { createInProcessTransport } from "../../src/apiserver/in-process-transport.ts";
import { tektonDefinitions } from "../../src/apiserver/tekton-definitions.ts";
import { runResources } from "../../src/dashboard/run-model.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { KubeClient } from "../../src/kube/client.ts";
import { Informer } from "../../src/kube/informer.ts";
import type { PodEvent, PodPlan, RunningPod, Runtime } from "../../src/runner/pod-plan.ts";
import { chooseRuntime } from "../../src/runner/runtime/choose-runtime.ts";
import { startRunner } from "../../src/runner/start-runner.ts";
import { convertTekton, tektonAdmission } from "../../src/standalone/tekton-admission.ts";
import { FileLogStore } from "../../src/store/log-files/file-log-store.ts";
import { ObjectStore } from "../../src/store/object-store.ts";
import { SqliteLog } from "../../src/store/sqlite-log.ts";
import { type Benchmark, type Figure, formatMs } from "../benchmark.ts";

const size = Number(process.env["TASKS"] ?? 500);
const logBytes = Number(process.env["LOG_BYTES"] ?? 300_000_000);

/** The API server, its store on disk, and the runner, as `tektite up` composes them. */
interface Engine {
  readonly client: KubeClient;
  stop(): Promise<void>;
}

async function startEngine(makeRuntime: (logs: FileLogStore, folder: string) => Promise<Runtime>): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), "tektite-bench-"));
  const database = await SqliteLog.open(join(folder, "state.db"));
  if (!database.ok) throw new Error(database.error);
  const store = new ObjectStore(database.value);
  const server = new ApiServer({
    store,
    admission: tektonAdmission(() => ({})),
    builtinCustom: tektonDefinitions(convertTekton),
  });
  await bootstrapObjects(server);
  const user = { username: "bench", groups: ["system:masters", "system:authenticated"] };
  const client = new KubeClient(createInProcessTransport(server, user));
  const logs = new FileLogStore({ folder: join(folder, "logs"), maxBytesPerContainer: 2 ** 40 });
  const runtime = await makeRuntime(logs, folder);
  const abort = new AbortController();
  const say = (message: string, fields?: object) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
  await startRunner({
    client,
    runtime,
    logs,
    dataDir: folder,
    options: {
      maxPods: 16,
      nodeName: "bench",
      maskSecrets: true,
      resolvers: { allowsLocalRepositories: false },
      retention: { maxAgeMs: 0, maxCount: 0, intervalMs: 3_600_000 },
    },
    log: { info: () => {}, warn: say, error: say },
    signal: abort.signal,
  });
  return {
    client,
    stop: async () => {
      await sleep(300); // the last events are written
      abort.abort();
      await runtime.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A runtime whose steps have done all they do at once: what is left is the engine. */
class InstantRuntime implements Runtime {
  readonly kind = "process";

  start(plan: PodPlan): RunningPod {
    return { events: this.#events(plan), stop: async () => {}, exec: async () => 0 };
  }

  async *#events(plan: PodPlan): AsyncGenerator<PodEvent> {
    const now = new Date().toISOString();
    for (const { name, results } of plan.steps) {
      yield { kind: "stepStarted", step: name, startedAt: now };
      yield {
        kind: "stepFinished",
        step: name,
        outcome: {
          exitCode: 0,
          reason: "Completed",
          terminationReason: "Completed",
          message: "[]",
          startedAt: now,
          finishedAt: now,
          containerId: "",
          imageId: "",
          taskResults: new Map(plan.taskResults.map((result) => [result, "value"])),
          stepResults: new Map(results.map((result) => [result, "value"])),
        },
      };
    }
    yield { kind: "finished" };
  }

  async close(): Promise<void> {}
}

function run(name: string, tasks: readonly JsonObject[]): K8sObject {
  return {
    apiVersion: "tekton.dev/v1",
    kind: "PipelineRun",
    metadata: { name, namespace: "default" },
    spec: { pipelineSpec: { tasks } },
  };
}

function task(index: number, script: string, more: JsonObject = {}): JsonObject {
  const taskSpec = { steps: [{ name: "do", image: "busybox", script }] };
  return { name: `t${index}`, taskSpec, ...more };
}

const chain = Array.from({ length: size }, (_, index) =>
  task(index, "true", index === 0 ? {} : { runAfter: [`t${index - 1}`] }),
);
const fan = Array.from({ length: size }, (_, index) => task(index, "true"));

/** Milliseconds from creating runs until all have succeeded; they are created together. */
async function timeRuns({ client }: Engine, runs: readonly K8sObject[]): Promise<number> {
  const names = new Set(runs.map(({ metadata }) => metadata.name ?? ""));
  const done = new AbortController();
  const informer = new Informer(client, runResources.pipelineruns, { namespace: "default" });
  await informer.start(done.signal);
  const finished = Promise.withResolvers<void>();
  informer.onChange(({ object }) => {
    const ended = object as unknown as PipelineRun;
    if (!isDone(ended) || !names.delete(object.metadata.name ?? "")) return;
    const condition = succeededCondition(ended.status);
    if (condition?.status !== "True") finished.reject(new Error(condition?.message));
    if (names.size === 0) finished.resolve();
  });
  const startedMs = performance.now();
  await Promise.all(
    runs.map(async (object) => {
      const created = await client.create(runResources.pipelineruns, object);
      if (!created.ok) throw new Error(created.error.message);
    }),
  );
  await finished.promise;
  const tookMs = performance.now() - startedMs;
  done.abort();
  return tookMs;
}

async function* measure(): AsyncIterable<Figure> {
  const goal = "under 4 ms";
  const bare = await startEngine(async () => new InstantRuntime());
  await timeRuns(bare, [run("warm", fan.slice(0, 50))]);
  const chainMs = await timeRuns(bare, [run("chain", chain)]);
  yield { what: `engine alone: chain of ${size}, per task`, value: formatMs(chainMs / size), goal };
  const fanMs = await timeRuns(bare, [run("fan", fan)]);
  yield { what: `engine alone: ${size} side by side, per task`, value: formatMs(fanMs / size), goal };
  const many = Array.from({ length: 200 }, (_, index) => run(`many-${index}`, chain.slice(0, 3)));
  const manyMs = await timeRuns(bare, many);
  yield { what: "engine alone: 200 runs of 3 tasks at once, until all ended", value: formatMs(manyMs) };
  await bare.stop();

  const real = await startEngine(async (logs, folder) => {
    const options = { logs, folder: join(folder, "pods"), images: [], hasNetwork: true, containerArgs: "", hidden: [] };
    const chosen = await chooseRuntime("process", options);
    if (!chosen.ok) throw new Error(chosen.error);
    return chosen.value;
  });
  await timeRuns(real, [run("warm", fan.slice(0, 20))]);
  yield {
    what: `processes: chain of ${size}, per task, shell included`,
    value: formatMs((await timeRuns(real, [run("chain", chain)])) / size),
  };
  yield {
    what: `processes: ${size} side by side, per task, shell included`,
    value: formatMs((await timeRuns(real, [run("fan", fan)])) / size),
  };
  const short = Array.from({ length: 200 }, (_, index) => run(`short-${index}`, [task(0, "true")]));
  yield { what: "processes: 200 runs at once, until all ended", value: formatMs(await timeRuns(real, short)) };
  yield* measureLogs(real);
  await real.stop();
}

/** A step that prints as fast as it can. */
async function* measureLogs(engine: Engine): AsyncIterable<Figure> {
  const line = "x".repeat(99);
  const script = `yes ${line} | head -c ${logBytes}`;
  const before = process.memoryUsage().rss;
  let peak = before;
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const tookMs = await timeRuns(engine, [run("print", [task(0, script)])]);
  clearInterval(sampling);
  const megabytes = Math.round(logBytes / 1e6);
  yield {
    what: `log of ${megabytes} MB`,
    value: `${Math.round(logBytes / 1e3 / tookMs)} MB/s`,
    goal: "over 100 MB/s",
  };
  yield { what: "resident memory, before and highest while it prints", value: `${mb(before)} and ${mb(peak)} MB` };
}

function mb(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

export const benchmark: Benchmark = {
  about: "pipelines: the engine's own time per task, many runs at once, logs",
  run: measure,
};

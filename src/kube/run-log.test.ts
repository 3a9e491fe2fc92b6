import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject } from "../api/object.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { KubeClient } from "./client.ts";
import { HandOver } from "./hand-over.ts";
import { openRunLog, type RunLogOptions, type RunLogPiece } from "./run-log.ts";
import { clientFailure } from "./status.ts";
import type { ApiRequest, ApiResponse, ApiStream, KubeTransport } from "./transport.ts";

/** An API server with a PipelineRun, its TaskRuns and the logs of their pods; watches tell what `put` changes. */
class Cluster implements KubeTransport {
  readonly #objects = new Map<string, JsonObject>();
  readonly #watches: { readonly path: string; readonly events: HandOver<JsonValue> }[] = [];
  /** By `POD/CONTAINER`; what is absent is refused. */
  readonly logs = new Map<string, AsyncIterable<Uint8Array>>();
  isWatchForbidden = false;
  #version = 1;

  put(resource: "pipelineruns" | "taskruns", object: JsonObject): void {
    const metadata = { ...(object["metadata"] as JsonObject), resourceVersion: String(++this.#version) };
    const changed = { ...object, metadata };
    const path = `/apis/tekton.dev/v1/namespaces/ci/${resource}`;
    this.#objects.set(`${path}/${metadata["name" as keyof typeof metadata]}`, changed);
    for (const watch of this.#watches) {
      if (watch.path === path) void watch.events.give({ type: "MODIFIED", object: changed });
    }
  }

  async send({ path }: ApiRequest): Promise<ApiResponse> {
    const object = this.#objects.get(path);
    const items = [...this.#objects].filter(([key]) => key.startsWith(`${path}/`)).map(([, item]) => item);
    const list = { kind: "List", metadata: { resourceVersion: String(this.#version) }, items };
    return { status: 200, headers: {}, body: object ?? list };
  }

  async watch({ path, signal }: ApiRequest): Promise<ApiStream<JsonValue>> {
    if (this.isWatchForbidden) return refused(403, "cannot watch");
    const events = new HandOver<JsonValue>();
    signal?.addEventListener("abort", () => events.close());
    this.#watches.push({ path, events });
    return { status: 200, body: null, items: events.taken() };
  }

  async stream({ path, query }: ApiRequest): Promise<ApiStream<Uint8Array>> {
    const pod = path.split("/").at(-2);
    const items = this.logs.get(`${pod}/${query?.["container"]}`);
    return items === undefined ? refused(404, "the pod is gone") : { status: 200, body: null, items };
  }

  as(): KubeTransport {
    return this;
  }
}

function refused<T>(code: number, message: string): ApiStream<T> {
  return { status: code, body: clientFailure(code, "Refused", message) as unknown as JsonValue, items: nothing() };
}

async function* nothing(): AsyncGenerator<never> {}

async function* text(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

const ended = [{ type: "Succeeded", status: "True" }];

function pipelineRun(status: JsonObject): JsonObject {
  return { kind: "PipelineRun", metadata: { name: "run", namespace: "ci" }, status };
}

function taskRun(task: string, status: JsonObject): JsonObject {
  const labels = { "tekton.dev/pipelineTask": task, "tekton.dev/pipelineRun": "run" };
  return { kind: "TaskRun", metadata: { name: `run-${task}`, namespace: "ci", labels }, status };
}

const step = (name: string) => ({ name, container: `step-${name}`, terminated: { exitCode: 0 } });

async function open(cluster: Cluster, options: Partial<RunLogOptions> = {}) {
  const opened = await openRunLog(new KubeClient(cluster), {
    kind: "pipelineruns",
    namespace: "ci",
    name: "run",
    isFollowing: false,
    hasTimestamps: false,
    signal: new AbortController().signal,
    ...options,
  });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

function shown(piece: RunLogPiece | undefined): string {
  const source = piece?.step === undefined ? "" : `${piece.step.task}.${piece.step.step}`;
  return piece?.kind === "lines" ? `${source}: ${piece.lines.join("|")}` : `${source}! ${piece?.status.message}`;
}

async function all(pieces: AsyncIterable<RunLogPiece>): Promise<readonly string[]> {
  const got: string[] = [];
  for await (const piece of pieces) got.push(shown(piece));
  return got;
}

/** Task `b` began first; `a` and `c` in one second, in the order of the run's references. */
function endedRun(): Cluster {
  const cluster = new Cluster();
  const childReferences = ["c", "a", "b"].map((task) => ({ name: `run-${task}`, pipelineTaskName: task }));
  cluster.put("pipelineruns", pipelineRun({ conditions: ended, childReferences }));
  const began = { a: "2026-01-01T00:00:05Z", b: "2026-01-01T00:00:00Z", c: "2026-01-01T00:00:05Z" };
  for (const [task, startTime] of Object.entries(began)) {
    cluster.put("taskruns", taskRun(task, { startTime, podName: `pod-${task}`, steps: [step("x"), step("y")] }));
    cluster.logs.set(`pod-${task}/step-x`, text("one\ntw", "o\r\nrest"));
  }
  return cluster;
}

test("the log of a run that has ended comes task by task, step by step; a step that cannot be read says why", async () => {
  const log = await open(endedRun());
  const ofTask = (task: string) => [
    `${task}.x: `,
    `${task}.x: one`,
    `${task}.x: two`,
    `${task}.x: rest`,
    `${task}.y: `,
    `${task}.y! the pod is gone`,
  ];
  deepEqual(await all(log.pieces), [...ofTask("b"), ...ofTask("c"), ...ofTask("a")]);
});

test("a part of it can be chosen, also when it is followed after its end", async () => {
  const log = await open(endedRun(), {
    selects: ({ task, step: name }) => task === "a" && name === "x",
    isFollowing: true,
  });
  deepEqual(await all(log.pieces), ["a.x: ", "a.x: one", "a.x: two", "a.x: rest"]);
});

test("tasks of a run that goes on come side by side as they write, until the run has ended", async () => {
  const cluster = new Cluster();
  cluster.put("pipelineruns", pipelineRun({}));
  const running = { name: "x", container: "step-x", running: {} };
  const outputs = { a: new HandOver<Uint8Array>(), b: new HandOver<Uint8Array>() };
  for (const task of ["a", "b"] as const) {
    cluster.put("taskruns", taskRun(task, { podName: `pod-${task}`, steps: [running] }));
    cluster.logs.set(`pod-${task}/step-x`, outputs[task].taken());
  }
  const log = await open(cluster, { isFollowing: true });
  const next = async () => shown((await log.pieces.next()).value as RunLogPiece);
  const write = (task: "a" | "b", line: string) => void outputs[task].give(Buffer.from(`${line}\n`));
  const first = next();
  write("b", "from b");
  equal(await first, "b.x: from b");
  write("a", "from a");
  equal(await next(), "a.x: from a");
  write("b", "more of b");
  equal(await next(), "b.x: more of b");

  // Another task begins, then all end.
  cluster.logs.set("pod-c/step-x", text("from c\n"));
  cluster.put("taskruns", taskRun("c", { podName: "pod-c", steps: [running] }));
  equal(await next(), "c.x: from c");
  outputs.a.close();
  outputs.b.close();
  cluster.put("pipelineruns", pipelineRun({ conditions: ended }));
  deepEqual(await log.pieces.next(), { done: true, value: undefined });
  equal(((log.run() as K8sObject)["status"] as JsonObject)["conditions"], ended);
});

test("an account that may not watch is told so", async () => {
  const cluster = new Cluster();
  cluster.isWatchForbidden = true;
  cluster.put("pipelineruns", pipelineRun({}));
  const log = await open(cluster, { isFollowing: true });
  deepEqual(await all(log.pieces), ["! cannot watch"]);
});

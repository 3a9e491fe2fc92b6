import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Registry } from "prom-client";
import { ok as done, err, type Result } from "../result.ts";
import { type Reconciled, WorkQueue } from "./work-queue.ts";
import { WorkQueueMetrics } from "./work-queue-metrics.ts";

const options = { workers: 2, baseDelayMs: 5, maxDelayMs: 1000 };

/** A queue whose work ends when told to. */
function newQueue(more: Partial<ConstructorParameters<typeof WorkQueue>[1]> = {}) {
  const begun: string[] = [];
  const endings: ((result: Result<Reconciled, string>) => void)[] = [];
  const queue = new WorkQueue(
    (key) => {
      begun.push(key);
      return new Promise((resolve) => endings.push(resolve));
    },
    { ...options, ...more },
  );
  const end = async (result: Result<Reconciled, string> = done({})) => {
    endings.shift()?.(result);
    await setImmediate();
  };
  return { queue, begun, end };
}

test("a key waits once, runs alone, and runs again when it was added meanwhile", async () => {
  const { queue, begun, end } = newQueue();
  queue.add("a");
  queue.add("a");
  queue.start(new AbortController().signal);
  deepEqual(begun, ["a"]);
  queue.add("a");
  queue.add("a");
  deepEqual(begun, ["a"]);
  await end();
  deepEqual(begun, ["a", "a"]);
  await end();
  deepEqual(begun, ["a", "a"]);
});

test("no more keys than workers, others in their order", async () => {
  const { queue, begun, end } = newQueue();
  queue.start(new AbortController().signal);
  for (const key of ["a", "b", "c", "d"]) queue.add(key);
  deepEqual(begun, ["a", "b"]);
  await end();
  deepEqual(begun, ["a", "b", "c"]);
});

test("nothing begins after the signal", async () => {
  const { queue, begun, end } = newQueue();
  const stopping = new AbortController();
  queue.start(stopping.signal);
  queue.add("a");
  stopping.abort();
  queue.add("b");
  await end(err("x"));
  deepEqual(begun, ["a"]);
});

test("a key that fails comes back later and later, and at once after a success", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { queue, begun, end } = newQueue();
  queue.start(new AbortController().signal);
  queue.add("a");
  for (const delayMs of [5, 10, 20]) {
    const before = begun.length;
    await end(err("no"));
    t.mock.timers.tick(delayMs - 1);
    equal(begun.length, before);
    t.mock.timers.tick(1);
    equal(begun.length, before + 1);
  }
  await end();
  queue.add("a");
  await end(err("no"));
  t.mock.timers.tick(5);
  equal(begun.length, 6);
});

test("keys that fail share a rate, after a burst", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const retried: string[] = [];
  const seen = new Set<string>();
  const queue = new WorkQueue(
    async (key) => {
      if (seen.has(key)) retried.push(key);
      seen.add(key);
      return retried.includes(key) ? done({}) : err("no");
    },
    { ...options, workers: 10, retries: { perSecond: 10, burst: 3 } },
  );
  queue.start(new AbortController().signal);
  for (const key of ["a", "b", "c", "d", "e"]) queue.add(key);
  await setImmediate();
  const afterMs = async (ms: number) => {
    t.mock.timers.tick(ms);
    await setImmediate();
    return retried.length;
  };
  deepEqual(
    [await afterMs(5), await afterMs(94), await afterMs(1), await afterMs(99), await afterMs(1)],
    [3, 3, 4, 4, 5],
  );
});

test("Prometheus sees what waits, what runs and for how long", async () => {
  const registry = new Registry();
  const metrics = new WorkQueueMetrics(registry);
  const { queue, end } = newQueue({ workers: 1, observer: metrics.observe("q") });
  const value = async (name: string) => {
    const found = new RegExp(`^kn_workqueue_${name}{name="q"} (\\S+)$`, "m").exec(await registry.metrics());
    return Number(found?.[1]);
  };
  queue.start(new AbortController().signal);
  for (const key of ["a", "b", "b", "c"]) queue.add(key);
  deepEqual([await value("adds_total"), await value("depth")], [3, 2]);
  ok((await value("unfinished_work_seconds")) > 0);
  ok((await value("longest_running_processor_seconds")) > 0);
  await end();
  await end();
  deepEqual([await value("depth"), await value("queue_duration_seconds_count")], [0, 3]);
  // Last, as the key comes back after a pause.
  await end(err("no"));
  deepEqual([await value("retries_total"), await value("process_duration_seconds_count")], [1, 3]);
  match(await registry.metrics(), /kn_workqueue_process_duration_seconds_bucket\{le="10",name="q"\} 3/);
});

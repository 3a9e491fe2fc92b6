import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { WorkQueueObserver } from "./work-queue.ts";

/** Seconds, from a microsecond to ten seconds, as Kubernetes' own queues are measured. */
const buckets = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10];

/** What work queues show to Prometheus, under the names of Tekton's controllers (spec: controller, section 10). */
export class WorkQueueMetrics {
  readonly #adds: Counter<"name">;
  readonly #retries: Counter<"name">;
  readonly #queued: Histogram<"name">;
  readonly #processed: Histogram<"name">;
  readonly #queues = new Map<string, Parameters<WorkQueueObserver["watch"]>[0]>();

  constructor(registry: Registry) {
    const common = { labelNames: ["name"] as const, registers: [registry] };
    const name = (suffix: string) => `kn_workqueue_${suffix}`;
    this.#adds = new Counter({
      name: name("adds_total"),
      help: "Total number of adds handled by workqueue",
      ...common,
    });
    this.#retries = new Counter({
      name: name("retries_total"),
      help: "Total number of items retried by workqueue",
      ...common,
    });
    this.#queued = new Histogram({
      name: name("queue_duration_seconds"),
      help: "How long in seconds an item stays in workqueue before being requested",
      buckets,
      ...common,
    });
    this.#processed = new Histogram({
      name: name("process_duration_seconds"),
      help: "How long in seconds processing an item from workqueue takes",
      buckets,
      ...common,
    });
    const gauge = (
      suffix: string,
      help: string,
      read: (state: { readonly depth: number; readonly runningMs: readonly number[] }) => number,
    ) => {
      const queues = this.#queues;
      new Gauge({
        name: name(suffix),
        help,
        ...common,
        collect() {
          for (const [queue, state] of queues) this.set({ name: queue }, read(state()));
        },
      });
    };
    gauge("depth", "Number of current items in the queue", ({ depth }) => depth);
    gauge(
      "unfinished_work_seconds",
      "How long in seconds the outstanding workqueue items have been in flight (total)",
      ({ runningMs }) => runningMs.reduce((sum, ms) => sum + ms, 0) / 1000,
    );
    gauge(
      "longest_running_processor_seconds",
      "How long in seconds the longest outstanding workqueue item has been in flight",
      ({ runningMs }) => Math.max(0, ...runningMs) / 1000,
    );
  }

  /** Give it to the queue of that name. */
  observe(name: string): WorkQueueObserver {
    const labels = { name };
    return {
      watch: (state) => void this.#queues.set(name, state),
      added: () => this.#adds.inc(labels),
      retried: () => this.#retries.inc(labels),
      begun: (waitedMs) => this.#queued.observe(labels, waitedMs / 1000),
      ended: (tookMs) => this.#processed.observe(labels, tookMs / 1000),
    };
  }
}

import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Labels that OpenTelemetry's Prometheus exporter puts on every metric of Tekton's sink. */
const scope = {
  otel_scope_name: "github.com/tektoncd/triggers/pkg/sink",
  otel_scope_schema_url: "",
  otel_scope_version: "",
} as const;

const scopeNames = Object.keys(scope) as (keyof typeof scope)[];

const receivedLabels = {
  succeeded: { status: "succeeded", ...scope },
  failed: { status: "failed", ...scope },
} as const;

const depthName = "tektite_undispatched_events";

/** What a listener counts, under Tekton's names (spec: event processing, section 11). */
export class SinkMetrics {
  readonly registry: Registry;
  readonly #received: Counter<"status" | keyof typeof scope>;
  readonly #resources: Counter<"kind" | keyof typeof scope>;
  readonly #verdicts: Counter<"outcome">;
  readonly #commits: Histogram;
  readonly #duration: Histogram.Internal<keyof typeof scope>;

  readonly #queues = new Set<{ readonly depth: () => number; readonly oldestAgeMs: () => number }>();

  constructor(registry = new Registry()) {
    this.registry = registry;
    const registers = [registry];
    this.#received = new Counter({
      name: "eventlistener_event_received_total",
      help: "number of events received by sink",
      labelNames: ["status", ...scopeNames],
      registers,
    });
    this.#resources = new Counter({
      name: "eventlistener_triggered_resources_total",
      help: "Count of the number of triggered eventlistener resources",
      labelNames: ["kind", ...scopeNames],
      registers,
    });
    this.#verdicts = new Counter({
      name: "tektite_trigger_verdicts_total",
      help: "what became of events, once for each trigger",
      labelNames: ["outcome"],
      registers,
    });
    this.#commits = new Histogram({
      name: "tektite_journal_commit_seconds",
      help: "how long commits of the event journal took, whichever listener they were for",
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
      registers,
    });
    const duration = new Histogram({
      name: "eventlistener_http_duration_seconds",
      help: "The eventlistener HTTP request duration",
      labelNames: scopeNames,
      buckets: [0.001, 0.01, 0.1, 1, 5, 10],
      registers,
    });
    this.#duration = duration.labels(scope);
  }

  /**
   * Shows how many events some trigger has not finished with, and the age of the oldest one, of all listeners that count
   * here. The result takes this listener out again.
   */
  watchQueue(depth: () => number, oldestAgeMs: () => number): () => void {
    const queue = { depth, oldestAgeMs };
    if (this.#queues.size === 0 && this.registry.getSingleMetric(depthName) === undefined) this.#addQueueGauges();
    this.#queues.add(queue);
    return () => void this.#queues.delete(queue);
  }

  #addQueueGauges(): void {
    const queues = this.#queues;
    const age: Gauge = new Gauge({
      name: "tektite_oldest_undispatched_event_age_seconds",
      help: "age of the oldest accepted event that some trigger has not finished with; 0 when there is none",
      registers: [this.registry],
      collect: () => age.set(Math.max(0, ...[...queues].map((queue) => queue.oldestAgeMs())) / 1000),
    });
    const gauge: Gauge = new Gauge({
      name: depthName,
      help: "accepted events that some trigger has not finished with",
      registers: [this.registry],
      collect: () => gauge.set([...queues].reduce((sum, queue) => sum + queue.depth(), 0)),
    });
  }

  received(status: "succeeded" | "failed"): void {
    this.#received.inc(receivedLabels[status]);
  }

  created(kind: string): void {
    this.#resources.inc({ kind, ...scope });
  }

  verdict(outcome: string): void {
    this.#verdicts.inc({ outcome });
  }

  committed(seconds: number): void {
    this.#commits.observe(seconds);
  }

  answered(seconds: number): void {
    this.#duration.observe(seconds);
  }
}

import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Labels that OpenTelemetry's Prometheus exporter puts on every metric of Tekton's sink. */
const scope = {
  otel_scope_name: "github.com/tektoncd/triggers/pkg/sink",
  otel_scope_schema_url: "",
  otel_scope_version: "",
} as const;

const scopeNames = Object.keys(scope) as (keyof typeof scope)[];

/** What a listener counts, under Tekton's names (spec: event processing, section 11). */
export class SinkMetrics {
  readonly registry: Registry;
  readonly #received: Counter<"status" | keyof typeof scope>;
  readonly #resources: Counter<"kind" | keyof typeof scope>;
  readonly #verdicts: Counter<"outcome">;
  readonly #duration: Histogram.Internal<keyof typeof scope>;

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
    const duration = new Histogram({
      name: "eventlistener_http_duration_seconds",
      help: "The eventlistener HTTP request duration",
      labelNames: scopeNames,
      buckets: [0.001, 0.01, 0.1, 1, 5, 10],
      registers,
    });
    this.#duration = duration.labels(scope);
  }

  /** Shows how many events some trigger has not finished with. */
  watchQueue(depth: () => number): void {
    const gauge: Gauge = new Gauge({
      name: "tektite_undispatched_events",
      help: "accepted events that some trigger has not finished with",
      registers: [this.registry],
      collect: () => gauge.set(depth()),
    });
  }

  received(status: "succeeded" | "failed"): void {
    this.#received.inc({ status, ...scope });
  }

  created(kind: string): void {
    this.#resources.inc({ kind, ...scope });
  }

  verdict(outcome: string): void {
    this.#verdicts.inc({ outcome });
  }

  answered(seconds: number): void {
    this.#duration.observe(seconds);
  }
}

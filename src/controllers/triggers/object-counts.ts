import { Gauge, type Registry } from "prom-client";
import { isJsonArray, member } from "../../json/value.ts";
import { sleep } from "../../kube/backoff.ts";
import { type KubeClient, resourcePath } from "../../kube/client.ts";

const counted = {
  eventlistener: "v1beta1",
  triggerbinding: "v1beta1",
  clustertriggerbinding: "v1beta1",
  triggertemplate: "v1beta1",
  clusterinterceptor: "v1alpha1",
} as const;

/** Labels that OpenTelemetry's Prometheus exporter puts on the metrics of Tekton's controller. */
const scope = {
  otel_scope_name: "github.com/tektoncd/triggers/pkg/reconciler/metrics",
  otel_scope_schema_url: "",
  otel_scope_version: "",
} as const;

/** How many objects of each kind there are in all namespaces, as Prometheus' gauges (spec: controller, section 10). */
export class ObjectCounts {
  readonly #registry: Registry;
  readonly #client: KubeClient;
  readonly #gauges = new Map<string, Gauge<keyof typeof scope>>();

  constructor(client: KubeClient, registry: Registry) {
    this.#client = client;
    this.#registry = registry;
  }

  /** Counts at intervals until the signal aborts, the first time after one of them. */
  async run(everyMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(everyMs, signal);
      if (!signal.aborted) await this.count();
    }
  }

  /** A kind that cannot be listed keeps the figure that it had. */
  async count(): Promise<void> {
    for (const [kind, version] of Object.entries(counted)) {
      // The server tells how many are left over: one object stands for all.
      const path = resourcePath({ group: "triggers.tekton.dev", version, resource: `${kind}s` }, {});
      const { status, body } = await this.#client.transport.send({ method: "GET", path, query: { limit: "1" } });
      const items = member(body, "items");
      if (status !== 200 || !isJsonArray(items)) continue;
      const left = Number(member(member(body, "metadata"), "remainingItemCount") ?? 0);
      this.#gauge(kind).set(scope, items.length + left);
    }
  }

  /** Absent until there is something to show. */
  #gauge(kind: string): Gauge<keyof typeof scope> {
    const known = this.#gauges.get(kind);
    if (known !== undefined) return known;
    const gauge = new Gauge({
      name: `controller_${kind}_count`,
      help: `number of ${kind}`,
      labelNames: Object.keys(scope) as (keyof typeof scope)[],
      registers: [this.#registry],
    });
    this.#gauges.set(kind, gauge);
    return gauge;
  }
}

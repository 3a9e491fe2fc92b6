import { isDeepStrictEqual } from "node:util";
import { child } from "../../api/core/fields.ts";
import { type CountedResource, countedBy, inScopes, usageOf } from "../../api/core/quota/quota-usage.ts";
import {
  addLists,
  type ResourceList,
  readResourceList,
  writeResourceList,
} from "../../api/core/quota/resource-list.ts";
import type { Resource, Status } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import type { KubeClient } from "../../kube/client.ts";
import { Discovery } from "../../kube/discovery.ts";
import { Informer } from "../../kube/informer.ts";
import { keyOf } from "../../kube/object-key.ts";
import { ok, type Result } from "../../result.ts";

const resourceQuotas: Resource = { group: "", version: "v1", resource: "resourcequotas" };

/** Pause after an object came, for those that are being created with it, in milliseconds. */
const settleMs = 1_000;

export interface QuotaUsageOptions {
  readonly client: KubeClient;
  readonly signal: AbortSignal;
  /** Told the key, `namespace/name`, of a quota that should be computed, and in how many milliseconds. */
  readonly onStale: (key: string, delayMs: number) => void;
}

/**
 * Keeps `status.hard` and `status.used` of ResourceQuotas: computed when a quota's bounds change and whenever an object
 * that it counts comes or goes. Only what some quota counts is watched.
 */
export class QuotaUsage {
  readonly #options: QuotaUsageOptions;
  readonly #quotas: Informer;
  readonly #counted = new Map<string, Promise<Informer | undefined>>();

  constructor(options: QuotaUsageOptions) {
    this.#options = options;
    this.#quotas = new Informer(options.client, resourceQuotas);
    this.#quotas.onChange(({ kind, object }) => {
      const { spec, status } = object as unknown as { readonly spec?: JsonObject; readonly status?: JsonObject };
      // The rest of the status is written by admission, ahead of what is counted here.
      if (kind !== "deleted" && !isDeepStrictEqual(spec?.["hard"] ?? {}, status?.["hard"] ?? {}))
        options.onStale(keyOf(object), 0);
    });
  }

  start(): Promise<void> {
    return this.#quotas.start(this.#options.signal);
  }

  /** Counts anew, and writes the status when it differs. */
  async compute(key: string): Promise<Result<undefined, Status>> {
    const [namespace = "", name = ""] = key.split("/");
    const quota = this.#quotas.get(namespace, name);
    if (quota === undefined || quota.metadata.deletionTimestamp !== undefined) return ok(undefined);
    const spec = child(quota as unknown as JsonObject, "spec");
    const hard = child(spec, "hard") ?? {};
    const used = await this.#used(namespace, spec, Object.keys(hard));
    const status = { hard, used: writeResourceList(used) };
    // What is written must follow the last writer, so the quota is read anew rather than from the informer.
    const current = await this.#options.client.get(resourceQuotas, { namespace, name });
    if (!current.ok) return current.error.code === 404 ? ok(undefined) : current;
    if (isDeepStrictEqual(current.value["status"], status)) return ok(undefined);
    const written = await this.#options.client.update(
      resourceQuotas,
      { ...current.value, status },
      { subresource: "status" },
    );
    return written.ok || written.error.code === 404 ? ok(undefined) : written;
  }

  async #used(namespace: string, spec: JsonObject | undefined, names: readonly string[]): Promise<ResourceList> {
    let used: ResourceList = new Map(names.map((name) => [name, { nanos: 0n, format: "decimal" }]));
    const resources = new Map(
      names.flatMap((name) => {
        const counted = countedBy(name);
        return counted === undefined ? [] : [[`${counted.resource}.${counted.group}`, counted] as const];
      }),
    );
    for (const counted of resources.values()) {
      const informer = await this.#informerOf(counted);
      for (const object of informer?.list(namespace) ?? []) {
        const shape = object as unknown as JsonObject;
        if (!inScopes(spec, counted, shape)) continue;
        used = addLists(used, new Map([...usageOf(counted, shape)].filter(([name]) => names.includes(name))));
      }
    }
    return new Map([...readResourceList(writeResourceList(used))]);
  }

  /** The objects that are counted, followed from the first time that a quota counts them; undefined for no such kind. */
  #informerOf(counted: CountedResource): Promise<Informer | undefined> {
    const key = `${counted.resource}.${counted.group}`;
    const known = this.#counted.get(key);
    if (known !== undefined) return known;
    const starting = this.#follow(counted).then((informer) => {
      // A kind that is defined later is looked for again.
      if (informer === undefined) this.#counted.delete(key);
      return informer;
    });
    this.#counted.set(key, starting);
    return starting;
  }

  async #follow(counted: CountedResource): Promise<Informer | undefined> {
    const { client, signal } = this.#options;
    const discovered = await Discovery.fetch(client.transport);
    const found = discovered.ok
      ? discovered.value.resources.find(
          ({ group, resource, namespaced, verbs }) =>
            group === counted.group && resource === counted.resource && namespaced && verbs.includes("list"),
        )
      : undefined;
    if (found === undefined) return undefined;
    const informer = new Informer(client, { group: found.group, version: found.version, resource: found.resource });
    await informer.start(signal);
    informer.onChange((event) => {
      const isChanged =
        event.kind !== "updated" ||
        !isDeepStrictEqual(
          usageOf(counted, event.object as unknown as JsonObject),
          usageOf(counted, event.old as unknown as JsonObject),
        );
      // Admission has counted a new object already, and perhaps others that are not stored yet.
      const delayMs = event.kind === "added" ? settleMs : 0;
      if (isChanged) this.#tellCounting(counted, event.object.metadata.namespace ?? "", delayMs);
    });
    return informer;
  }

  #tellCounting(counted: CountedResource, namespace: string, delayMs: number): void {
    for (const quota of this.#quotas.list(namespace)) {
      const hard = child(child(quota as unknown as JsonObject, "spec"), "hard") ?? {};
      const counts = Object.keys(hard).some((name) => {
        const about = countedBy(name);
        return about?.group === counted.group && about.resource === counted.resource;
      });
      if (counts) this.#options.onStale(keyOf(quota), delayMs);
    }
  }
}

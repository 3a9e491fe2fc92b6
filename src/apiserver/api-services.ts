import { isDeepStrictEqual } from "node:util";
import { timeNow } from "../api/core/time.ts";
import type { K8sObject } from "../api/object.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import type { ApiServer } from "./api-server.ts";
import type { UserInfo } from "./user-info.ts";

const collection = "apiregistration.k8s.io/apiservices";
const basePath = "/apis/apiregistration.k8s.io/v1/apiservices";
const managedLabel = "kube-aggregator.kubernetes.io/automanaged";
const self: UserInfo = { username: "system:apiserver", groups: ["system:masters"] };

/** `groupPriorityMinimum` of the built-in groups, as kube-apiserver has them. */
const groupPriorities: Readonly<Record<string, number>> = {
  "": 18_000,
  apps: 17_800,
  "events.k8s.io": 17_750,
  "authentication.k8s.io": 17_700,
  "authorization.k8s.io": 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  "networking.k8s.io": 17_200,
  policy: 17_100,
  "rbac.authorization.k8s.io": 17_000,
  "storage.k8s.io": 16_800,
  "apiextensions.k8s.io": 16_700,
  "admissionregistration.k8s.io": 16_700,
  "scheduling.k8s.io": 16_600,
  "coordination.k8s.io": 16_500,
  "node.k8s.io": 16_300,
  "discovery.k8s.io": 16_200,
  "flowcontrol.apiserver.k8s.io": 16_100,
};
/** `versionPriority` where it is not that of most. */
const versionPriorities: Readonly<Record<string, number>> = {
  "v1.": 1,
  "v2.autoscaling": 30,
  "v1.flowcontrol.apiserver.k8s.io": 21,
};

interface Wanted {
  readonly spec: JsonObject;
  readonly managed: "onstart" | "true";
}

/**
 * Keeps an APIService for each group version that is served, as the aggregation layer of a cluster does, and says of
 * each whether it is available. Requests are forwarded to no other API server, so an APIService that names a Service
 * is stored and not available.
 */
export class ApiServices {
  readonly collection = collection;
  readonly #server: ApiServer;
  readonly #nowMs: () => number;
  #syncedGeneration: number | undefined;

  constructor(server: ApiServer, nowMs: () => number) {
    this.#server = server;
    this.#nowMs = nowMs;
  }

  /** Brings all of them up to date with what is served now. */
  async sync(): Promise<void> {
    const { registry, store } = this.#server;
    if (this.#syncedGeneration === registry.generation) return;
    this.#syncedGeneration = registry.generation;
    const wanted = this.#wanted();
    const left = store.list(collection).filter(({ key, object }) => isManaged(object) && !wanted.has(key));
    for (const { key } of left) await this.#send("DELETE", `${basePath}/${key}`);
    await Promise.all([...wanted].map(([name, want]) => this.#bring(name, want)));
  }

  /** Brings one up to date after a write by somebody. */
  async reconcile(name: string): Promise<void> {
    const want = this.#wanted().get(name);
    if (want !== undefined) await this.#bring(name, want);
    else await this.#tellWhetherAvailable(name);
  }

  /** Those without the label are somebody's own. */
  async #bring(name: string, { spec, managed }: Wanted): Promise<void> {
    const present = this.#read(name);
    const object = { apiVersion: "apiregistration.k8s.io/v1", kind: "APIService", spec };
    const labels = { [managedLabel]: managed };
    if (present === undefined) {
      await this.#send("POST", basePath, { ...object, metadata: { name, labels } });
    } else if (isManaged(present) && !isDeepStrictEqual(present["spec"], spec)) {
      const { resourceVersion: _any, ...metadata } = present.metadata;
      await this.#send("PUT", `${basePath}/${name}`, { ...object, metadata: metadata as unknown as JsonObject });
    }
    await this.#tellWhetherAvailable(name);
  }

  async #tellWhetherAvailable(name: string): Promise<void> {
    const present = this.#read(name);
    if (present === undefined) return;
    const isLocal = (present["spec"] as JsonObject)["service"] === undefined;
    const condition = isLocal
      ? { status: "True", reason: "Local", message: "Local APIServices are always available" }
      : {
          status: "False",
          reason: "FailedDiscoveryCheck",
          message: "this API server forwards no requests to other API servers",
        };
    const { conditions = [] } = (present["status"] ?? {}) as { readonly conditions?: readonly JsonObject[] };
    const known = conditions.find(({ type }) => type === "Available");
    if (known?.["status"] === condition.status && known["reason"] === condition.reason) return;
    const { resourceVersion: _any, ...metadata } = present.metadata;
    await this.#send("PUT", `${basePath}/${name}/status`, {
      ...(present as unknown as JsonObject),
      metadata: metadata as unknown as JsonObject,
      status: { conditions: [{ type: "Available", lastTransitionTime: timeNow(this.#nowMs()), ...condition }] },
    });
  }

  #wanted(): ReadonlyMap<string, Wanted> {
    const wanted = new Map<string, Wanted>();
    for (const { group, versions, custom } of this.#server.registry.all()) {
      // The group of the APIServices themselves is not among them.
      if (group === "apiregistration.k8s.io") continue;
      for (const { version } of versions) {
        const name = `${version}.${group}`;
        if (wanted.has(name)) continue;
        const priorities = custom
          ? { groupPriorityMinimum: 1_000, versionPriority: 100 }
          : { groupPriorityMinimum: groupPriorities[group] ?? 15_000, versionPriority: versionPriorities[name] ?? 15 };
        const spec = { ...(group !== "" && { group }), version, ...priorities };
        wanted.set(name, { spec, managed: custom ? "true" : "onstart" });
      }
    }
    return wanted;
  }

  #read(name: string): K8sObject | undefined {
    return this.#server.store.get(collection, name)?.object;
  }

  async #send(method: string, path: string, body?: JsonValue): Promise<void> {
    await this.#server.handleAs(self, {
      method,
      path,
      query: new URLSearchParams(),
      headers: { accept: "application/json", "user-agent": "kube-apiserver" },
      body: body === undefined ? { kind: "none" } : { kind: "parsed", value: body },
      signal: new AbortController().signal,
    });
  }
}

function isManaged({ metadata }: K8sObject): boolean {
  return metadata.labels?.[managedLabel] !== undefined;
}

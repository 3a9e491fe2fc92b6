import { deepEqual, equal, ok } from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { K8sObject } from "../../api/object.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { KubeClient } from "../../kube/client.ts";
import type { ApiRequest, ApiResponse, ApiStream, KubeTransport } from "../../kube/transport.ts";
import { defaultControllerFlags } from "./controller-flags.ts";
import { startTriggersControllers } from "./triggers-controllers.ts";

/** An API in memory: collections by path, list and watch, and writes that change nothing keep the version. */
class MemoryApi implements KubeTransport {
  readonly writes: string[] = [];
  readonly #objects = new Map<string, JsonObject>();
  readonly #watchers = new Set<(event: JsonObject) => void>();
  #version = 0;

  async send({ method, path, body }: ApiRequest): Promise<ApiResponse> {
    if (method === "GET" && !this.#objects.has(path)) return this.#list(path);
    if (method === "GET") return answer(200, this.#objects.get(path) ?? null);
    this.writes.push(`${method} ${path}`);
    const object = body as unknown as K8sObject;
    if (method === "POST") return answer(201, this.#put(`${path}/${object.metadata.name}`, "ADDED", object));
    const key = path.replace(/\/status$/, "");
    const old = this.#objects.get(key);
    if (old === undefined) return answer(404, { reason: "NotFound" });
    const next = path.endsWith("/status") ? { ...old, status: object["status"] } : { ...object, status: old["status"] };
    if (JSON.stringify({ ...next, metadata: 0 }) === JSON.stringify({ ...old, metadata: 0 })) return answer(200, old);
    return answer(200, this.#put(key, "MODIFIED", next as K8sObject));
  }

  apply(path: string, object: K8sObject): void {
    this.#put(path, "ADDED", object);
  }

  at(path: string): JsonObject | undefined {
    return this.#objects.get(path);
  }

  #put(key: string, type: string, object: K8sObject): JsonObject {
    const metadata = { ...object.metadata, resourceVersion: String(++this.#version) };
    const stored = { ...object, metadata } as unknown as JsonObject;
    this.#objects.set(key, stored);
    for (const tell of this.#watchers) tell({ key, type, object: stored });
    return stored;
  }

  #list(path: string): ApiResponse {
    const items = [...this.#objects].filter(([key]) => inCollection(path, key)).map(([, object]) => object);
    if (items.length === 0 && path.includes("/serving.knative.dev/")) return answer(404, { reason: "NotFound" });
    return answer(200, { kind: "List", metadata: { resourceVersion: String(this.#version) }, items });
  }

  async watch({ path, signal }: ApiRequest): Promise<ApiStream<JsonValue>> {
    const queue: JsonObject[] = [];
    let wake = () => {};
    const tell = (event: JsonObject) => {
      if (inCollection(path, String(event["key"]))) queue.push(event);
      wake();
    };
    this.#watchers.add(tell);
    async function* items(): AsyncGenerator<JsonValue> {
      while (signal?.aborted !== true) {
        const next = queue.shift();
        if (next !== undefined) yield next;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal?.addEventListener("abort", () => resolve(), { once: true });
          });
      }
    }
    return { status: 200, body: null, items: items() };
  }

  stream(): never {
    throw new Error("nothing here is streamed");
  }

  as(): KubeTransport {
    return this;
  }
}

/** Whether an object's path lies in a collection, of one namespace or of all. */
function inCollection(collection: string, key: string): boolean {
  const everywhere = key.replace(/\/namespaces\/[^/]+(?=\/)/, "");
  return [key, everywhere].some((each) => each.slice(0, each.lastIndexOf("/")) === collection);
}

function answer(status: number, body: JsonValue): ApiResponse {
  return { status, headers: {}, body };
}

const group = "/apis/triggers.tekton.dev";
const listenerPath = `${group}/v1beta1/namespaces/ci/eventlisteners/l`;
const deploymentPath = "/apis/apps/v1/namespaces/ci/deployments/el-l";

function listener(labels: Record<string, string> = {}): K8sObject {
  return {
    apiVersion: "triggers.tekton.dev/v1beta1",
    kind: "EventListener",
    metadata: { name: "l", namespace: "ci", uid: "u", labels },
    spec: { triggers: [{ triggerRef: "t" }] },
  };
}

async function start(context: TestContext, api: MemoryApi, isLeader = () => true) {
  const stop = new AbortController();
  context.after(() => stop.abort());
  const logged: string[] = [];
  const controllers = startTriggersControllers({
    client: new KubeClient(api),
    flags: defaultControllerFlags,
    env: { SYSTEM_NAMESPACE: "tekton-pipelines", METRICS_PROMETHEUS_PORT: "9000" },
    clusterDomain: "cluster.local",
    clock: { nowMs: () => Date.UTC(2026, 0, 2) },
    signal: stop.signal,
    log: (message) => logged.push(message),
    isLeader,
  });
  await controllers.synced;
  return { controllers, logged };
}

/** Waits until nothing more happens: the work here takes no timers, only turns of the event loop. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
}

test("deploys a listener once, follows its Deployment, and then rests", async (context) => {
  const api = new MemoryApi();
  api.apply("/api/v1/namespaces/tekton-pipelines/configmaps/config-defaults-triggers", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "config-defaults-triggers", namespace: "tekton-pipelines" },
    data: { "default-service-account": "robot" },
  });
  const { logged } = await start(context, api);
  api.apply(listenerPath, listener());
  await settle();
  deepEqual(
    api.writes.filter((write) => write.startsWith("POST")),
    ["POST /apis/apps/v1/namespaces/ci/deployments", "POST /api/v1/namespaces/ci/services"],
  );
  const deployment = api.at(deploymentPath) as unknown as K8sObject;
  ok(JSON.stringify(deployment["spec"]).includes('"serviceAccountName":"robot"'));
  const { writes } = api;
  equal(writes.length, writes.indexOf(`PUT ${listenerPath}/status`) + 1);

  api.apply(deploymentPath, {
    ...deployment,
    status: { conditions: [{ type: "Available", status: "False", message: "no pods" }] },
  });
  await settle();
  ok(JSON.stringify(api.at(listenerPath)).includes("Condition Available has status: False with message: no pods"));
  equal(writes.length, writes.indexOf(`PUT ${listenerPath}/status`) + 2);
  deepEqual(logged, []);
});

test("gives interceptors their address", async (context) => {
  const api = new MemoryApi();
  api.apply(`${group}/v1alpha1/clusterinterceptors/cel`, {
    apiVersion: "triggers.tekton.dev/v1alpha1",
    kind: "ClusterInterceptor",
    metadata: { name: "cel" },
    spec: { clientConfig: { service: { name: "s", namespace: "n", path: "cel" } } },
  });
  await start(context, api);
  await settle();
  deepEqual(api.at(`${group}/v1alpha1/clusterinterceptors/cel`)?.["status"], {
    address: { url: "http://s.n.svc:80/cel" },
  });
});

test("a replica that is not the leader writes nothing, and catches up once it is", async (context) => {
  const api = new MemoryApi();
  let leads = false;
  const { controllers } = await start(context, api, () => leads);
  api.apply(listenerPath, listener());
  await settle();
  deepEqual(api.writes, []);
  leads = true;
  controllers.resync();
  await settle();
  ok(api.at(deploymentPath) !== undefined);
});

test("an interceptor kind that cannot be read does not hold up listeners", async (context) => {
  const api = new MemoryApi();
  const send = api.send.bind(api);
  api.send = async (request) =>
    request.path.endsWith("/interceptors") ? answer(403, { kind: "Status", message: "forbidden" }) : send(request);
  api.apply(listenerPath, listener());
  const stop = new AbortController();
  context.after(() => stop.abort());
  const logged: string[] = [];
  startTriggersControllers({
    client: new KubeClient(api),
    flags: defaultControllerFlags,
    env: { METRICS_PROMETHEUS_PORT: "9000" },
    clusterDomain: "cluster.local",
    clock: { nowMs: () => 0 },
    signal: stop.signal,
    log: (message) => logged.push(message),
  });
  await settle();
  ok(api.at(deploymentPath) !== undefined);
  equal(logged.length, 1);
});

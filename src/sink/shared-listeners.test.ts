import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createServer, request as httpRequest, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { K8sObject, Resource } from "../api/object.ts";
import { startMemoryApiServer } from "../apiserver/testdata/memory-api-server.ts";
import type { ServedNamespaces } from "../cli/install/install-options.ts";
import { servedRole, sharedSinkPermissions } from "../cli/install/permissions.ts";
import { coreInterceptors } from "../interceptors/core-interceptors.ts";
import { type JsonObject, type JsonValue, member } from "../json/value.ts";
import { KubeClient } from "../kube/client.ts";
import { MemoryJournal } from "../store/journal/memory-journal.ts";
import { HttpCodeHostClient } from "./code-host-client.ts";
import { KubeSecretReader } from "./kube-secret-reader.ts";
import { ListenerGateway } from "./listener-gateway.ts";
import { ListenerRuntime } from "./listener-runtime.ts";
import { SharedListeners } from "./shared-listeners.ts";
import { startSinkServer } from "./sink-server.ts";

const core = (resource: string): Resource => ({ group: "", version: "v1", resource });
const triggers = (resource: string, version = "v1beta1"): Resource => ({
  group: "triggers.tekton.dev",
  version,
  resource,
});
const resources: Readonly<Record<string, Resource>> = {
  Namespace: core("namespaces"),
  ServiceAccount: core("serviceaccounts"),
  Service: core("services"),
  EventListener: triggers("eventlisteners"),
  ClusterInterceptor: triggers("clusterinterceptors", "v1alpha1"),
  ...Object.fromEntries(
    ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"].map((kind) => [
      kind,
      { group: "rbac.authorization.k8s.io", version: "v1", resource: `${kind.toLowerCase()}s` },
    ]),
  ),
};

async function create(client: KubeClient, ...objects: readonly object[]): Promise<void> {
  for (const object of objects as readonly K8sObject[]) {
    const created = await client.create(resources[object.kind] ?? core(""), object);
    ok(created.ok, JSON.stringify(created));
  }
}

async function eventually<T>(what: string, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const endMs = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > endMs) throw new Error(`waited in vain: ${what}`);
    await sleep(10);
  }
}

const rbac = "rbac.authorization.k8s.io";

/** A listener with its account, which may read what a listener reads and do what `allowed` says in its namespace. */
function listenerIn(
  namespace: string,
  name: string,
  { allowed = ["create"], annotations = {}, interceptors = [] as readonly JsonObject[] } = {},
) {
  const account = `${name}-account`;
  const subjects = [{ kind: "ServiceAccount", name: account, namespace }];
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace } },
    {
      apiVersion: `${rbac}/v1`,
      kind: "Role",
      metadata: { name, namespace },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: allowed }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name, namespace },
      subjects,
      roleRef: { apiGroup: rbac, kind: "Role", name },
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: `${namespace}-${name}` },
      subjects,
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "reader" },
    },
    {
      apiVersion: "triggers.tekton.dev/v1beta1",
      kind: "EventListener",
      metadata: { name, namespace, annotations },
      spec: {
        serviceAccountName: account,
        triggers: [
          {
            name: "t",
            interceptors,
            template: {
              spec: {
                resourcetemplates: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: `${name}-` } }],
              },
            },
          },
        ],
      },
    },
  ];
}

const held: JsonObject = { ref: { name: "hold", kind: "ClusterInterceptor" } };

/** An interceptor that answers nobody until it is told to. */
async function startHolding(t: TestContext) {
  const waiting: ServerResponse[] = [];
  let isOpen = false;
  const answer = (response: ServerResponse) => response.end('{"continue":true}');
  const server = createServer((request, response) => {
    request.resume().on("end", () => (isOpen ? answer(response) : waiting.push(response)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get asked() {
      return waiting.length;
    },
    open() {
      isOpen = true;
      for (const response of waiting.splice(0)) answer(response);
    },
  };
}

interface SharedSettings {
  readonly maxConcurrent?: number;
  readonly maxWaiting?: number;
  readonly served?: ServedNamespaces;
}

/** A sink shared by namespaces a and b, with no more permissions than an installation gives it. */
async function startShared(
  t: TestContext,
  { maxConcurrent = 4, maxWaiting = 20, served = { kind: "named", names: ["a", "b"] } }: SharedSettings = {},
) {
  const api = await startMemoryApiServer();
  const { admin } = api;
  const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const reading = [
    "eventlisteners",
    "triggers",
    "triggerbindings",
    "triggertemplates",
    "interceptors",
    "clusterinterceptors",
    "clustertriggerbindings",
  ];
  await create(admin, namespace("system"), namespace("a"), namespace("b"), {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: { name: "reader" },
    rules: [
      { apiGroups: ["triggers.tekton.dev"], resources: reading, verbs: ["get", "list", "watch"] },
      { nonResourceURLs: ["/api", "/api/*", "/apis", "/apis/*"], verbs: ["get"] },
    ],
  });
  const process = { username: "system:serviceaccount:system:tektite-shared-sink", groups: ["system:authenticated"] };
  await create(admin, ...sharedSinkPermissions("system", served));

  const gateway = new ListenerGateway({ log: (message) => void log.push(message) });
  const log: string[] = [];
  const listenerLog: string[] = [];
  const journal = new MemoryJournal({ maxUnfinished: 1000 });
  const listeners = new SharedListeners({
    client: new KubeClient(api.as(process)),
    gateway,
    namespaces: served.kind === "named" ? served : { labelSelector: served.selector },
    maxConcurrentPerNamespace: maxConcurrent,
    maxWaitingPerNamespace: maxWaiting,
    clusterDomain: "cluster.local",
    service: { name: "shared", namespace: "system", port: 8080 },
    log: (message) => void log.push(message),
    newRuntime: ({ payloadValidation, ...listener }) =>
      new ListenerRuntime({
        ...listener,
        settings: { payloadValidation },
        secrets: new KubeSecretReader(listener.client, Date.now),
        codeHost: new HttpCodeHostClient({ allowedHosts: new Set() }),
        core: coreInterceptors,
        journal,
        retry: { giveUpAfterMs: 0 },
        writeLog: (line) => void listenerLog.push(line),
      }),
  });
  const server = await startSinkServer(gateway, { host: "127.0.0.1", port: 0 });
  ok(server.ok);
  const stopping = new AbortController();
  t.after(async () => {
    stopping.abort();
    await server.value.close(0);
  });
  const started = listeners.start(stopping.signal);
  if (served.kind === "named") await started;
  const post = (path: string, host = "gateway") =>
    new Promise<{ readonly status: number; readonly body: string; readonly retryAfter: string }>((resolve, reject) => {
      const headers = { host, "content-type": "application/json" };
      const outgoing = httpRequest({ port: server.value.port, path, method: "POST", headers }, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body, retryAfter: response.headers["retry-after"] ?? "" }),
        );
      });
      outgoing.on("error", reject).end("{}");
    });
  const isReady = (key: string) =>
    eventually(`${key} takes events`, async () => {
      const [ns = "", name = ""] = key.split("/");
      const found = await admin.get(triggers("eventlisteners"), { namespace: ns, name });
      const status = found.ok ? (found.value["status"] as JsonValue | undefined) : undefined;
      return JSON.stringify(member(status, "conditions") ?? "").includes('"Ready","status":"True"')
        ? status
        : undefined;
    });
  const configMaps = async (ns: string) => {
    const listed = await admin.list(core("configmaps"), { namespace: ns });
    ok(listed.ok);
    return listed.value.items.map(({ metadata }) => metadata.name ?? "");
  };
  return { admin, post, port: server.value.port, isReady, configMaps, log, listenerLog };
}

test("a shared listener has Tekton's address, and is found at it, at its hosts and at its path", async (t) => {
  const { admin, post, port, isReady, configMaps, log } = await startShared(t);
  await create(
    admin,
    ...listenerIn("a", "push", { annotations: { "tektite.dev/hosts": "Hooks.example.com, el-pull.b.svc" } }),
    ...listenerIn("b", "pull", { annotations: { "tektite.dev/hosts": "hooks.example.com,b.example.com" } }),
  );
  const status = await isReady("a/push");
  await isReady("b/pull");
  equal(member(member(status, "address"), "url"), "http://el-push.a.svc.cluster.local:8080");
  const service = await admin.get(core("services"), { namespace: "a", name: "el-push" });
  ok(service.ok);
  const { type, externalName } = service.value["spec"] as JsonObject;
  deepEqual([type, externalName], ["ExternalName", "shared.system.svc.cluster.local"]);
  deepEqual(
    service.value.metadata.ownerReferences?.map(({ kind, name }) => [kind, name]),
    [["EventListener", "push"]],
  );

  const vectors: readonly (readonly [path: string, host: string, listener: string])[] = [
    ["/a/push", "gateway", "push"],
    ["/b/pull/more?x=1", "gateway", "pull"],
    ["/", "el-push.a.svc.cluster.local:8080", "push"],
    ["/b/pull", "el-push.a", "push"],
    ["/", "el-pull.b.svc", "pull"],
    ["/any/path", "b.example.com", "pull"],
    // Both claim it: the older listener has it.
    ["/", "hooks.example.com", "push"],
  ];
  for (const [path, host, listener] of vectors) {
    const { status: code, body } = await post(path, host);
    deepEqual(
      [code, (JSON.parse(body) as { eventListener?: string }).eventListener],
      [202, listener],
      `${host}${path}`,
    );
  }
  // kubectl without a kubeconfig.
  const asked = await fetch(`http://127.0.0.1:${port}/api?timeout=32s`);
  equal(asked.status, 403);
  match(await asked.text(), /is not the API: set KUBECONFIG/);
  equal((await post("/", "gateway")).status, 404);
  equal((await post("/a/none", "gateway")).status, 404);
  equal((await post("/a/none?again", "gateway")).status, 404);
  deepEqual(
    log.filter((line) => line.startsWith("a webhook for ")),
    ["/", "/a/none"].map(
      (path) =>
        `a webhook for "${path}" was answered 404: there is no EventListener; EventListeners are at /a/push, /b/pull`,
    ),
  );
  ok(log.some((line) => line.includes("may not name el-pull.b.svc")));
  await eventually("objects in both namespaces", async () => {
    const counts = [(await configMaps("a")).length, (await configMaps("b")).length];
    return counts[0] === 4 && counts[1] === 3 ? true : undefined;
  });

  // Once the older one is gone, the host is the other's.
  await admin.delete(triggers("eventlisteners"), { namespace: "a", name: "push" });
  await eventually("the host changes hands", async () => {
    const answer = await post("/", "hooks.example.com");
    return answer.status === 202 && answer.body.includes('"pull"') ? true : undefined;
  });
});

test("each listener creates as its own account, whatever the others may", async (t) => {
  const { admin, post, isReady, configMaps, listenerLog } = await startShared(t);
  await create(admin, ...listenerIn("a", "may"), ...listenerIn("a", "maynot", { allowed: ["get"] }));
  await isReady("a/may");
  await isReady("a/maynot");
  equal((await post("/a/maynot")).status, 202);
  const refusal = await eventually("a refusal", () => listenerLog.find((line) => line.includes("forbidden")));
  match(refusal, /system:serviceaccount:a:maynot-account/);
  equal((await post("/a/may")).status, 202);
  const names = await eventually("an object", async () => {
    const found = await configMaps("a");
    return found.length > 0 ? found : undefined;
  });
  deepEqual(
    names.map((name) => name.split("-")[0]),
    ["may"],
  );
});

test("namespaces that have the labels are served once they let the sink in", async (t) => {
  const served = { kind: "labelled", selector: "tektite=shared" } as const;
  const { admin, post, isReady, log } = await startShared(t, { served });
  const letIn = (namespace: string): K8sObject => ({
    apiVersion: `${rbac}/v1`,
    kind: "RoleBinding",
    metadata: { name: "tektite-shared-sink", namespace },
    subjects: [{ kind: "ServiceAccount", name: "tektite-shared-sink", namespace: "system" }],
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: servedRole },
  });
  const label = (name: string, value: string | null) =>
    admin.patch(core("namespaces"), { name }, { type: "merge", body: { metadata: { labels: { tektite: value } } } });
  await create(admin, ...listenerIn("a", "push"), ...listenerIn("b", "pull"), letIn("a"));
  equal((await post("/a/push")).status, 404);
  for (const name of ["a", "b"]) ok((await label(name, "shared")).ok);
  await isReady("a/push");
  equal((await post("/a/push")).status, 202);
  const refusals = () => log.filter((line) => line.startsWith("cannot watch eventlisteners of b"));
  await eventually("b is closed", () => refusals()[0]);
  equal((await post("/b/pull")).status, 404);
  await create(admin, letIn("b"));
  await isReady("b/pull");
  equal((await post("/b/pull")).status, 202);
  equal(refusals().length, 1);
  ok((await label("a", null)).ok);
  await eventually("a is left", async () => ((await post("/a/push")).status === 404 ? true : undefined));
});

test("a namespace that is flooded neither stops nor fills up the others", async (t) => {
  const holding = await startHolding(t);
  const { admin, post, isReady, configMaps } = await startShared(t, { maxConcurrent: 4, maxWaiting: 20 });
  const clientConfig = { url: holding.url };
  await create(
    admin,
    {
      apiVersion: "triggers.tekton.dev/v1alpha1",
      kind: "ClusterInterceptor",
      metadata: { name: "hold" },
      spec: { clientConfig },
    },
    ...listenerIn("a", "flooded", { interceptors: [held] }),
    ...listenerIn("a", "neighbour"),
    ...listenerIn("b", "calm"),
  );
  for (const key of ["a/flooded", "a/neighbour", "b/calm"]) await isReady(key);
  const answers = await Promise.all(Array.from({ length: 60 }, () => post("/a/flooded")));
  const accepted = answers.filter(({ status }) => status === 202);
  const refused = answers.filter(({ status }) => status === 503);
  deepEqual([accepted.length, refused.length], [20, 40]);
  ok(refused.every(({ retryAfter }) => retryAfter === "1"));
  await eventually("as many at once as one namespace may have", () => holding.asked === 4 || undefined);
  equal((await post("/a/neighbour")).status, 503, "the limit is the namespace's");

  equal((await post("/b/calm")).status, 202);
  await eventually("an object of the other namespace", async () => (await configMaps("b")).length === 1 || undefined);
  deepEqual([holding.asked, (await configMaps("a")).length], [4, 0]);

  holding.open();
  await eventually("all that was accepted", async () => (await configMaps("a")).length === 20 || undefined);
  equal((await post("/a/neighbour")).status, 202);
});

test("a listener that cannot work says why in its status", async (t) => {
  const { admin } = await startShared(t);
  const objects = listenerIn("a", "blind").filter(({ kind }) => kind !== "ClusterRoleBinding");
  await create(admin, ...objects);
  const conditions = await eventually("a status", async () => {
    const found = await admin.get(triggers("eventlisteners"), { namespace: "a", name: "blind" });
    return found.ok ? member(found.value["status"] as JsonValue | undefined, "conditions") : undefined;
  });
  const told = JSON.stringify(conditions);
  match(told, /"type":"Ready","status":"False","message":"Condition Available has status: False with message: /);
});

test("a status that a controller writes, too, is left to it", async (t) => {
  const { admin, isReady, log } = await startShared(t);
  await create(admin, ...listenerIn("a", "push"));
  await isReady("a/push");
  const key = { namespace: "a", name: "push" };
  const theirs = [{ type: "Ready", status: "False", message: "theirs" }];
  let rounds = 0;
  await eventually("the sink gives in", async () => {
    const found = await admin.get(triggers("eventlisteners"), key);
    const isTheirs = JSON.stringify(found).includes("theirs");
    if (!isTheirs) {
      rounds++;
      const body = { status: { conditions: theirs } };
      ok((await admin.patch(triggers("eventlisteners"), key, { type: "merge", subresource: "status", body })).ok);
    }
    return log.some((line) => line.includes("somebody else writes the status of EventListener a/push")) || undefined;
  });
  ok(rounds >= 3 && rounds <= 5, `${rounds} rounds`);
});

test("a Service that is not the listener's stays as it is", async (t) => {
  const { admin, isReady, log } = await startShared(t);
  await create(
    admin,
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "el-push", namespace: "a" },
      spec: { ports: [{ port: 1 }] },
    },
    ...listenerIn("a", "push"),
  );
  const status = await isReady("a/push");
  equal(member(member(status, "address"), "url"), "http://shared.system.svc.cluster.local:8080/a/push");
  const service = await admin.get(core("services"), { namespace: "a", name: "el-push" });
  ok(service.ok && member(service.value["spec"] as JsonValue | undefined, "type") === "ClusterIP");
  ok(log.some((line) => line.includes("is not the EventListener's")));
});

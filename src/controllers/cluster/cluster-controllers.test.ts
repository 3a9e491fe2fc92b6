import { deepEqual, equal, match } from "node:assert/strict";
import { after, before, test } from "node:test";
import type { K8sObject, Resource } from "../../api/object.ts";
import { ApiServer } from "../../apiserver/api-server.ts";
import { bootstrapObjects } from "../../apiserver/bootstrap.ts";
import { CrdController } from "../../apiserver/crd/crd-controller.ts";
import { createInProcessTransport } from "../../apiserver/in-process-transport.ts";
import { bootstrapPolicy } from "../../apiserver/rbac/bootstrap-policy.ts";
import { tektonDefinitions } from "../../apiserver/tekton-definitions.ts";
import { WebhookClient } from "../../apiserver/webhooks/webhook-client.ts";
import { sleep } from "../../kube/backoff.ts";
import { KubeClient } from "../../kube/client.ts";
import { err } from "../../result.ts";
import { MemoryLog } from "../../store/memory-log.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { startClusterControllers } from "./cluster-controllers.ts";

const core = (resource: string): Resource => ({ group: "", version: "v1", resource });
const configMaps = core("configmaps");
const namespaces = core("namespaces");
const clusterRoles = { group: "rbac.authorization.k8s.io", version: "v1", resource: "clusterroles" };

const stop = new AbortController();
const warnings: string[] = [];
let client: KubeClient;
let nowMs = Date.now();

before(async () => {
  const server = new ApiServer({
    store: new ObjectStore(new MemoryLog()),
    builtinCustom: tektonDefinitions(undefined),
  });
  const webhooks = new WebhookClient(() => Promise.resolve(err("there are no services")));
  const definitions = new CrdController(server, webhooks, () => nowMs);
  server.onWritten(definitions.collection, (name) => definitions.reconcile(name));
  await bootstrapObjects(server, bootstrapPolicy());
  client = new KubeClient(createInProcessTransport(server, { username: "admin", groups: ["system:masters"] }));
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "ns" } });
  await startClusterControllers({
    client,
    authorityPem: "PEM",
    signToken: async ({ namespace, serviceAccount, secretName }) =>
      `token of ${namespace}/${serviceAccount.name} in ${secretName}`,
    log: { warn: (message) => warnings.push(message) },
    signal: stop.signal,
    nowMs: () => nowMs,
    namespaceDeletionDelayMs: 20,
  });
});
after(() => stop.abort());

/** The object's state once it is as wanted; fails with the last state after ten seconds. */
async function until<T>(look: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  for (let i = 0; ; i++) {
    const value = await look();
    if (wanted(value)) return value;
    if (i > 500) throw new Error(`still ${JSON.stringify(value)}; warnings: ${warnings.join("; ")}`);
    await sleep(20);
  }
}

const clusterWide = "";
const find =
  (resource: Resource, name: string, namespace = "ns") =>
  async (): Promise<K8sObject | undefined> => {
    const found = await client.get(resource, namespace === clusterWide ? { name } : { namespace, name });
    return found.ok ? found.value : undefined;
  };
const absent = (object: K8sObject | undefined): boolean => object === undefined;

async function configMap(name: string, metadata: object = {}): Promise<K8sObject> {
  const made = await client.create(configMaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "ns", ...metadata },
  });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

function ownedBy(owner: K8sObject, more: object = {}): object {
  const { name = "", uid = "" } = owner.metadata;
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, ...more };
}

test("dependents follow their owner in the background, those with another owner lose the reference", async () => {
  const owner = await configMap("bg-owner");
  const other = await configMap("bg-other");
  await configMap("bg-dep", { ownerReferences: [ownedBy(owner)] });
  await configMap("bg-both", { ownerReferences: [ownedBy(owner), ownedBy(other)] });
  await client.delete(configMaps, { namespace: "ns", name: "bg-owner" });
  await until(find(configMaps, "bg-dep"), absent);
  const left = await until(find(configMaps, "bg-both"), (object) => object?.metadata.ownerReferences?.length === 1);
  equal(left?.metadata.ownerReferences?.[0]?.name, "bg-other");
});

test("in the foreground the owner waits for those that block it", async () => {
  const owner = await configMap("fg-owner");
  const blocking = { ownerReferences: [ownedBy(owner, { blockOwnerDeletion: true })], finalizers: ["x.io/slow"] };
  await configMap("fg-dep", blocking);
  await configMap("fg-free", { ownerReferences: [ownedBy(owner)] });
  await client.delete(configMaps, { namespace: "ns", name: "fg-owner" }, { propagationPolicy: "Foreground" });
  await until(find(configMaps, "fg-free"), absent);
  await until(find(configMaps, "fg-dep"), (object) => object?.metadata.deletionTimestamp !== undefined);
  deepEqual((await find(configMaps, "fg-owner")())?.metadata.finalizers, ["foregroundDeletion"]);
  await client.patch(
    configMaps,
    { namespace: "ns", name: "fg-dep" },
    { type: "merge", body: { metadata: { finalizers: null } } },
  );
  await until(find(configMaps, "fg-owner"), absent);
});

test("orphans are let go, and an owner that never was is no owner", async () => {
  const owner = await configMap("or-owner");
  await configMap("or-dep", { ownerReferences: [ownedBy(owner)] });
  await client.delete(configMaps, { namespace: "ns", name: "or-owner" }, { propagationPolicy: "Orphan" });
  await until(find(configMaps, "or-owner"), absent);
  equal((await find(configMaps, "or-dep")())?.metadata.ownerReferences, undefined);
  const ghost = { apiVersion: "v1", kind: "ConfigMap", name: "ghost", uid: "00000000-0000-4000-8000-000000000000" };
  await configMap("ghostly", { ownerReferences: [ghost] });
  await until(find(configMaps, "ghostly"), absent);
});

test("an owner of a kind that nobody serves keeps its dependents", async () => {
  const owner = { apiVersion: "example.com/v1", kind: "Nope", name: "n", uid: "00000000-0000-4000-8000-000000000001" };
  await configMap("kept", { ownerReferences: [owner] });
  const marker = await configMap("marker");
  await configMap("marked", { ownerReferences: [ownedBy(marker)] });
  await client.delete(configMaps, { namespace: "ns", name: "marker" });
  await until(find(configMaps, "marked"), absent);
  equal((await find(configMaps, "kept")())?.metadata.name, "kept");
});

test("an owner of a custom kind counts like another", async () => {
  const listeners = { group: "triggers.tekton.dev", version: "v1beta1", resource: "eventlisteners" };
  const listener = await client.create(listeners, {
    apiVersion: "triggers.tekton.dev/v1beta1",
    kind: "EventListener",
    metadata: { name: "e", namespace: "ns" },
    spec: { serviceAccountName: "sa", triggers: [] },
  });
  if (!listener.ok) throw new Error(listener.error.message);
  await configMap("of-listener", { ownerReferences: [ownedBy(listener.value, { controller: true })] });
  await client.delete(listeners, { namespace: "ns", name: "e" });
  await until(find(configMaps, "of-listener"), absent);
});

test("objects of a kind are followed in its new version when the old one is served no longer", async () => {
  const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };
  const name = "gears.example.com";
  const versions = (...names: readonly string[]) =>
    names.map((version, index) => ({
      name: version,
      served: true,
      storage: index === names.length - 1,
      schema: { openAPIV3Schema: { type: "object" } },
    }));
  const names = { plural: "gears", singular: "gear", kind: "Gear" };
  await client.create(definitions, {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name },
    spec: { group: "example.com", scope: "Namespaced", names, versions: versions("v1") },
  });
  const gears = (version: string): Resource => ({ group: "example.com", version, resource: "gears" });
  const make = (version: string, gear: string) =>
    client.create(gears(version), {
      apiVersion: `example.com/${version}`,
      kind: "Gear",
      metadata: { name: gear, namespace: "ns" },
    });
  await until(
    () => make("v1", "old"),
    ({ ok }) => ok,
  );
  const bodies = [
    { spec: { versions: versions("v1", "v2") } },
    { status: { storedVersions: ["v2"] } },
    { spec: { versions: versions("v2") } },
  ];
  for (const body of bodies) {
    const patch = { type: "merge", body, ...("status" in body && { subresource: "status" }) } as const;
    const patched = await client.patch(definitions, { name }, patch);
    if (!patched.ok) throw new Error(patched.error.message);
  }
  await until(
    () => make("v2", "new"),
    ({ ok }) => ok,
  );
  equal((await find(gears("v2"), "old")())?.apiVersion, "example.com/v2");
  for (const gear of ["old", "new"]) {
    await client.delete(gears("v2"), { namespace: "ns", name: gear }, { propagationPolicy: "Foreground" });
    await until(find(gears("v2"), gear), absent);
  }
});

test("a namespace gets its account and authority, and again when they are deleted", async () => {
  const authority = await until(find(configMaps, "kube-root-ca.crt"), (object) => object !== undefined);
  deepEqual(authority?.["data"], { "ca.crt": "PEM" });
  equal(authority?.metadata.managedFields?.[0]?.["manager"], "kube-controller-manager");
  const account = await until(find(core("serviceaccounts"), "default"), (object) => object !== undefined);
  await client.delete(core("serviceaccounts"), { namespace: "ns", name: "default" });
  await until(
    find(core("serviceaccounts"), "default"),
    (object) => object !== undefined && object.metadata.uid !== account?.metadata.uid,
  );
});

test("a namespace tells what is in the way of its end, then goes", async () => {
  const gone = { namespace: "going", name: "stuck" };
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "going" } });
  await until(find(core("serviceaccounts"), "default", "going"), (object) => object !== undefined);
  await client.create(configMaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { ...gone, finalizers: ["x.io/f"] },
  });
  await client.delete(namespaces, { name: "going" });
  interface Condition {
    readonly type: string;
    readonly status: string;
    readonly message: string;
  }
  const conditions = (object: K8sObject | undefined): readonly Condition[] =>
    (object?.["status"] as { conditions?: readonly Condition[] } | undefined)?.conditions ?? [];
  const told = await until(find(namespaces, "going", clusterWide), (object) => conditions(object).length > 0);
  deepEqual(
    conditions(told)
      .filter((condition) => condition.status === "True")
      .map((condition) => condition.message),
    [
      "Some resources are remaining: configmaps. has 1 resource instances",
      "Some content in the namespace has finalizers remaining: x.io/f in 1 resource instances",
    ],
  );
  await client.patch(configMaps, gone, { type: "merge", body: { metadata: { finalizers: null } } });
  await until(find(namespaces, "going", clusterWide), absent);
});

test("an aggregated role holds the rules of those it selects", async () => {
  const rules = [{ apiGroups: ["x"], resources: ["y"], verbs: ["get"] }];
  const role = (name: string, more: object): K8sObject => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name },
    ...more,
  });
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { "agg.io/x": "true" } }] };
  await client.create(clusterRoles, role("agg", { aggregationRule, rules: [] }));
  await client.create(
    clusterRoles,
    role("part", { metadata: { name: "part", labels: { "agg.io/x": "true" } }, rules }),
  );
  const full = await until(
    find(clusterRoles, "agg", clusterWide),
    (object) => Array.isArray(object?.["rules"]) && object["rules"].length > 0,
  );
  deepEqual(JSON.parse(JSON.stringify(full?.["rules"])), rules);
  // `admin` holds what `edit` holds, which holds what `view` holds.
  const admin = await until(find(clusterRoles, "admin", clusterWide), (object) =>
    JSON.stringify(object?.["rules"] ?? "").includes("pods/log"),
  );
  match(JSON.stringify(admin?.["rules"]), /pods\/eviction/);
});

test("events of more than an hour ago are deleted", async () => {
  const events = core("events");
  const event = (name: string): K8sObject => ({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace: "ns" },
    involvedObject: { kind: "Pod", namespace: "ns", name: "p" },
    reason: "R",
    type: "Normal",
  });
  const made = await client.create(events, event("old"));
  equal(made.ok, true);
  const { expireEvents } = await import("./event-expiry.ts");
  const once = new AbortController();
  const sweep = expireEvents(client, () => nowMs + 2 * 60 * 60 * 1000, once.signal);
  await until(find(events, "old"), absent);
  once.abort();
  await sweep;
  nowMs = Date.now();
  deepEqual(warnings, []);
});

test("a quota's usage is counted, and again when an object that it counts goes", async () => {
  const quotas = core("resourcequotas");
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "counted" } });
  const make = (name: string) =>
    client.create(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "counted" } });
  await make("a");
  await make("b");
  await client.create(quotas, {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "q", namespace: "counted" },
    spec: { hard: { "count/configmaps": "9", pods: "4", "count/eventlisteners.triggers.tekton.dev": "1" } },
  });
  const used = (object: K8sObject | undefined) =>
    (object?.["status"] as { readonly used?: Readonly<Record<string, string>> } | undefined)?.used;
  const quota = find(quotas, "q", "counted");
  // With kube-root-ca.crt, which every namespace has.
  const counted = await until(quota, (object) => used(object)?.["count/configmaps"] === "3");
  deepEqual(counted?.["status"], {
    hard: { "count/configmaps": "9", pods: "4", "count/eventlisteners.triggers.tekton.dev": "1" },
    used: { "count/configmaps": "3", pods: "0", "count/eventlisteners.triggers.tekton.dev": "0" },
  });
  await client.delete(configMaps, { namespace: "counted", name: "a" });
  await until(quota, (object) => used(object)?.["count/configmaps"] === "2");
});

test("a claim that is deleted stays while a Pod uses it, a volume while it is bound", async () => {
  const claims = core("persistentvolumeclaims");
  const volumes = core("persistentvolumes");
  const pods = core("pods");
  const finalizers = ["kubernetes.io/pvc-protection"];
  await client.create(claims, {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "used", namespace: "ns", finalizers },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
  });
  const pod = await client.create(pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "user", namespace: "ns" },
    spec: {
      nodeName: "n",
      containers: [{ name: "c", image: "i" }],
      volumes: [{ name: "v", persistentVolumeClaim: { claimName: "used" } }],
    },
  });
  if (!pod.ok) throw new Error(pod.error.message);
  await client.create(volumes, {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "pv", finalizers: ["kubernetes.io/pv-protection"] },
    spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Mi" }, hostPath: { path: "/x" } },
  });
  await client.delete(volumes, { name: "pv" });
  await until(find(volumes, "pv", clusterWide), absent);
  await client.delete(claims, { namespace: "ns", name: "used" });
  // The volume went meanwhile, so the claim has been looked at too.
  equal((await find(claims, "used")())?.metadata.finalizers?.[0], finalizers[0]);
  const ended = { ...pod.value, status: { phase: "Succeeded" } };
  await client.update(pods, ended, { subresource: "status" });
  await until(find(claims, "used"), absent);
});

test("a Secret for an account's token is filled, restored, and goes with the account", async () => {
  const accounts = core("serviceaccounts");
  const secrets = core("secrets");
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "bot", namespace: "ns" } };
  const made = await client.create(accounts, { ...account, secrets: [{ name: "bot-token" }, { name: "other" }] });
  if (!made.ok) throw new Error(made.error.message);
  const type = "kubernetes.io/service-account-token";
  const make = (name: string, annotations: Readonly<Record<string, string>>) =>
    client.create(secrets, {
      apiVersion: "v1",
      kind: "Secret",
      type,
      metadata: { name, namespace: "ns", annotations },
    });
  const valuesOf = (object: K8sObject | undefined): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries((object?.["data"] ?? {}) as Readonly<Record<string, string>>).map(([key, value]) => [
        key,
        Buffer.from(value, "base64").toString(),
      ]),
    );
  const whole = { "ca.crt": "PEM", namespace: "ns", token: "token of ns/bot in bot-token" };

  await make("bot-token", { "kubernetes.io/service-account.name": "bot" });
  const filled = await until(find(secrets, "bot-token"), (object) => valuesOf(object)["token"] !== undefined);
  deepEqual(valuesOf(filled), whole);
  deepEqual(filled?.metadata.annotations, {
    "kubernetes.io/service-account.name": "bot",
    "kubernetes.io/service-account.uid": made.value.metadata.uid,
  });

  await client.patch(
    secrets,
    { namespace: "ns", name: "bot-token" },
    { type: "merge", body: { data: { "ca.crt": null, token: null } } },
  );
  await until(find(secrets, "bot-token"), (object) => Object.keys(valuesOf(object)).length === 3);

  await make("nobodys", { "kubernetes.io/service-account.name": "nobody" });
  await until(find(secrets, "nobodys"), absent);
  await make("formers", {
    "kubernetes.io/service-account.name": "bot",
    "kubernetes.io/service-account.uid": "00000000-0000-4000-8000-000000000009",
  });
  await until(find(secrets, "formers"), absent);

  await client.delete(secrets, { namespace: "ns", name: "bot-token" });
  await until(find(accounts, "bot"), (object) => (object?.["secrets"] as unknown[] | undefined)?.length === 1);

  await make("again", { "kubernetes.io/service-account.name": "bot" });
  await until(find(secrets, "again"), (object) => valuesOf(object)["token"] !== undefined);
  await client.delete(accounts, { namespace: "ns", name: "bot" });
  await until(find(secrets, "again"), absent);
});

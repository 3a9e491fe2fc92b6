import { deepEqual, equal, ok } from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { K8sObject, Resource } from "../../api/object.ts";
import { startMemoryApiServer } from "../../apiserver/testdata/memory-api-server.ts";
import { KubeClient } from "../../kube/client.ts";
import { defaultControllerFlags } from "./controller-flags.ts";
import { startElectedControllers } from "./elected-controllers.ts";

const leases: Resource = { group: "coordination.k8s.io", version: "v1", resource: "leases" };
const listeners: Resource = { group: "triggers.tekton.dev", version: "v1beta1", resource: "eventlisteners" };
const deployments: Resource = { group: "apps", version: "v1", resource: "deployments" };
const system = "tekton-pipelines";
const buckets = 3;

async function newApi(): Promise<KubeClient> {
  return (await startApi()).admin;
}

async function startApi() {
  const api = await startMemoryApiServer();
  const { admin: client } = api;
  for (const name of [system, "ci"]) {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
    ok((await client.create({ group: "", version: "v1", resource: "namespaces" }, namespace)).ok);
  }
  return api;
}

async function startReplica(t: TestContext, client: KubeClient, identity: string, { waits = true } = {}) {
  const stopping = new AbortController();
  t.after(() => stopping.abort());
  const running = startElectedControllers({
    client,
    flags: defaultControllerFlags,
    env: { SYSTEM_NAMESPACE: system, METRICS_PROMETHEUS_PORT: "9000" },
    clusterDomain: "cluster.local",
    clock: { nowMs: Date.now },
    identity,
    times: { leaseDurationMs: 5_000, renewDeadlineMs: 4_000, retryPeriodMs: 50 },
    buckets,
    signal: stopping.signal,
    log: () => {},
  });
  if (waits) await running.synced;
  return {
    async stop() {
      stopping.abort();
      await running.done;
    },
  };
}

async function eventually(what: string, ask: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + 15_000;
  while (!(await ask())) {
    ok(Date.now() < endMs, `waited in vain: ${what}`);
    await sleep(20);
  }
}

async function holders(client: KubeClient): Promise<ReadonlyMap<string, string>> {
  const listed = await client.list(leases, { namespace: system });
  ok(listed.ok);
  const entries = listed.value.items.map((lease): readonly [string, string] => [
    lease.metadata.name ?? "",
    String((lease["spec"] as { readonly holderIdentity?: string }).holderIdentity ?? ""),
  ]);
  return new Map(entries);
}

async function addListeners(client: KubeClient, prefix: string): Promise<void> {
  for (let n = 0; n < 12; n++) {
    const listener = {
      apiVersion: "triggers.tekton.dev/v1beta1",
      kind: "EventListener",
      metadata: { name: `${prefix}${n}`, namespace: "ci" },
      spec: { triggers: [{ triggerRef: "t" }] },
    };
    ok((await client.create(listeners, listener as K8sObject)).ok);
  }
}

async function countDeployments(client: KubeClient): Promise<number> {
  const listed = await client.list(deployments, { namespace: "ci" });
  return listed.ok ? listed.value.items.length : 0;
}

test("each bucket of a queue has a Lease; what a lost replica had is taken over", async (t) => {
  const client = await newApi();
  const first = await startReplica(t, client, "first");
  await eventually(
    "every bucket has a leader",
    async () => [...(await holders(client)).values()].length === 3 * buckets,
  );
  deepEqual(
    [...(await holders(client)).keys()].filter((name) => name.includes(".eventlistener.")).sort(),
    [0, 1, 2].map((n) => `controller.github.com.tektoncd.triggers.pkg.reconciler.eventlistener.reconciler.0${n}-of-03`),
  );
  await startReplica(t, client, "second");
  await addListeners(client, "a");
  await eventually(
    "a Deployment for each listener, whichever bucket",
    async () => (await countDeployments(client)) === 12,
  );
  await first.stop();
  await addListeners(client, "b");
  await eventually("the other replica has every bucket", async () =>
    [...(await holders(client)).values()].every((holder) => holder === "second"),
  );
  await eventually("and does the work", async () => (await countDeployments(client)) === 24);
  equal(await countDeployments(client), 24);
});

test("a replica that may not read every kind leads and does what it can", async (t) => {
  const { admin, as } = await startApi();
  const rules = [
    { apiGroups: ["triggers.tekton.dev"], resources: ["eventlisteners", "eventlisteners/status"], verbs: ["*"] },
    { apiGroups: ["apps", "", "coordination.k8s.io"], resources: ["*"], verbs: ["*"] },
  ];
  const rbac = "rbac.authorization.k8s.io";
  const roleRef = { apiGroup: rbac, kind: "ClusterRole", name: "old" };
  for (const object of [
    { kind: "ClusterRole", rules },
    { kind: "ClusterRoleBinding", roleRef, subjects: [{ apiGroup: rbac, kind: "User", name: "old" }] },
  ]) {
    const resource = { group: rbac, version: "v1", resource: `${object.kind.toLowerCase()}s` };
    const made = await admin.create(resource, { apiVersion: `${rbac}/v1`, metadata: { name: "old" }, ...object });
    ok(made.ok, JSON.stringify(made));
  }
  const client = new KubeClient(as({ username: "old", groups: ["system:authenticated"] }));
  await startReplica(t, client, "old", { waits: false });
  await addListeners(admin, "a");
  await eventually("a Deployment for each listener", async () => (await countDeployments(admin)) === 12);
});

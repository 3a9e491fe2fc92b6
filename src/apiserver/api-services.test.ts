import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject, Resource } from "../api/object.ts";
import type { JsonObject } from "../json/value.ts";
import { sleep } from "../kube/backoff.ts";
import { startMemoryApiServer } from "./testdata/memory-api-server.ts";

const apiServices: Resource = { group: "apiregistration.k8s.io", version: "v1", resource: "apiservices" };
const definitions: Resource = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };

const { admin, as } = await startMemoryApiServer();

async function find(name: string): Promise<K8sObject | undefined> {
  const found = await admin.get(apiServices, { name });
  return found.ok ? found.value : undefined;
}

function available(object: K8sObject | undefined): string {
  const { conditions = [] } = (object?.["status"] ?? {}) as { readonly conditions?: readonly JsonObject[] };
  return conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`).join();
}

function widgets(versions: readonly string[]): K8sObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "widgets", singular: "widget", kind: "Widget" },
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        schema: { openAPIV3Schema: { type: "object" } },
      })),
    },
  };
}

const local = [
  { name: "v1.", spec: { version: "v1", groupPriorityMinimum: 18_000, versionPriority: 1 }, managed: "onstart" },
  {
    name: "v2.autoscaling",
    spec: { group: "autoscaling", version: "v2", groupPriorityMinimum: 17_500, versionPriority: 30 },
    managed: "onstart",
  },
  {
    name: "v1beta1.triggers.tekton.dev",
    spec: { group: "triggers.tekton.dev", version: "v1beta1", groupPriorityMinimum: 1_000, versionPriority: 100 },
    managed: "true",
  },
];
for (const { name, spec, managed } of local)
  test(`${JSON.stringify(name)} is served here`, async () => {
    const object = await find(name);
    deepEqual(object?.["spec"], spec);
    deepEqual(object?.metadata.labels, { "kube-aggregator.kubernetes.io/automanaged": managed });
    equal(available(object), "Available True Local");
  });

test("they follow the CustomResourceDefinitions", async () => {
  const made = await admin.create(definitions, widgets(["v1", "v1alpha1"]));
  if (!made.ok) throw new Error(made.error.message);
  equal(available(await find("v1.example.com")), "Available True Local");
  equal(available(await find("v1alpha1.example.com")), "Available True Local");
  const body = { spec: (widgets(["v1"])["spec"] ?? {}) as JsonObject };
  await admin.patch(definitions, { name: "widgets.example.com" }, { type: "merge", body });
  equal(await find("v1alpha1.example.com"), undefined);
  await admin.delete(definitions, { name: "widgets.example.com" });
  equal(await find("v1.example.com"), undefined);
});

test("one that is served comes back, and as it was", async () => {
  await admin.delete(apiServices, { name: "v1.apps" });
  equal(available(await find("v1.apps")), "Available True Local");
  const body = { spec: { versionPriority: 3, service: { name: "s", namespace: "ns" } } };
  const patched = await admin.patch(apiServices, { name: "v1.apps" }, { type: "merge", body });
  equal(patched.ok, true);
  const spec = { group: "apps", version: "v1", groupPriorityMinimum: 17_800, versionPriority: 15 };
  deepEqual((await find("v1.apps"))?.["spec"], spec);
});

test("all that are served come back when all are deleted", async () => {
  const count = async (): Promise<number> => {
    const listed = await admin.list(apiServices);
    return listed.ok ? listed.value.items.length : 0;
  };
  const before = await count();
  const path = "/apis/apiregistration.k8s.io/v1/apiservices";
  await as({ username: "admin", groups: ["system:masters"] }).send({ method: "DELETE", path });
  for (let i = 0; i < 500 && (await count()) < before; i++) await sleep(10);
  equal(await count(), before);
});

const metrics = {
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  metadata: { name: "v1beta1.metrics.k8s.io" },
};
const metricsSpec = {
  group: "metrics.k8s.io",
  version: "v1beta1",
  groupPriorityMinimum: 100,
  versionPriority: 100,
  service: { name: "metrics-server", namespace: "kube-system" },
};

test("one of another server is kept and never available", async () => {
  const made = await admin.create(apiServices, { ...metrics, spec: metricsSpec });
  equal(made.ok, true);
  const object = await find("v1beta1.metrics.k8s.io");
  equal(available(object), "Available False FailedDiscoveryCheck");
  deepEqual(object?.["spec"], { ...metricsSpec, service: { ...metricsSpec.service, port: 443 } });
});

const refused: readonly { readonly name: string; readonly spec: JsonObject; readonly message: string }[] = [
  {
    name: "another name",
    spec: { ...metricsSpec, version: "v2" },
    message:
      'metadata.name: Invalid value: "v1beta1.metrics.k8s.io": must be `spec.version+"."+spec.group`: "v2.metrics.k8s.io"',
  },
  {
    name: "a priority that is too high",
    spec: { ...metricsSpec, versionPriority: 1_001 },
    message: "spec.versionPriority: Invalid value: 1001: must be positive and less than 1000",
  },
  {
    name: "a local one with a bundle",
    spec: {
      group: "metrics.k8s.io",
      version: "v1beta1",
      groupPriorityMinimum: 1,
      versionPriority: 1,
      caBundle: "YQ==",
    },
    message: 'spec.caBundle: Invalid value: "1 bytes": local APIServices may not have a caBundle',
  },
  {
    name: "a service without a name",
    spec: { ...metricsSpec, service: { namespace: "ns" } },
    message: "spec.service.name: Required value",
  },
];
for (const { name, spec, message } of refused)
  test(`refused: ${name}`, async () => {
    const made = await admin.create(apiServices, { ...metrics, spec });
    equal(
      made.ok ? "" : made.error.message,
      `APIService.apiregistration.k8s.io "v1beta1.metrics.k8s.io" is invalid: ${message}`,
    );
  });

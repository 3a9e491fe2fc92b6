import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject, Resource, Status } from "../../api/object.ts";
import { type JsonValue, member } from "../../json/value.ts";
import { err, type Result, ok as success } from "../../result.ts";
import { ConfigSource } from "./config-source.ts";
import { defaultControllerFlags } from "./controller-flags.ts";
import type { ListenerTools } from "./listener-tools.ts";
import { reconcileListener } from "./reconcile-listener.ts";
import type { ReconcilerClient } from "./reconciler-client.ts";

const config = new ConfigSource(defaultControllerFlags, { METRICS_PROMETHEUS_PORT: "9000" }, "cluster.local").current;

function failure(reason: string, message = reason): Status {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason, message };
}

/** A client whose calls are noted and answered as told; what nobody tells about succeeds. */
function world(options: {
  readonly answers?: Readonly<Record<string, (K8sObject | Status)[]>>;
  readonly deployment?: K8sObject;
  readonly service?: K8sObject;
}) {
  const calls: string[] = [];
  const sent = new Map<string, K8sObject>();
  const events: string[] = [];
  const act = async (verb: string, resource: Resource, object?: K8sObject, subresource = "") => {
    const call = `${verb} ${resource.resource}${subresource}`;
    calls.push(call);
    if (object !== undefined) sent.set(call, object);
    const told = options.answers?.[call]?.shift() ?? object ?? failure("NotFound");
    return (told.kind === "Status" ? err(told) : success(told)) as Result<K8sObject, Status>;
  };
  const client: ReconcilerClient = {
    get: (resource) => act("get", resource),
    create: (resource, object) => act("create", resource, object),
    update: (resource, object, more) => act("update", resource, object, more?.subresource && `/${more.subresource}`),
    delete: (resource) => act("delete", resource),
  };
  const tools: ListenerTools = {
    client,
    cache: { deployment: () => options.deployment, service: () => options.service },
    config,
    now: () => "2026-01-02T03:04:05Z",
    warn: (_object, reason, message) => events.push(`${reason} ${message}`),
    log: () => undefined,
  };
  return { tools, calls, sent, events };
}

const listener: K8sObject = {
  apiVersion: "triggers.tekton.dev/v1beta1",
  kind: "EventListener",
  metadata: { name: "l", namespace: "ci", uid: "u" },
  spec: { triggers: [{ triggerRef: "t" }] },
};
const custom: K8sObject = {
  ...listener,
  spec: { resources: { customResource: { apiVersion: "serving.knative.dev/v1", kind: "Service" } } },
};
const spec = (fields: object): K8sObject => ({ ...listener, spec: fields });

test("a status that meets another writer is written onto the newest object", async () => {
  const newest = { ...listener, metadata: { ...listener.metadata, resourceVersion: "9" } };
  const { tools, calls, sent, events } = world({
    answers: { "update eventlisteners/status": [failure("Conflict")], "get eventlisteners": [newest] },
  });
  equal((await reconcileListener(listener, tools)).ok, true);
  deepEqual(calls.slice(2), ["update eventlisteners/status", "get eventlisteners", "update eventlisteners/status"]);
  equal(sent.get("update eventlisteners/status")?.metadata.resourceVersion, "9");
  deepEqual(events, []);
});

test("a status that cannot be written is an event and the error", async () => {
  const { tools, events } = world({
    answers: {
      "create services": [failure("Forbidden", "no services")],
      "update eventlisteners/status": [failure("InternalError", "boom")],
    },
  });
  deepEqual(await reconcileListener(listener, tools), { ok: false, error: "boom" });
  deepEqual(events, ['UpdateFailed Failed to update status for "l": boom']);
});

test("two writers of a Deployment are no event", async () => {
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "el-l", namespace: "ci" },
    spec: {},
  };
  const { tools, events } = world({ deployment, answers: { "update deployments": [failure("Conflict", "changed")] } });
  deepEqual(await reconcileListener(listener, tools), { ok: false, error: "changed" });
  deepEqual(events, []);
});

test("finalizers of others are left alone", async () => {
  const guarded = { ...listener, metadata: { ...listener.metadata, finalizers: ["keep/this"] } };
  const { tools, calls } = world({});
  await reconcileListener(guarded, tools);
  ok(!calls.includes("update eventlisteners"));
});

test("a listener that does not decode is an error with an event", async () => {
  const { tools, events, calls } = world({});
  equal((await reconcileListener(spec({ triggers: "x" }), tools)).ok, false);
  deepEqual([events.length, calls.length], [1, 0]);
});

test("ports that were assigned stay, index by index", async () => {
  const service: K8sObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "el-l", namespace: "ci" },
    spec: {
      type: "NodePort",
      clusterIP: "10.0.0.1",
      ports: [{ nodePort: 31000 }, { nodePort: 31001 }, { nodePort: 1 }],
    },
  };
  const { tools, sent } = world({ service });
  const resources = { kubernetesResource: { serviceType: "NodePort", servicePort: 30080 } };
  await reconcileListener(spec({ resources }), tools);
  const sentSpec = (sent.get("update services")?.["spec"] ?? null) as JsonValue;
  const ports = member(sentSpec, "ports");
  deepEqual(Array.isArray(ports) && ports.map((port: JsonValue) => member(port, "nodePort")), [31000, 31001]);
  equal(member(sentSpec, "clusterIP"), "10.0.0.1");
});

test("a port that has no node port yet gets one of the API server's choice", async () => {
  const service: K8sObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "el-l", namespace: "ci" },
    spec: { type: "NodePort", ports: [{ port: 80 }] },
  };
  const { tools, sent } = world({ service });
  const resources = { kubernetesResource: { serviceType: "NodePort", servicePort: 30080 } };
  await reconcileListener(spec({ resources }), tools);
  const ports = member((sent.get("update services")?.["spec"] ?? null) as JsonValue, "ports");
  deepEqual(Array.isArray(ports) && ports.map((port: JsonValue) => member(port, "nodePort")), [undefined, undefined]);
});

test("a failure of a Deployment that is gone is forgotten when it is made again", async () => {
  const failed = { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "quota" };
  const stale = { type: "Progressing", status: "True", reason: "x" };
  const { tools, sent } = world({});
  await reconcileListener({ ...listener, status: { conditions: [failed, stale] } }, tools);
  const conditions = member(sent.get("update eventlisteners/status")?.["status"] as JsonValue, "conditions");
  deepEqual(Array.isArray(conditions) && conditions.map((each) => member(each, "type")), [
    "Deployment",
    "Progressing",
    "Ready",
    "Service",
  ]);
});

test("once the custom object is there, Deployment and Service go", async () => {
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "el-l", namespace: "ci" } };
  const existing: K8sObject = {
    apiVersion: "serving.knative.dev/v1",
    kind: "Service",
    metadata: { name: "el-l", namespace: "ci" },
    status: { conditions: [], url: "https://h.test/p" },
  };
  const { tools, calls } = world({
    deployment,
    answers: { "get services": [existing], "delete deployments": [deployment] },
  });
  equal((await reconcileListener(custom, tools)).ok, true);
  deepEqual(calls, [
    "get services",
    "delete deployments",
    "delete services",
    "update services",
    "update eventlisteners/status",
  ]);
});

test("the address is the host of a custom object's URL, its path inside", async () => {
  const first = world({});
  await reconcileListener(custom, first.tools);
  const created = first.sent.get("create services");
  ok(created !== undefined);
  const existing = { ...created, status: { conditions: [], url: "https://h.test/p" } };
  const { tools, sent, calls } = world({ answers: { "get services": [existing] } });
  await reconcileListener(custom, tools);
  deepEqual(calls, ["get services", "update eventlisteners/status"]);
  const status = sent.get("update eventlisteners/status")?.["status"] as JsonValue;
  equal(member(member(status, "address"), "url"), "http://h.test%2Fp");
});

test("a custom object that cannot be read is the error", async () => {
  const { tools, events } = world({ answers: { "get services": [failure("Forbidden", "no")] } });
  deepEqual(await reconcileListener(custom, tools), { ok: false, error: "no" });
  deepEqual(events, ["InternalError no"]);
});

test("a journal that cannot be had is told in the conditions, and the Service is made all the same", async () => {
  const annotations = { "tektite.dev/journal": "disk" };
  const { tools, calls, sent, events } = world({});
  await reconcileListener({ ...listener, metadata: { ...listener.metadata, annotations } }, tools);
  const why =
    'annotation tektite.dev/journal: "disk" is none of memory, emptyDir, claim:NAME, postgres-secret:NAME[/KEY]';
  deepEqual(calls, ["create services", "update eventlisteners/status"]);
  deepEqual(events, [`InternalError ${why}`]);
  const conditions = member(sent.get("update eventlisteners/status")?.["status"] as JsonValue, "conditions");
  const message = (type: string) =>
    Array.isArray(conditions)
      ? member(
          conditions.find((each) => member(each, "type") === type),
          "message",
        )
      : undefined;
  equal(message("Deployment"), why);
  equal(message("Ready"), `Condition Deployment has status: False with message: ${why}`);
});

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { MemoryLog } from "../../store/memory-log.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { ApiServer } from "../api-server.ts";
import { bootstrapObjects } from "../bootstrap.ts";
import { createInProcessTransport } from "../in-process-transport.ts";
import { LimitRanger } from "./limit-ranger.ts";
import { ResourceQuotaAdmission } from "./resource-quota.ts";

const admin = { username: "admin", groups: ["system:masters"] };
const base = "/api/v1/namespaces/default";

async function newTransport() {
  const store = new ObjectStore(new MemoryLog());
  const quotas = new ResourceQuotaAdmission(store, async (quota) => {
    const path = `${base}/resourcequotas/${quota.metadata.name}/status`;
    return (await transport.send({ method: "PUT", path, body: quota as unknown as JsonValue })).status === 200;
  });
  const server = new ApiServer({ store, admission: [new LimitRanger(store), quotas] });
  await bootstrapObjects(server);
  const transport = createInProcessTransport(server, admin);
  const post = async (resource: string, body: JsonObject, query: Readonly<Record<string, string>> = {}) => {
    const answer = await transport.send({ method: "POST", path: `${base}/${resource}`, body, query });
    const { message, spec, metadata } = answer.body as {
      readonly message?: string;
      readonly spec?: JsonObject;
      readonly metadata?: { readonly annotations?: JsonObject };
    };
    return { status: answer.status, message, spec, annotations: metadata?.annotations };
  };
  return { transport, post };
}

const pod = (name: string, ...resources: readonly JsonObject[]): JsonObject => ({
  metadata: { name },
  spec: { containers: resources.map((each, index) => ({ name: `c${index}`, image: "i", resources: each })) },
});
const limitRange = (...limits: readonly JsonObject[]): JsonObject => ({ metadata: { name: "l" }, spec: { limits } });

const limitVectors: readonly {
  readonly name: string;
  readonly limit: JsonObject;
  readonly resource?: string;
  readonly object: JsonObject;
  readonly want: string;
}[] = [
  {
    name: "a limit beyond the maximum",
    limit: { type: "Container", max: { memory: "1Gi" } },
    object: pod("p", { limits: { memory: "2Gi" } }),
    want: 'pods "p" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
  },
  {
    name: "a request below the minimum, and no limit",
    limit: { type: "Container", min: { cpu: "100m" }, max: { "ephemeral-storage": "1Gi" }, default: { cpu: "1" } },
    object: pod("p", { requests: { cpu: "50m" }, limits: { "ephemeral-storage": "2Gi" } }),
    want: 'pods "p" is forbidden: [minimum cpu usage per Container is 100m, but request is 50m, maximum ephemeral-storage usage per Container is 1Gi, but limit is 2Gi]',
  },
  {
    name: "a ratio",
    limit: { type: "Container", maxLimitRequestRatio: { cpu: "2" } },
    object: pod("p", { requests: { cpu: "100m" }, limits: { cpu: "500m" } }),
    want: 'pods "p" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 5.000000',
  },
  {
    name: "the sum of a Pod",
    limit: { type: "Pod", max: { cpu: "1" } },
    object: pod("p", { limits: { cpu: "600m" } }, { limits: { cpu: "500m" } }),
    want: 'pods "p" is forbidden: maximum cpu usage per Pod is 1, but limit is 1100m',
  },
  {
    name: "a Pod without requests",
    limit: { type: "Pod", min: { memory: "1Mi" } },
    object: pod("p", {}),
    want: 'pods "p" is forbidden: minimum memory usage per Pod is 1Mi.  No request is specified',
  },
  {
    name: "a claim",
    limit: { type: "PersistentVolumeClaim", max: { storage: "1Gi" } },
    resource: "persistentvolumeclaims",
    object: {
      metadata: { name: "c" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } } },
    },
    want: 'persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi',
  },
];
for (const { name, limit, resource = "pods", object, want } of limitVectors)
  test(`a LimitRange refuses ${name}`, async () => {
    const { post } = await newTransport();
    equal((await post("limitranges", limitRange(limit))).status, 201);
    const refused = await post(resource, object);
    deepEqual([refused.status, refused.message], [403, want]);
  });

test("a LimitRange gives containers its defaults and tells of it", async () => {
  const { post } = await newTransport();
  await post("limitranges", limitRange({ type: "Container", max: { cpu: "2" }, defaultRequest: { memory: "1Mi" } }));
  const made = await post("pods", pod("p", {}, { limits: { cpu: "1" }, requests: { cpu: "1" } }));
  deepEqual(
    ((made.spec?.["containers"] ?? []) as readonly JsonObject[]).map((container) => container["resources"]),
    [
      { limits: { cpu: "2" }, requests: { cpu: "2", memory: "1Mi" } },
      { limits: { cpu: "1" }, requests: { cpu: "1", memory: "1Mi" } },
    ],
  );
  deepEqual(made.annotations, {
    "kubernetes.io/limit-ranger":
      "LimitRanger plugin set: cpu, memory request for container c0; cpu limit for container c0; memory request for container c1",
  });
});

test("LimitRanges and ResourceQuotas that contradict themselves are refused", async () => {
  const { post } = await newTransport();
  const range = await post("limitranges", limitRange({ type: "Container", min: { cpu: "2" }, max: { cpu: "1" } }));
  equal(range.status, 422);
  equal(
    range.message?.startsWith(
      'LimitRange "l" is invalid: [spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1, ',
    ),
    true,
  );
  const quota = await post("resourcequotas", { metadata: { name: "q" }, spec: { hard: { foo: "1", pods: "-1" } } });
  equal(
    quota.message,
    'ResourceQuota "q" is invalid: [spec.hard[foo]: Invalid value: "foo": must be a standard resource for quota, spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0]',
  );
});

async function quotaed(hard: JsonObject, used: JsonObject, spec: JsonObject = {}) {
  const { transport, post } = await newTransport();
  const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q" }, spec: { ...spec, hard } };
  equal((await post("resourcequotas", quota)).status, 201);
  const path = `${base}/resourcequotas/q`;
  const computed = { ...quota, status: { hard, used } };
  equal((await transport.send({ method: "PUT", path: `${path}/status`, body: computed })).status, 200);
  const usage = async () =>
    ((await transport.send({ method: "GET", path })).body as { status: JsonObject }).status["used"] ?? {};
  return { post, usage };
}

const quotaVectors: readonly {
  readonly name: string;
  readonly hard: JsonObject;
  readonly used: JsonObject;
  readonly spec?: JsonObject;
  readonly resource: string;
  readonly object: JsonObject;
  /** The refusal, or the usage afterwards. */
  readonly want: string | JsonObject;
}[] = [
  {
    name: "objects by count",
    hard: { "count/configmaps": "1", secrets: "1" },
    used: { "count/configmaps": "1", secrets: "0" },
    resource: "configmaps",
    object: { metadata: { name: "c" } },
    want: 'configmaps "c" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1',
  },
  {
    name: "what is left",
    hard: { secrets: "2", configmaps: "5" },
    used: { secrets: "1", configmaps: "0" },
    resource: "secrets",
    object: { metadata: { name: "s" } },
    want: { secrets: "2", configmaps: "0" },
  },
  {
    name: "containers that state nothing",
    hard: { "limits.cpu": "1", "requests.memory": "1Gi" },
    used: { "limits.cpu": "0", "requests.memory": "0" },
    resource: "pods",
    object: pod("p", { requests: { memory: "1Mi" } }, {}),
    want: 'pods "p" is forbidden: failed quota: q: must specify limits.cpu for: c0,c1; requests.memory for: c1',
  },
  {
    name: "sums of Pods",
    hard: { pods: "5", "requests.cpu": "1" },
    used: { pods: "1", "requests.cpu": "800m" },
    resource: "pods",
    object: pod("p", { requests: { cpu: "100m" } }, { requests: { cpu: "200m" } }),
    want: 'pods "p" is forbidden: exceeded quota: q, requested: requests.cpu=300m, used: requests.cpu=800m, limited: requests.cpu=1',
  },
  {
    name: "usage that is not known",
    hard: { configmaps: "5" },
    used: {},
    resource: "configmaps",
    object: { metadata: { name: "c" } },
    want: 'configmaps "c" is forbidden: status unknown for quota: q, resources: configmaps',
  },
  {
    name: "only what is in scope",
    hard: { pods: "0" },
    used: { pods: "0" },
    spec: { scopes: ["BestEffort"] },
    resource: "pods",
    object: pod("p", { requests: { cpu: "1" } }),
    want: { pods: "0" },
  },
  {
    name: "node ports",
    hard: { services: "3", "services.nodeports": "1" },
    used: { services: "0", "services.nodeports": "0" },
    resource: "services",
    object: {
      metadata: { name: "s" },
      spec: {
        type: "NodePort",
        ports: [
          { name: "a", port: 1 },
          { name: "b", port: 2 },
        ],
      },
    },
    want: 'services "s" is forbidden: exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1',
  },
];
for (const { name, hard, used, spec, resource, object, want } of quotaVectors)
  test(`a ResourceQuota bounds ${name}`, async () => {
    const { post, usage } = await quotaed(hard, used, spec);
    const answer = await post(resource, object);
    if (typeof want === "string") deepEqual([answer.status, answer.message, await usage()], [403, want, used]);
    else deepEqual([answer.status, answer.message, await usage()], [201, undefined, want]);
  });

test("objects that come at once share what a quota has left; a dry run and a name that is taken cost nothing", async () => {
  const { post, usage } = await quotaed({ configmaps: "3" }, { configmaps: "0" });
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => post("configmaps", { metadata: { name: `c${index}` } })),
  );
  deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 201, 403, 403, 403, 403, 403]);
  deepEqual(await usage(), { configmaps: "3" });
  const other = await quotaed({ configmaps: "3" }, { configmaps: "0" });
  await other.post("configmaps", { metadata: { name: "a" } }, { dryRun: "All" });
  await other.post("configmaps", { metadata: { name: "a" } });
  equal((await other.post("configmaps", { metadata: { name: "a" } })).status, 409);
  deepEqual(await other.usage(), { configmaps: "1" });
});

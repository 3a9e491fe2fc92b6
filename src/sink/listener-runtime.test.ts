import { deepEqual, equal, match } from "node:assert/strict";
import { createHmac } from "node:crypto";
import { request as httpRequest, ServerResponse } from "node:http";
import { test } from "node:test";
import { queryObjects } from "node:v8";
import type { K8sObject, Resource } from "../api/object.ts";
import { startMemoryApiServer } from "../apiserver/testdata/memory-api-server.ts";
import { coreInterceptors } from "../interceptors/core-interceptors.ts";
import type { KubeClient } from "../kube/client.ts";
import { err, type Result } from "../result.ts";
import { MemoryJournal } from "../store/journal/memory-journal.ts";
import { HttpCodeHostClient } from "./code-host-client.ts";
import { KubeSecretReader } from "./kube-secret-reader.ts";
import { ListenerGateway } from "./listener-gateway.ts";
import { ListenerRuntime, type ListenerRuntimeOptions } from "./listener-runtime.ts";
import { type SinkServer, startSinkServer } from "./sink-server.ts";

const triggersApi = (resource: string, version = "v1beta1"): Resource => ({
  group: "triggers.tekton.dev",
  version,
  resource,
});
const core = (resource: string): Resource => ({ group: "", version: "v1", resource });
const rbac = (resource: string): Resource => ({ group: "rbac.authorization.k8s.io", version: "v1", resource });

interface World {
  readonly admin: KubeClient;
  readonly client: KubeClient;
  readonly log: { readonly severity: string; readonly message: string; readonly [field: string]: unknown }[];
  readonly runtime: ListenerRuntime;
  readonly server: SinkServer;
  readonly started: Promise<void>;
  stop(): Promise<void>;
}

async function createAll(client: KubeClient, objects: readonly (readonly [Resource, object])[]): Promise<void> {
  for (const [resource, object] of objects) {
    const created = await client.create(resource, object as K8sObject);
    if (!created.ok) throw new Error(created.error.message);
  }
}

const configMapTemplate = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { generateName: "out-" },
  data: { branch: "$(tt.params.branch)", uid: "$(uid)" },
};

/** A listener `ci/el` with one trigger that verifies Gitea's signature and looks at the branch. */
const listener = {
  apiVersion: "triggers.tekton.dev/v1beta1",
  kind: "EventListener",
  metadata: { name: "el", namespace: "ci" },
  spec: {
    serviceAccountName: "listener",
    triggers: [
      {
        name: "push",
        interceptors: [
          {
            ref: { name: "gitea", kind: "ClusterInterceptor" },
            params: [{ name: "secretRef", value: { secretName: "hook", secretKey: "token" } }],
          },
          {
            ref: { name: "cel", kind: "ClusterInterceptor" },
            params: [
              { name: "filter", value: "body.ref.startsWith('refs/heads/')" },
              { name: "overlays", value: [{ key: "branch", expression: "body.ref.split('/')[2]" }] },
            ],
          },
        ],
        bindings: [{ name: "branch", value: "$(extensions.branch)" }],
        template: { spec: { params: [{ name: "branch" }], resourcetemplates: [configMapTemplate] } },
      },
    ],
  },
};

const service = { name: "tekton-triggers-core-interceptors", namespace: "tekton-pipelines", port: 8443 };
const clusterInterceptor = (name: string) => ({
  apiVersion: "triggers.tekton.dev/v1alpha1",
  kind: "ClusterInterceptor",
  metadata: { name },
  spec: { clientConfig: { service: { ...service, path: name } } },
});

/** What older releases' roles allow: no `interceptors`, no `get` of what is created. */
const permissions: readonly (readonly [Resource, object])[] = [
  [
    rbac("clusterroles"),
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "listener" },
      rules: [
        {
          apiGroups: ["triggers.tekton.dev"],
          resources: [
            "eventlisteners",
            "triggers",
            "triggerbindings",
            "triggertemplates",
            "clustertriggerbindings",
            "clusterinterceptors",
          ],
          verbs: ["get", "list", "watch"],
        },
        { apiGroups: [""], resources: ["configmaps"], verbs: ["create"] },
        { nonResourceURLs: ["/api/*", "/apis/*"], verbs: ["get"] },
      ],
    },
  ],
  [
    rbac("clusterrolebindings"),
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "listener" },
      subjects: [{ kind: "ServiceAccount", name: "listener", namespace: "ci" }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "listener" },
    },
  ],
];

async function newWorld(options: Partial<ListenerRuntimeOptions> = {}): Promise<World> {
  const { admin } = await startMemoryApiServer();
  await createAll(admin, [
    [core("namespaces"), { apiVersion: "v1", kind: "Namespace", metadata: { name: "ci" } }],
    [
      core("serviceaccounts"),
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "listener", namespace: "ci" } },
    ],
    [
      core("secrets"),
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "hook", namespace: "ci" },
        data: { token: Buffer.from("s3cret").toString("base64") },
      },
    ],
    [triggersApi("clusterinterceptors", "v1alpha1"), clusterInterceptor("gitea")],
    [triggersApi("clusterinterceptors", "v1alpha1"), clusterInterceptor("cel")],
    [triggersApi("eventlisteners"), listener],
  ]);
  const client = admin.as({ userName: "system:serviceaccount:ci:listener" });
  const log: World["log"] = [];
  const runtime = new ListenerRuntime({
    ref: { namespace: "ci", name: "el" },
    client,
    secrets: new KubeSecretReader(admin, Date.now),
    codeHost: new HttpCodeHostClient({ allowedHosts: new Set() }),
    core: coreInterceptors,
    journal: new MemoryJournal({ maxUnfinished: 100 }),
    writeLog: (line) => void log.push(JSON.parse(line) as World["log"][number]),
    ...options,
  });
  const gateway = new ListenerGateway({ log: () => {} });
  gateway.add(runtime);
  const server = await startSinkServer(gateway, { host: "127.0.0.1", port: 0 });
  if (!server.ok) throw new Error(server.error);
  const stopping = new AbortController();
  const started = runtime.start(stopping.signal);
  return {
    admin,
    client,
    log,
    runtime,
    server: server.value,
    started,
    stop: async () => {
      stopping.abort();
      await server.value.close(0);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function post({ server }: World, path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { host: "127.0.0.1", port: server.port, path, method: "POST", headers: { connection: "close", ...headers } },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let turns = 0; turns < 2_000; turns++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${what} did not happen`);
}

const push = '{"ref":"refs/heads/main"}';
const signed = (body: string) => ({
  "content-type": "application/json",
  "X-Gitea-Event": "push",
  "X-Gitea-Signature": createHmac("sha256", "s3cret").update(body).digest("hex"),
});

test("a listener says which permission is missing and begins once it is there", async () => {
  const world = await newWorld();
  try {
    await until(() => world.log.length >= 7, "the complaint");
    const triggersLine = world.log.find(({ message }) => message.startsWith("failed to list or watch triggers"));
    equal(triggersLine?.severity, "error");
    match(triggersLine?.message ?? "", /"system:serviceaccount:ci:listener" cannot list resource "triggers"/);
    equal(world.log.find(({ message }) => message.includes("watch interceptors:"))?.severity, "warn");
    equal((await post(world, "/ci/el/live", "")).status, 503);
    equal((await post(world, "/ci/el", push, signed(push))).status, 503);

    await createAll(world.admin, permissions);
    await world.started;
    equal((await post(world, "/ci/el/live", "")).body, "ok");

    const answer = await post(world, "/ci/el", push, signed(push));
    equal(answer.status, 202);
    const { eventID } = JSON.parse(answer.body) as { readonly eventID: string };
    const maps = async () => {
      const listed = await world.admin.list(core("configmaps"), { namespace: "ci" });
      return listed.ok ? listed.value.items.filter(({ metadata }) => metadata.name?.startsWith("out-")) : [];
    };
    await until(async () => (await maps()).length > 0, "the ConfigMap");
    const [made] = await maps();
    match(made?.metadata.name ?? "", /^out-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    equal(made?.metadata.generateName, "out-");
    equal((made?.["data"] as { readonly branch: string } | undefined)?.branch, "main");
    deepEqual(made?.metadata.labels, {
      "triggers.tekton.dev/eventlistener": "el",
      "triggers.tekton.dev/trigger": "push",
      "triggers.tekton.dev/triggers-eventid": eventID,
    });
    const messages = world.log.filter((line) => line["/triggers-eventid"] === eventID).map(({ message }) => message);
    equal(messages[0], "ResolvedParams : [{Name:branch Value:main}]");
    match(messages[1] ?? "", /^Generating resource: kind: .*, name: out-$/);
    equal(messages[2], `For event ID "${eventID}" creating resource /v1, Resource=configmaps`);
  } finally {
    await world.stop();
  }
});

test("what starts nothing leaves its reason in the log at info", async () => {
  const world = await newWorld();
  try {
    await createAll(world.admin, permissions);
    await world.started;
    const reasonOf = async (body: string, headers: Record<string, string>) => {
      const answer = await post(world, "/ci/el", body, headers);
      equal(answer.status, 202);
      const { eventID } = JSON.parse(answer.body) as { readonly eventID: string };
      const find = () => world.log.find((line) => line["/triggers-eventid"] === eventID && line["interceptor"]);
      await until(() => find() !== undefined, "the reason");
      const line = find();
      const { severity, message } = line ?? {};
      return { severity, message, verdict: line?.["verdict"], trigger: line?.["/trigger"] };
    };
    deepEqual(await reasonOf(push, { ...signed("other") }), {
      severity: "info",
      message: "interceptor gitea stopped trigger processing: payload signature check failed",
      verdict: "rejected",
      trigger: "push",
    });
    deepEqual(await reasonOf('{"ref":"refs/tags/v1"}', signed('{"ref":"refs/tags/v1"}')), {
      severity: "info",
      message:
        "interceptor cel stopped trigger processing: expression body.ref.startsWith('refs/heads/') did not return true",
      verdict: "filtered",
      trigger: "push",
    });
  } finally {
    await world.stop();
  }
});

test("requests that are no events are answered as documented", async () => {
  const world = await newWorld({ settings: { maxBodyBytes: 100 } });
  try {
    await createAll(world.admin, permissions);
    await world.started;
    const redirected = await post(world, "/ci/el/a//b/../c?x=1", "{}");
    equal(redirected.status, 307);
    equal(redirected.headers["location"], "/a/c?x=1");
    const tooLarge = await post(world, "/ci/el", `{"a":"${"x".repeat(200)}"}`);
    equal(tooLarge.status, 413);
    match(tooLarge.body, /"errorMessage":"the event body is larger than 100 bytes"/);
    const streamed = await post(world, "/ci/el", `{"a":"${"x".repeat(200)}"}`, { "transfer-encoding": "chunked" });
    equal(streamed.status, 413);
    const empty = await post(world, "/ci/el", "");
    equal(empty.status, 400);
    equal(
      empty.body,
      '{"eventListener":"el","namespace":"ci","eventListenerUID":"","errorMessage":"Invalid event body format : unexpected end of JSON input"}\n',
    );
    equal((await post(world, "/ci/other", "{}")).status, 404);
  } finally {
    await world.stop();
  }
});

test("hostile events are answered, change nothing and stay on one line of the log", async () => {
  const world = await newWorld();
  try {
    await createAll(world.admin, permissions);
    await world.started;
    const nested = "[".repeat(20_000);
    const vectors = [
      { name: "nesting bomb", body: `{"a":${nested}`, status: 400, error: /exceeded max depth/ },
      { name: "compressed", body: "\u001f\u008b", status: 400, error: /invalid character/ },
      { name: "prototype keys", body: '{"__proto__":{"ref":"x"},"ref":"refs/tags/v1"}', status: 202 },
      { name: "forged log line", body: '{"ref":"x\\n{\\"severity\\":\\"info\\"}"}', status: 202 },
    ];
    for (const { name, body, status, error } of vectors) {
      const answer = await post(world, "/ci/el", body, { ...signed(body), "content-encoding": "gzip" });
      equal(answer.status, status, name);
      if (error) match(answer.body, error, name);
    }
    await until(() => world.log.filter((line) => line["interceptor"] === "cel").length === 2, "both verdicts");
    equal(({} as { ref?: string }).ref, undefined);
    const metrics = await world.runtime.metrics.registry.metrics();
    match(metrics, /eventlistener_event_received_total\{status="succeeded",otel_scope_name="github.com\/tektoncd/);
    match(metrics, /tektite_trigger_verdicts_total\{outcome="filtered"\} 2/);
    match(metrics, /tektite_undispatched_events 0/);
    match(metrics, /tektite_oldest_undispatched_event_age_seconds 0\n/);
    match(metrics, /tektite_journal_commit_seconds_count 0\n/);
  } finally {
    await world.stop();
  }
});

test("requests and their answers are let go while triggers wait", async () => {
  // Held, or nothing would refer to what waits for them.
  const readers: (() => void)[] = [];
  const read = (): Promise<Result<string, string>> =>
    new Promise((resolve) => readers.push(() => resolve(err("released"))));
  const world = await newWorld({ secrets: { read } });
  try {
    await createAll(world.admin, permissions);
    await world.started;
    for (let count = 0; count < 10; count++) equal((await post(world, "/ci/el", push, signed(push))).status, 202);
    await until(() => readers.length === 10, "the wait of all triggers");
    // The last connection may still be closing.
    await until(() => queryObjects(ServerResponse, { format: "count" }) <= 1, "the end of the answers");
  } finally {
    for (const release of readers) release();
    await world.stop();
  }
});

test("when many events wait a request waits until work has begun, and is not taken in if it is broken off", async () => {
  const readers: (() => void)[] = [];
  const read = (): Promise<Result<string, string>> =>
    new Promise((resolve) => readers.push(() => resolve(err("released"))));
  const settings = { maxUndispatched: 20 };
  const world = await newWorld({ secrets: { read }, maxConcurrent: 1, settings, retry: { giveUpAfterMs: 0 } });
  try {
    await createAll(world.admin, permissions);
    await world.started;
    // One of them runs, eighteen are in line.
    for (let count = 0; count < 19; count++) equal((await post(world, "/ci/el", push, signed(push))).status, 202);
    const { port } = world.server;
    const impatient = httpRequest({ host: "127.0.0.1", port, path: "/ci/el", method: "POST", headers: signed(push) });
    impatient.on("error", () => {});
    const isSent = new Promise((resolve) => impatient.end(push, () => resolve(undefined)));
    await isSent;
    const patient = post(world, "/ci/el", push, signed(push));
    const first = await Promise.race([patient, new Promise((resolve) => setTimeout(() => resolve("waits"), 100))]);
    equal(first, "waits");
    impatient.destroy();
    // Until the server has seen it.
    await new Promise((resolve) => setTimeout(resolve, 100));
    let released = 0;
    const release = async () => {
      await until(() => readers.length > released, "the next run");
      readers[released++]?.();
    };
    for (let turn = 0; turn < 2; turn++) await release();
    equal((await patient).status, 202);
    for (let turn = 2; turn < 20; turn++) await release();
    equal(await world.runtime.drain(10_000), true);
    const metrics = await world.runtime.metrics.registry.metrics();
    match(metrics, /eventlistener_event_received_total\{status="succeeded".*\} 20\n/);
  } finally {
    for (const release of readers) release();
    await world.stop();
  }
});

test("a redelivery runs once where the listener asks for that", async () => {
  const world = await newWorld();
  try {
    await createAll(world.admin, permissions);
    const annotated = await world.admin.patch(
      triggersApi("eventlisteners"),
      { namespace: "ci", name: "el" },
      { type: "merge", body: { metadata: { annotations: { "tektite.dev/deduplicate": "10m" } } } },
    );
    equal(annotated.ok, true);
    await world.started;
    const headers = { ...signed(push), "X-Gitea-Delivery": "0f1e" };
    const answers = await Promise.all([1, 2, 3].map(() => post(world, "/ci/el", push, headers)));
    const ids = new Set(answers.map(({ body }) => (JSON.parse(body) as { readonly eventID: string }).eventID));
    equal(ids.size, 1);
  } finally {
    await world.stop();
  }
});

test("more events than the listener wants are answered 429", async () => {
  const world = await newWorld();
  try {
    await createAll(world.admin, permissions);
    const key = { namespace: "ci", name: "el" };
    const body = { metadata: { annotations: { "tektite.dev/events-per-second": "2" } } };
    await world.admin.patch(triggersApi("eventlisteners"), key, { type: "merge", body });
    await world.started;
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(world, "/ci/el", push, signed(push))));
    deepEqual(answers.map(({ status }) => status).sort(), [202, 202, 429, 429]);
    equal(answers.find(({ status }) => status === 429)?.headers["retry-after"], "1");
  } finally {
    await world.stop();
  }
});

test("who drains a listener waits for the events that an earlier process left, too", async () => {
  const journal = new MemoryJournal({ maxUnfinished: 100 });
  const body = Buffer.from(push);
  const times = { receivedAtMs: 1_000, method: "POST", url: "/" };
  await journal.accept({
    id: "left",
    listener: { namespace: "ci", name: "el" },
    ...times,
    header: { "Content-Type": ["application/json"], "X-Gitea-Event": ["push"] },
    body,
  });
  // The journal takes its time to read.
  const reading = Promise.withResolvers<void>();
  const pending = journal.pending.bind(journal);
  journal.pending = async function* (listener) {
    await reading.promise;
    yield* pending(listener);
  };
  const world = await newWorld({ journal });
  try {
    await createAll(world.admin, permissions);
    await until(() => world.runtime.isReady, "being ready");
    await until(() => world.log.some(({ message }) => message.startsWith("Listening")), "the start");
    equal(await world.runtime.drain(30), false);
    reading.resolve();
    equal(await world.runtime.drain(10_000), true);
    const left: string[] = [];
    for await (const { event } of pending({ namespace: "ci", name: "el" })) left.push(event.id);
    deepEqual(left, []);
  } finally {
    await world.stop();
  }
});

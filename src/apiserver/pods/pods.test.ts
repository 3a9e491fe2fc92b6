import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, test } from "node:test";
import { Exec, KubeConfig, PortForward, type V1Status } from "@kubernetes/client-node";
import type { K8sObject } from "../../api/object.ts";
import { isJsonObject } from "../../json/value.ts";
import { err, ok } from "../../result.ts";
import type { LogReadOptions, LogRef, LogStore } from "../../store/log-store.ts";
import type { ConnectHandler, PipelineResponse, ResourceRequest } from "../pipeline.ts";
import { loadCertificates } from "../pki/certificates.ts";
import type { ResourceDefinition } from "../resource-definition.ts";
import type { PodBackends } from "./pod-backends.ts";
import { podEviction } from "./pod-eviction.ts";
import { podLog } from "./pod-log.ts";
import { podStreams } from "./pod-streams.ts";

const folder = mkdtempSync(join(tmpdir(), "tektite-pods-"));

function pod(
  name: string,
  containers: readonly string[],
  nodeName: string | undefined,
  state: object,
  lastState: object = {},
): K8sObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "ns", uid: `uid-${name}`, labels: { app: name } },
    spec: { containers: containers.map((container) => ({ name: container })), nodeName },
    status: {
      phase: "Running",
      containerStatuses: containers.map((container) => ({ name: container, state, lastState })),
    },
  };
}

const running = { running: {} };
const stored = new Map<string, K8sObject>(
  [
    pod("p", ["main"], "here", running),
    pod("two", ["a", "b"], "here", running),
    pod("waits", ["main"], "here", { waiting: { reason: "ContainerCreating" } }),
    pod("again", ["main"], "here", running, { terminated: { exitCode: 255 } }),
    pod("lost", ["main"], "elsewhere", running),
    pod("new", ["main"], undefined, {}),
  ].map((object) => [object.metadata.name ?? "", object]),
);
const reader = {
  get: (resource: string, _: string | undefined, name: string) => (resource === "pods" ? stored.get(name) : undefined),
};

const reads: { ref: LogRef; options: LogReadOptions }[] = [];
const logs: LogStore = {
  open: () => {
    throw new Error("not written here");
  },
  restart: () => Promise.resolve(),
  read: (ref, options) => {
    if (ref.pod === "waits") return undefined;
    reads.push({ ref, options });
    return (async function* () {
      yield Buffer.from(options.previous ? "the life before\n" : "hello\n");
    })();
  },
  remove: () => Promise.resolve(),
};

const echo = createTcpServer((socket) => socket.pipe(socket));
const backends: PodBackends = {
  logs,
  servesNode: (name) => name === "here",
  exec: async (target, command, io) => {
    if (command[0] === "absent") return err("no such command");
    if (io.stdin !== undefined) for await (const chunk of io.stdin) await io.stdout(Buffer.from(chunk).subarray());
    await io.stdout(Buffer.from(`${target.container}: ${command.join(" ")}`));
    await io.stderr(Buffer.from("careful"));
    return ok(command[0] === "fail" ? 3 : 0);
  },
  dial: (_, __, port) =>
    Promise.resolve(
      port === 80 ? ok(connect((echo.address() as AddressInfo).port, "127.0.0.1")) : err("connection refused"),
    ),
};

const nowMs = Date.parse("2026-05-01T10:00:00Z");
const handlers = new Map<string, ConnectHandler>(
  [podLog(reader, backends, () => nowMs), ...podStreams(reader, backends)].map((handler) => [
    handler.resource,
    handler,
  ]),
);

function route(url: string, headers: Readonly<Record<string, string>> = {}): Promise<PipelineResponse> {
  const { pathname, searchParams } = new URL(url, "https://x");
  const [, , , , namespace = "", , name = "", subresource = ""] = pathname.split("/");
  const routed: ResourceRequest = {
    request: {
      method: "GET",
      path: pathname,
      query: searchParams,
      headers,
      body: { kind: "none" },
      signal: AbortSignal.timeout(60_000),
    },
    user: { username: "admin", groups: [] },
    definition: {} as unknown as ResourceDefinition,
    version: "v1",
    verb: "get",
    namespace,
    name,
    subresource,
  };
  const handler = handlers.get(`pods/${subresource}`);
  if (handler === undefined) throw new Error(`no handler for ${subresource}`);
  return handler.handle(routed, undefined);
}

async function outcome(answer: PipelineResponse): Promise<readonly [number, string]> {
  if (answer.kind === "bytes") {
    let text = "";
    for await (const chunk of answer.stream) text += Buffer.from(chunk).toString();
    return [answer.status, text];
  }
  const body = answer.kind === "json" ? answer.body : undefined;
  return [answer.status, isJsonObject(body as never) ? String((body as { message?: string }).message) : ""];
}

const logVectors = [
  { name: "the only container", query: "p/log", want: [200, "hello\n"] },
  { name: "no node yet", query: "new/log", want: [204, ""] },
  { name: "an unknown node", query: "lost/log", want: [404, 'pods "elsewhere" not found'] },
  { name: "no such pod", query: "none/log", want: [404, 'pods "none" not found'] },
  {
    name: "several containers",
    query: "two/log",
    want: [400, "a container name must be specified for pod two, choose one of: [a b]"],
  },
  { name: "a wrong container", query: "two/log?container=c", want: [400, "container c is not valid for pod two"] },
  {
    name: "negative tail",
    query: "two/log?container=a&tailLines=-1",
    want: [422, 'PodLogOptions "two" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0'],
  },
  {
    name: "zero seconds",
    query: "p/log?sinceSeconds=0",
    want: [422, 'PodLogOptions "p" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0'],
  },
  { name: "no number", query: "p/log?tailLines=x", want: [400, 'strconv.ParseInt: parsing "x": invalid syntax'] },
  {
    name: "the previous container",
    query: "p/log?previous=true",
    want: [400, 'previous terminated container "main" in pod "p" not found'],
  },
  { name: "the container before a restart", query: "again/log?previous=true", want: [200, "the life before\n"] },
  {
    name: "a container that waits",
    query: "waits/log",
    want: [400, 'container "main" in pod "waits" is waiting to start: ContainerCreating'],
  },
];
for (const { name, query, want } of logVectors)
  test(`log: ${name}`, async () => deepEqual(await outcome(await route(`/api/v1/namespaces/ns/pods/${query}`)), want));

test("log options reach the store", async () => {
  reads.length = 0;
  await route(
    "/api/v1/namespaces/ns/pods/two/log?container=b&follow=true&tailLines=5&sinceSeconds=60&timestamps=1&limitBytes=9",
  );
  const { signal: _, ...options } = reads[0]?.options ?? {};
  deepEqual(reads[0]?.ref, { namespace: "ns", pod: "two", container: "b" });
  deepEqual(options, {
    follow: true,
    previous: false,
    timestamps: true,
    tailLines: 5,
    limitBytes: 9,
    sinceMs: nowMs - 60_000,
  });
});

const { authority, serving } = loadCertificates(folder, { addresses: [], nowMs: Date.now() });
const server = createServer({ cert: serving.certificatePem, key: serving.keyPem });
server.on("upgrade", (request, socket, head) => {
  void route(request.url ?? "", request.headers as Record<string, string>).then((answer) => {
    if (answer.kind === "upgrade") answer.take(request, socket, head);
    else socket.end(`HTTP/1.1 ${answer.status} No\r\ncontent-length: 0\r\n\r\n`);
  });
});
const config = new KubeConfig();
before(async () => {
  await new Promise<void>((done) => echo.listen(0, "127.0.0.1", done));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  config.loadFromClusterAndUser(
    {
      name: "c",
      server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      caData: Buffer.from(authority.certificatePem).toString("base64"),
      skipTLSVerify: false,
    },
    { name: "u", token: "t" },
  );
});
after(() => {
  server.closeAllConnections();
  server.close();
  echo.close();
  rmSync(folder, { recursive: true });
});

async function execute(
  command: readonly string[],
  stdin?: string,
): Promise<{ out: string; err: string; status: V1Status }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const input = stdin === undefined ? null : new PassThrough();
  let out = "";
  let errors = "";
  stdout.on("data", (chunk) => (out += String(chunk)));
  stderr.on("data", (chunk) => (errors += String(chunk)));
  const status = await new Promise<V1Status>((resolve, reject) => {
    const opened = new Exec(config).exec("ns", "p", "main", [...command], stdout, stderr, input, false, resolve);
    opened.then(() => input?.end(stdin), reject);
  });
  return { out, err: errors, status };
}

test("a command runs over a WebSocket of @kubernetes/client-node", async () => {
  const { out, err: errors, status } = await execute(["echo", "hi"]);
  deepEqual([out, errors, status.status], ["main: echo hi", "careful", "Success"]);
});

test("its input reaches it, its exit code comes back", async () => {
  const { out, status } = await execute(["fail"], "input ");
  equal(out, "input main: fail");
  deepEqual(status.details?.causes, [{ reason: "ExitCode", message: "3" }]);
  equal((await execute(["absent"])).status.message, "no such command");
});

test("a port is forwarded over the channels of @kubernetes/client-node", async () => {
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const forward = new PortForward(config);
  const webSocket = await forward.portForward("ns", "p", [80], output, errors, input);
  input.write("ping");
  const [first] = (await output.iterator({ destroyOnReturn: false }).next()).value.toString().split("\n");
  equal(first, "ping");
  if (typeof webSocket !== "function") webSocket.close();
});

test("a pod is evicted unless its budget forbids", async () => {
  const deleted: string[] = [];
  const budget = (status: object): K8sObject => ({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "b", generation: 1 },
    spec: { selector: { matchLabels: { app: "p" } } },
    status,
  });
  const evict = async (...budgets: readonly K8sObject[]): Promise<readonly [number, string]> => {
    const handler = podEviction({
      reader,
      budgets: () => budgets,
      deletePod: (request) => {
        deleted.push(request.name ?? "");
        return Promise.resolve(undefined);
      },
    });
    return outcome(await handler.handle({ namespace: "ns", name: "p" } as unknown as ResourceRequest, {}));
  };
  const refusal = "Cannot evict pod as it would violate the pod's disruption budget.";
  deepEqual(await evict(budget({})), [429, refusal]);
  deepEqual(await evict(budget({ observedGeneration: 1, disruptionsAllowed: 0 })), [429, refusal]);
  deepEqual(deleted, []);
  equal((await evict(budget({ observedGeneration: 1, disruptionsAllowed: 1 })))[0], 201);
  equal((await evict())[0], 201);
  equal((await evict(budget({}), budget({})))[0], 500);
  deepEqual(deleted, ["p", "p"]);
});

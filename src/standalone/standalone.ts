import { mkdirSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { K8sObject, Resource } from "../api/object.ts";
import { assembleApiServer } from "../apiserver/assemble.ts";
import { secretTokenSigner } from "../apiserver/auth/secret-token.ts";
import { serviceAccountGroups } from "../apiserver/auth/service-account-tokens.ts";
import { startHttpsServer } from "../apiserver/https-server.ts";
import { createInProcessTransport } from "../apiserver/in-process-transport.ts";
import { loadAdminToken, writeAdminKubeconfig } from "../apiserver/pki/admin-access.ts";
import { loadCertificates } from "../apiserver/pki/certificates.ts";
import { loadServiceAccountKey } from "../apiserver/pki/service-account-key.ts";
import { startClusterControllers } from "../controllers/cluster/cluster-controllers.ts";
import { defaultControllerFlags } from "../controllers/triggers/controller-flags.ts";
import { startTriggersControllers } from "../controllers/triggers/triggers-controllers.ts";
import { type JsonValue, member } from "../json/value.ts";
import { KubeClient } from "../kube/client.ts";
import { Informer } from "../kube/informer.ts";
import { eventListeners, services } from "../kube/known-resources.ts";
import { err, ok, type Result } from "../result.ts";
import { chooseRuntime, type RuntimeOptions } from "../runner/runtime/choose-runtime.ts";
import type { ImageStandIn } from "../runner/runtime/image-map.ts";
import { withSharedFolders } from "../runner/runtime/shared-folders.ts";
import { type Runner, startRunner } from "../runner/start-runner.ts";
import { HttpCodeHostClient } from "../sink/code-host-client.ts";
import { ListenerGateway } from "../sink/listener-gateway.ts";
import { createSinkServer } from "../sink/sink-server.ts";
import { EventChanges, followedJournal } from "../store/journal/event-changes.ts";
import { openJournal } from "../store/journal/open-journal.ts";
import { FileLogStore } from "../store/log-files/file-log-store.ts";
import { ObjectStore } from "../store/object-store.ts";
import { SqliteLog } from "../store/sqlite-log.ts";
import { SqliteThread } from "../store/sqlite-thread.ts";
import { type Address, localUrl } from "./address.ts";
import { makeDataFolder } from "./data-folder.ts";
import { serveEvents } from "./events-api.ts";
import { type IngressBackend, IngressRoutes } from "./ingress-routes.ts";
import { installObjects, systemNamespace } from "./installed-objects.ts";
import { listen } from "./listen.ts";
import { ListenerNode } from "./listener-node.ts";
import { ListenerPods } from "./listener-pods.ts";
import { NodePorts, portsOf, selectorOf, targetPortOf } from "./node-ports.ts";
import { followOtherSinks } from "./other-sinks.ts";
import { type PodServer, PodServers } from "./pod-servers.ts";
import { endpointsResolver } from "./service-endpoints.ts";
import { convertTekton, tektonAdmission } from "./tekton-admission.ts";
import { Tracing } from "./tracing.ts";

export interface StandaloneOptions {
  readonly dataDir: string;
  /** Where events are stored: a PostgreSQL URL, or the path of a file; in the data directory unless given. */
  readonly journal?: string;
  readonly apiAddress: Address;
  readonly hooksAddress: Address;
  readonly ingressAddress?: Address;
  /** Interface on which node ports are opened. */
  readonly nodePortHost: string;
  readonly runtime: "auto" | "container" | "sandbox" | "process";
  /** Of `auto`: a sandbox or plain processes rather than a container engine. */
  readonly preferLocal: boolean;
  readonly maxPods?: number;
  /** Folders of this machine that steps may read at their own paths. */
  readonly sharedFolders: readonly string[];
  /** What stands in for images where they are not used. */
  readonly images: readonly ImageStandIn[];
  /** Whether sandboxes and containers reach the network. */
  readonly hasNetwork: boolean;
  readonly retention: RetentionSettings;
  /** Hosts of GitHub Enterprise servers that the tokens of interceptors may be sent to. */
  readonly enterpriseHosts: readonly string[];
  readonly version: string;
  /** Tells the operator what no object's status and no listener's log can tell. */
  readonly log: (message: string) => void;
}

/** What is kept of runs that have ended. */
interface RetentionSettings {
  /** Milliseconds after their end; 0 keeps runs and logs for ever. */
  readonly maxAgeMs: number;
  /** Runs of each namespace and kind; 0 keeps all. */
  readonly maxRuns: number;
}

/** Everything running in this process. */
export interface Standalone {
  /** Base URLs for clients on this machine. */
  readonly addresses: { readonly api: string; readonly hooks: string; readonly ingress?: string };
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** How steps are run, in words. */
  readonly runtime: string;
  /** The administrator's client, without a socket. */
  readonly client: KubeClient;
  /** Resolves when a listener takes events; the error is why it does not. */
  listenerReady(namespace: string, name: string, timeoutMs: number): Promise<Result<void, string>>;
  stop(): Promise<void>;
}

const nodeName = "tektite";
const defaultMaxPods = 32;
const maxLogBytesPerContainer = 256 * 1024 * 1024;
const maxLogBytes = 10 * 1024 * 1024 * 1024;
const pruneEveryMs = 60_000;
const adminUser = { username: "system:tektite", groups: ["system:masters", "system:authenticated"] };

const ingresses: Resource = { group: "networking.k8s.io", version: "v1", resource: "ingresses" };

/**
 * Starts everything: store, API, controllers, listeners, runner. Either all of it runs afterwards, or nothing does and
 * the error says in one sentence what is wrong and what to do.
 */
export async function startStandalone(options: StandaloneOptions): Promise<Result<Standalone, string>> {
  const stack = new AsyncDisposableStack();
  try {
    const started = await start(options, stack);
    if (!started.ok) await stack.disposeAsync();
    return started;
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function start(options: StandaloneOptions, stack: AsyncDisposableStack): Promise<Result<Standalone, string>> {
  const { dataDir, log } = options;
  const folder = makeDataFolder(dataDir);
  if (!folder.ok) return folder;
  const thread = new SqliteThread();
  const database = await SqliteLog.open(join(dataDir, "state.db"), thread);
  if (!database.ok) return database;
  const store = new ObjectStore(database.value);
  stack.defer(() => store.close());
  let pods: ListenerPods | undefined;
  const opened = await openJournal(
    options.journal ?? join(dataDir, "events.db"),
    {
      onError: log,
      onCommit: (ms) => pods?.committed(ms / 1000),
    },
    thread,
  );
  if (!opened.ok) return opened;
  const eventChanges = new EventChanges({ nowMs: Date.now });
  const journal = followedJournal(opened.value, eventChanges);
  stack.defer(() => journal.close());
  const logs = new FileLogStore({ folder: join(dataDir, "logs"), maxBytesPerContainer: maxLogBytesPerContainer });
  const runtime = await pickRuntime(options, {
    logs,
    folder: join(dataDir, "pods"),
    images: options.images,
    hasNetwork: options.hasNetwork,
    containerArgs: process.env["TEKTITE_CONTAINER_ARGS"] ?? "",
    hidden: [dataDir],
  });
  if (!runtime.ok) return runtime;
  stack.defer(() => runtime.value.close());

  const stopping = new AbortController();
  stack.defer(() => stopping.abort());
  const { signal } = stopping;

  // The API.
  const keys = join(dataDir, "keys");
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const certificates = loadCertificates(keys, { addresses: [options.apiAddress.host], nowMs: Date.now() });
  const adminToken = loadAdminToken(keys);
  const serviceAccountKey = await loadServiceAccountKey(keys);
  const servers = new PodServers();
  let runner: Runner | undefined;
  const configMapsOf = () => {
    const prefix = `${systemNamespace}/`;
    const entries = store
      .list("/configmaps", prefix)
      .map(({ key, object }) => [key.slice(prefix.length), dataOf(object)]);
    return Object.fromEntries(entries) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  const server = await assembleApiServer({
    store,
    tokens: [adminToken],
    serviceAccountKey,
    backends: {
      logs,
      servesNode: (name) => name === nodeName,
      exec: async ({ namespace, pod, container }, command, io) => {
        const running = runner?.runningPod(namespace, pod);
        if (running?.exec === undefined) return err(`container ${container} of pod ${pod} does not run here`);
        return ok(await running.exec(container.replace(/^step-/, ""), command, io));
      },
      dial: async (namespace, pod, port) => {
        const connection = servers.dial(namespace, pod, port);
        return connection === undefined
          ? err(`nothing listens on port ${port} of pod ${namespace}/${pod}`)
          : ok(connection);
      },
    },
    resolveService: endpointsResolver(store),
    admission: tektonAdmission(configMapsOf),
    convertTekton,
  });
  const client = new KubeClient(createInProcessTransport(server, adminUser));
  await installObjects(client, options.version);
  const https = await startHttpsServer(server, {
    ...options.apiAddress,
    tls: { cert: certificates.serving.certificatePem, key: certificates.serving.keyPem },
  });
  if (!https.ok) return https;
  stack.defer(() => https.value.close());
  const api = localUrl("https", { host: options.apiAddress.host, port: https.value.port });
  const kubeconfig = join(dataDir, "kubeconfig");
  writeAdminKubeconfig(kubeconfig, {
    server: api,
    authorityPem: certificates.authority.certificatePem,
    token: adminToken.token,
  });

  // Ports for events, opened before anything acts, so that nothing is half started when one is taken.
  const gateway = new ListenerGateway({ log });
  const hooks = await openPort(createSinkServer(gateway, {}), options.hooksAddress, "--hooks-address", stack);
  if (!hooks.ok) return hooks;
  const serviceInformer = new Informer(client, services);
  const ingressInformer = new Informer(client, ingresses);
  const ingressServer = createServer((request, response) =>
    routeIngress(request, response, { ingresses: ingressInformer, services: serviceInformer, servers }),
  );
  const ingress =
    options.ingressAddress === undefined
      ? undefined
      : await openPort(ingressServer, options.ingressAddress, "--ingress-address", stack);
  if (ingress !== undefined && !ingress.ok) return ingress;

  // Controllers, as on a cluster.
  await Promise.all([
    startClusterControllers({
      client,
      authorityPem: certificates.authority.certificatePem,
      signToken: secretTokenSigner(serviceAccountKey),
      log: { warn: log },
      signal,
    }),
    startTriggersControllers({
      client,
      flags: { ...defaultControllerFlags, image: `tektite:${options.version}`, idleTimeout: 120, timeoutHandler: 30 },
      env: { SYSTEM_NAMESPACE: systemNamespace, METRICS_PROMETHEUS_PORT: "9000", ...configNames },
      clusterDomain: "cluster.local",
      clock: { nowMs: Date.now },
      signal,
      log,
    }).synced,
    serviceInformer.start(signal),
    ingressInformer.start(signal),
  ]);

  const tracing = new Tracing({
    client,
    env: process.env,
    namespace: systemNamespace,
    version: options.version,
    signal,
    log,
  });
  stack.defer(() => tracing.close());
  await tracing.start();

  // The node for listeners.
  const listeners = new ListenerPods({
    clientOf: (namespace, account) =>
      new KubeClient(
        createInProcessTransport(server, {
          username: `system:serviceaccount:${namespace}:${account}`,
          groups: [...serviceAccountGroups(namespace), "system:authenticated"],
        }),
      ),
    interceptorClient: client,
    codeHost: new HttpCodeHostClient({ allowedHosts: new Set(["api.github.com", ...options.enterpriseHosts]) }),
    enterpriseHosts: new Set(options.enterpriseHosts),
    journal,
    logs,
    gateway,
    servers,
    tracer: () => tracing.tracer,
  });
  pods = listeners;
  // A journal that sinks share can be taken over from one that is gone.
  if (journal.abandoned !== undefined) void followOtherSinks(journal, eventChanges, { signal, log });
  serveEvents(server, { reader: journal, changes: eventChanges, running: (ref) => listeners.running(ref) });
  const node = new ListenerNode({
    client,
    nodeName,
    startListener: (pod) => listeners.start(pod),
    beginNewLife: (pod) => listeners.beginNewLife(pod),
    forgetPod: (namespace, pod) => logs.remove(namespace, pod),
    log,
  });
  stack.defer(() => node.stop());
  const nodePorts = new NodePorts({ services: serviceInformer, pods: servers, host: options.nodePortHost, log });
  stack.defer(() => nodePorts.close());
  await node.start(signal);

  // The runner.
  runner = await startRunner({
    client,
    runtime: withSharedFolders(runtime.value, options.sharedFolders),
    logs,
    dataDir,
    options: {
      maxPods: options.maxPods ?? defaultMaxPods,
      nodeName,
      maskSecrets: true,
      resolvers: { allowsLocalRepositories: true },
      retention: {
        maxAgeMs: options.retention.maxAgeMs,
        maxCount: options.retention.maxRuns,
        intervalMs: pruneEveryMs,
      },
    },
    log: { info: () => {}, warn: (message) => log(message), error: (message) => log(message) },
    signal,
    tracer: () => tracing.tracer,
  });

  const pruning = setInterval(() => {
    const olderThanMs = options.retention.maxAgeMs === 0 ? 0 : Date.now() - options.retention.maxAgeMs;
    void logs.prune({ olderThanMs, maxTotalBytes: maxLogBytes });
  }, pruneEveryMs);
  stack.defer(() => clearInterval(pruning));

  return ok({
    addresses: {
      api,
      hooks: localUrl("http", hooks.value),
      ...(ingress === undefined ? {} : { ingress: localUrl("http", ingress.value) }),
    },
    kubeconfig,
    runtime: runtimeText(runtime.value.kind),
    client,
    listenerReady: (namespace, name, timeoutMs) => listenerReady(client, namespace, name, timeoutMs),
    stop: () => stack.disposeAsync(),
  });
}

const configNames = {
  CONFIG_LOGGING_NAME: "config-logging-triggers",
  CONFIG_OBSERVABILITY_NAME: "config-observability-triggers",
};

/** For `auto` with `preferLocal`, what needs no images is tried first. */
async function pickRuntime(
  { runtime, preferLocal }: StandaloneOptions,
  options: RuntimeOptions,
): ReturnType<typeof chooseRuntime> {
  if (runtime !== "auto" || !preferLocal) return chooseRuntime(runtime, options);
  const sandbox = await chooseRuntime("sandbox", options);
  return sandbox.ok ? sandbox : chooseRuntime("process", options);
}

function runtimeText(kind: "container" | "sandbox" | "process"): string {
  switch (kind) {
    case "container":
      return "containers";
    case "sandbox":
      return "sandboxes of this machine (images are not used)";
    case "process":
      return "plain processes of this machine (images are not used)";
    default:
      return kind satisfies never;
  }
}

async function openPort(
  server: Server,
  address: Address,
  flag: string,
  stack: AsyncDisposableStack,
): Promise<Result<Address, string>> {
  const opened = await listen(server, address, flag);
  if (opened.ok) {
    stack.defer(() => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    });
  }
  return opened;
}

function dataOf(configMap: K8sObject): JsonValue {
  return (configMap["data"] as JsonValue | undefined) ?? {};
}

/** Hands a request to a pod of the Service that the first matching Ingress rule names. */
function routeIngress(
  request: IncomingMessage,
  response: ServerResponse,
  {
    ingresses,
    services,
    servers,
  }: { readonly ingresses: Informer; readonly services: Informer; readonly servers: PodServers },
): void {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const backend = new IngressRoutes(ingresses.list()).find(host, path);
  if (backend === undefined) {
    response.writeHead(404, { "content-type": "text/plain" }).end("no Ingress rule matches this host and path\n");
    return;
  }
  const target = targetOf(backend, services, servers);
  if (target === undefined) {
    response.writeHead(503, { "content-type": "text/plain" }).end(`no pod of Service ${backend.service} is ready\n`);
    return;
  }
  target.handle(request, response);
}

function targetOf(backend: IngressBackend, services: Informer, servers: PodServers): PodServer | undefined {
  const service = services.get(backend.namespace, backend.service);
  if (service === undefined) return undefined;
  const port = portsOf(service).find((entry) => entry["port"] === backend.port || entry["name"] === backend.port);
  return port === undefined ? undefined : servers.behind(backend.namespace, selectorOf(service), targetPortOf(port));
}

/** Waits for the condition `Ready` of an EventListener. */
async function listenerReady(
  client: KubeClient,
  namespace: string,
  name: string,
  timeoutMs: number,
): Promise<Result<void, string>> {
  const done = new AbortController();
  const informer = new Informer(client, eventListeners, { namespace, fieldSelector: `metadata.name=${name}` });
  void informer.start(done.signal);
  let last = "it does not exist";
  const ready = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    informer.onChange(({ object }) => {
      const conditions = member(object["status"] as JsonValue | undefined, "conditions");
      const condition = (Array.isArray(conditions) ? conditions : []).find(
        (entry) => member(entry, "type") === "Ready",
      );
      last = String(member(condition, "message") ?? "it has no status yet");
      if (member(condition, "status") !== "True") return;
      clearTimeout(timer);
      resolve(true);
    });
  });
  done.abort();
  return ready ? ok(undefined) : err(last);
}

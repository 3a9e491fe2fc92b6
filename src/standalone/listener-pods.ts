import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { K8sObject } from "../api/object.ts";
import { coreInterceptors } from "../interceptors/core-interceptors.ts";
import type { CodeHostClient } from "../interceptors/interceptor.ts";
import { type JsonObject, type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { secrets } from "../kube/known-resources.ts";
import { err, ok, type Result } from "../result.ts";
import { KubeSecretReader } from "../sink/kube-secret-reader.ts";
import type { ListenerGateway } from "../sink/listener-gateway.ts";
import { ListenerRuntime } from "../sink/listener-runtime.ts";
import { SinkMetrics } from "../sink/sink-metrics.ts";
import { createSinkServer } from "../sink/sink-server.ts";
import type { LogRef, LogStore } from "../store/log-store.ts";
import type { Tracer } from "../tracing/tracer.ts";
import type { EventJournal } from "../triggers/event-journal.ts";
import type { ListenerRef } from "../triggers/run-trigger.ts";
import { LineWriter } from "./line-writer.ts";
import type { RunningListener } from "./listener-node.ts";
import type { PodServer, PodServers } from "./pod-servers.ts";

/** How often a listener that is not ready looks again, in milliseconds. */
const readinessPollMs = 100;

export interface ListenerPodsOptions {
  /** A client with the identity of a service account. */
  readonly clientOf: (namespace: string, serviceAccount: string) => KubeClient;
  /** Reads the Secrets that interceptors name, as Tekton's core interceptors do with their own account. */
  readonly interceptorClient: KubeClient;
  readonly codeHost: CodeHostClient;
  /** Hosts of GitHub Enterprise that tokens may be sent to. */
  readonly enterpriseHosts: ReadonlySet<string>;
  readonly journal: EventJournal;
  readonly logs: LogStore;
  readonly gateway: ListenerGateway;
  readonly servers: PodServers;
  /** Records what becomes of events, while there is one. */
  readonly tracer: () => Tracer | undefined;
}

/** Begins to play the Pods of EventListeners, as their container's arguments and environment say. */
export class ListenerPods {
  readonly #options: ListenerPodsOptions;
  readonly #secrets: KubeSecretReader;
  readonly #running = new Map<string, ListenerRuntime>();

  constructor(options: ListenerPodsOptions) {
    this.#options = options;
    this.#secrets = new KubeSecretReader(options.interceptorClient, Date.now);
  }

  /** Shows on every listener's metrics port how long the journal took. */
  committed(seconds: number): void {
    for (const { metrics } of this.#running.values()) metrics.committed(seconds);
  }

  /** The listener, when it runs here. */
  running({ namespace, name }: ListenerRef): ListenerRuntime | undefined {
    return this.#running.get(`${namespace}/${name}`);
  }

  /** Sets aside the log of the Pod's life before, for `kubectl logs --previous`. */
  beginNewLife(pod: K8sObject): Promise<void> {
    return this.#options.logs.restart(logOf(pod));
  }

  async start(pod: K8sObject): Promise<Result<RunningListener, string>> {
    const { namespace = "default" } = pod.metadata;
    const container = containerOf(pod);
    const tls = await this.#certificate(pod, container);
    if (!tls.ok) return tls;
    const flags = flagsOf(container);
    const flag = (key: string, fallback: string) => flags.get(key) ?? fallback;
    const account = String(member(pod["spec"] as JsonValue | undefined, "serviceAccountName") ?? "default");
    const lines = new LineWriter(this.#options.logs.open(logOf(pod)));
    const metrics = new SinkMetrics();
    const runtime = new ListenerRuntime({
      ref: { namespace: flag("el-namespace", namespace), name: flag("el-name", "") },
      client: this.#options.clientOf(namespace, account),
      secrets: this.#secrets,
      codeHost: this.#options.codeHost,
      enterpriseHosts: this.#options.enterpriseHosts,
      core: coreInterceptors,
      journal: this.#options.journal,
      writeLog: (line) => lines.write(line),
      isMultiNamespace: flag("is-multi-ns", "false") === "true",
      recordsKubeEvents: envOf(container, "EL_EVENT") === "enable",
      cloudEventUri: flag("cloudevent-uri", ""),
      hasCorrectCloudEvents: true,
      settings: {
        payloadValidation: flag("payload-validation", "true") !== "false",
        timeoutMs: Number(flag("timeouthandler", "30")) * 1000,
      },
      metrics,
      tracer: this.#options.tracer,
    });
    const ports = this.#serve(pod, container, { runtime, metrics, flag, tls: tls.value });
    for (const server of ports) this.#options.servers.add(server);
    this.#options.gateway.add(runtime);
    const key = `${runtime.ref.namespace}/${runtime.ref.name}`;
    this.#running.set(key, runtime);

    const stopping = new AbortController();
    const watchers: (() => void)[] = [];
    void runtime.start(stopping.signal);
    this.#watchReadiness(runtime, watchers, stopping.signal);
    return ok({
      readiness: () => ({ ready: runtime.isReady, message: runtime.unreadyReason ?? "" }),
      onReadinessChange: (watcher) => void watchers.push(watcher),
      stop: async () => {
        stopping.abort();
        this.#options.gateway.remove(runtime);
        if (this.#running.get(key) === runtime) this.#running.delete(key);
        for (const server of ports) {
          this.#options.servers.remove(server);
          server.server.closeAllConnections();
        }
        await lines.end();
      },
    });
  }

  /** Tells of each change of readiness: once at first, then whenever a permission comes or goes. */
  #watchReadiness(runtime: ListenerRuntime, watchers: readonly (() => void)[], signal: AbortSignal): void {
    let last: string | undefined = "unknown";
    const look = () => {
      if (runtime.unreadyReason === last) return;
      last = runtime.unreadyReason;
      for (const watcher of watchers) watcher();
    };
    look();
    const timer = setInterval(look, readinessPollMs);
    timer.unref();
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  /** The listener's port and its metrics port, served without sockets of their own. */
  #serve(
    pod: K8sObject,
    container: JsonObject,
    parts: {
      readonly runtime: ListenerRuntime;
      readonly metrics: SinkMetrics;
      readonly flag: (key: string, fallback: string) => string;
      readonly tls: Certificate | undefined;
    },
  ): readonly PodServer[] {
    const { runtime, metrics, flag, tls } = parts;
    const { namespace = "default", name = "", labels = {} } = pod.metadata;
    const listener = createSinkServer(runtime, {
      readTimeoutMs: Number(flag("readtimeout", "5")) * 1000,
      idleTimeoutMs: Number(flag("idletimeout", "120")) * 1000,
      ...(tls === undefined ? {} : { tls }),
    });
    const serveMetrics = (_request: IncomingMessage, response: ServerResponse) => {
      void metrics.registry.metrics().then((text) => {
        response.writeHead(200, { "content-type": metrics.registry.contentType }).end(text);
      });
    };
    const server = (port: number, http: Server, handle: PodServer["handle"]): PodServer => ({
      namespace,
      pod: name,
      labels,
      port,
      server: http,
      handle,
    });
    return [
      server(Number(flag("port", "8080")), listener, (request, response) => runtime.handle(request, response)),
      server(Number(envOf(container, "METRICS_PROMETHEUS_PORT") ?? 9000), createServer(serveMetrics), serveMetrics),
    ];
  }

  /** What the environment variables TLS_CERT and TLS_KEY point to; undefined when they are not there. */
  async #certificate(pod: K8sObject, container: JsonObject): Promise<Result<Certificate | undefined, string>> {
    const read = async (variable: string): Promise<Result<string | undefined, string>> => {
      const reference = member(member(envEntry(container, variable), "valueFrom"), "secretKeyRef");
      const name = member(reference, "name");
      const key = member(reference, "key");
      if (typeof name !== "string" || typeof key !== "string") return ok(undefined);
      const secret = await this.#options.interceptorClient.get(secrets, { namespace: pod.metadata.namespace, name });
      if (!secret.ok) return err(`${variable}: ${secret.error.message ?? ""}`);
      const value = member(secret.value["data"] as JsonValue | undefined, key);
      if (typeof value !== "string") return err(`${variable}: Secret "${name}" has no key "${key}"`);
      return ok(Buffer.from(value, "base64").toString());
    };
    const cert = await read("TLS_CERT");
    if (!cert.ok) return cert;
    const key = await read("TLS_KEY");
    if (!key.ok) return key;
    return ok(cert.value === undefined || key.value === undefined ? undefined : { cert: cert.value, key: key.value });
  }
}

/** PEM texts. */
interface Certificate {
  readonly cert: string;
  readonly key: string;
}

function logOf(pod: K8sObject): LogRef {
  const { namespace = "default", name = "" } = pod.metadata;
  return { namespace, pod: name, container: String(containerOf(pod)["name"]) };
}

function containerOf(pod: K8sObject): JsonObject {
  const containers = member(pod["spec"] as JsonValue | undefined, "containers");
  return (Array.isArray(containers) ? (containers[0] as JsonObject | undefined) : undefined) ?? {};
}

function flagsOf(container: JsonObject): ReadonlyMap<string, string> {
  const args = Array.isArray(container["args"]) ? container["args"].map(String) : [];
  return new Map(
    args.flatMap((arg): [string, string][] => {
      const match = /^--?([^=]+)=(.*)$/s.exec(arg);
      return match === null || match[2] === "" ? [] : [[match[1] ?? "", match[2] ?? ""]];
    }),
  );
}

function envEntry(container: JsonObject, name: string): JsonValue | undefined {
  const env = Array.isArray(container["env"]) ? (container["env"] as readonly JsonValue[]) : [];
  return env.find((entry) => member(entry, "name") === name);
}

function envOf(container: JsonObject, name: string): string | undefined {
  const value = member(envEntry(container, name), "value");
  return typeof value === "string" ? value : undefined;
}

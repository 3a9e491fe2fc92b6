import { mkdirSync, readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { coreInterceptors } from "../../interceptors/core-interceptors.ts";
import type { CoreInterceptor } from "../../interceptors/interceptor.ts";
import { type JsonValue, member } from "../../json/value.ts";
import { aborted } from "../../kube/aborted.ts";
import { sleep } from "../../kube/backoff.ts";
import type { KubeClient } from "../../kube/client.ts";
import { mayI } from "../../kube/may-i.ts";
import { err, ok, type Result } from "../../result.ts";
import { HttpCodeHostClient } from "../../sink/code-host-client.ts";
import { KubeSecretReader } from "../../sink/kube-secret-reader.ts";
import { ListenerGateway } from "../../sink/listener-gateway.ts";
import { ListenerRuntime, type ListenerRuntimeOptions } from "../../sink/listener-runtime.ts";
import { type SharedListener, SharedListeners, type SharedListenersOptions } from "../../sink/shared-listeners.ts";
import type { LogLevel } from "../../sink/sink-log.ts";
import { SinkMetrics } from "../../sink/sink-metrics.ts";
import { createSinkServer, type RequestHandler } from "../../sink/sink-server.ts";
import { MemoryJournal } from "../../store/journal/memory-journal.ts";
import { openJournal } from "../../store/journal/open-journal.ts";
import { SqliteThread } from "../../store/sqlite-thread.ts";
import { firstTracing, openTracer } from "../../tracing/open-tracer.ts";
import type { Tracer } from "../../tracing/tracer.ts";
import { tracingFromEnv, tracingFromObservability } from "../../tracing/tracing-settings.ts";
import type { EventJournal } from "../../triggers/event-journal.ts";
import { clusterDomain } from "../cluster-domain.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";
import { takeGoFlags, unknownFlag } from "../go-flags.ts";
import { journalUrl } from "../journal-url.ts";
import { lineWriter } from "../line-writer.ts";
import { addProcessMetrics } from "../process-metrics.ts";
import { accessFlags, roleClient } from "../role-access.ts";
import { type OpenPort, openMetrics, openPort, roleLog } from "../role-process.ts";
import { expectShortLivedObjects } from "../short-lived-objects.ts";
import { version } from "../version.ts";

/** Flags of Tekton's eventlistenersink (spec: event processing, section 1; times in seconds), then our own. */
const sinkFlags = {
  "el-name": "",
  "el-namespace": "",
  port: "",
  readtimeout: 5,
  writetimeout: 40,
  idletimeout: 30,
  timeouthandler: 5,
  "httpclient-readtimeout": 30,
  "httpclient-keep-alive": 30,
  "httpclient-tlshandshaketimeout": 10,
  "httpclient-responseheadertimeout": 10,
  "httpclient-expectcontinuetimeout": 1,
  "is-multi-ns": false,
  "payload-validation": true,
  "cloudevent-uri": "",
  "tls-cert": "",
  "tls-key": "",
  ...accessFlags,
  "core-interceptors": "auto",
  journal: "",
  "journal-dir": "",
  "max-body-bytes": 25 * 1024 * 1024,
  "max-in-flight": 64,
  "max-waiting": 2000,
  "github-hosts": "",
  "correct-cloudevents": false,
  "drain-delay": 3,
  "drain-timeout": 20,
  shared: false,
  namespaces: "",
  "namespace-selector": "",
  service: "",
} as const;

type SinkFlags = (ReturnType<typeof readFlags> & { readonly ok: true })["value"];

const journalRetention = { maxAgeMs: 24 * 3_600_000, maxBytes: 256 * 1024 * 1024 };
const maxUnfinished = 20_000;
/** How often certificate files are looked at; whoever mounts a Secret gets its new content within a minute as well. */
const certificatePollMs = 30_000;

/** `tektite sink`: the process of one EventListener, or with `--shared` of many. Ends when the signal aborts. */
export async function sink(args: readonly string[], signal: AbortSignal): Promise<Result<void, Failure>> {
  const read = readFlags(args);
  if (!read.ok) return err(usageFailure(read.error));
  const flags = read.value;
  // Garbage is collected earlier: a sink's memory is paid for once for each listener, an event costs little either way.
  setFlagsFromString("--heap-growing-percent=60");
  expectShortLivedObjects();
  const client = roleClient(flags);
  if (!client.ok) return client;
  const journal = await openSinkJournal(flags);
  if (!journal.ok) return journal;
  const log = roleLog("eventlistener");
  const metrics = new SinkMetrics();
  addProcessMetrics(metrics.registry, { service: "eventlistener", version });
  const stopping = new AbortController();
  const tracer = await openTracer(
    firstTracing(
      tracingFromEnv(process.env, "tektite-sink"),
      tracingFromObservability(process.env["K_OBSERVABILITY_CONFIG"] ?? "", "tektite-sink"),
    ),
    { version, log },
  );
  const { signal: ended } = stopping;
  const parts: Parts = { client: client.value, journal: journal.value.journal, metrics, tracer, signal: ended, log };
  const served = flags.shared ? serveShared(flags, parts) : await serveOne(flags, parts);

  const ports = await openPorts(flags, served.handler, metrics, stopping.signal);
  if (!ports.ok) return ports;
  await Promise.race([served.start(stopping.signal), aborted(signal)]);
  await aborted(signal);

  log("ending: events that are accepted already are finished with first");
  // Whoever routes requests here learns of the end at the same time as this process does.
  await sleep(flags["drain-delay"] * 1000);
  await ports.value.listener.close(5_000);
  const isDrained = await served.drain(flags["drain-timeout"] * 1000);
  if (!isDrained) log("some events are not finished with; who opens the journal again goes on with them");
  stopping.abort();
  await ports.value.metrics?.close(0);
  await journal.value.close();
  await tracer?.close();
  return ok(undefined);
}

function readFlags(args: readonly string[]) {
  const taken = takeGoFlags(args, sinkFlags);
  if (!taken.ok) return taken;
  const { flags, rest } = taken.value;
  const unknown = unknownFlag(rest);
  if (unknown !== undefined) return err(unknown);
  if (!["auto", "local", "remote"].includes(flags["core-interceptors"])) {
    return err("-core-interceptors is auto, local or remote");
  }
  const isChosen = flags.namespaces !== "" || flags["namespace-selector"] !== "";
  if (flags.shared !== isChosen) return err("-shared goes with -namespaces or -namespace-selector");
  const required = flags.shared ? (["port"] as const) : (["el-name", "el-namespace", "port"] as const);
  const missing = required.find((name) => flags[name] === "");
  if (missing !== undefined) return err(`-${missing} arg not found`);
  if (!/^\d+$/.test(flags.port)) return err(`-port ${flags.port}: a port is a number`);
  if (flags.service !== "" && sharedService(flags) === undefined) {
    return err("-service NAME or NAME:PORT goes with -shared and the environment variable SYSTEM_NAMESPACE");
  }
  return ok(flags);
}

interface Parts {
  readonly client: KubeClient;
  readonly journal: EventJournal;
  readonly metrics: SinkMetrics;
  readonly tracer: Tracer | undefined;
  /** Aborts when the process has finished its events. */
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
}

interface Served {
  readonly handler: RequestHandler;
  start(signal: AbortSignal): Promise<void>;
  drain(timeoutMs: number): Promise<boolean>;
}

async function serveOne(flags: SinkFlags, parts: Parts): Promise<Served> {
  const ref = { namespace: flags["el-namespace"], name: flags["el-name"] };
  const core = await chooseCore(flags["core-interceptors"], parts, ref.namespace);
  const runtime = new ListenerRuntime({
    ...commonOptions(flags, parts),
    ref,
    client: parts.client,
    secrets: new KubeSecretReader(parts.client, Date.now, parts.signal),
    core,
    isMultiNamespace: flags["is-multi-ns"],
    cloudEventUri: flags["cloudevent-uri"],
    maxConcurrent: flags["max-in-flight"],
  });
  return { handler: runtime, start: (signal) => runtime.start(signal), drain: (ms) => runtime.drain(ms) };
}

function serveShared(flags: SinkFlags, parts: Parts): Served {
  const gateway = new ListenerGateway({ log: parts.log });
  const service = sharedService(flags);
  const common = commonOptions(flags, parts);
  const core: ReadonlyMap<string, CoreInterceptor> =
    flags["core-interceptors"] === "remote" ? new Map() : coreInterceptors;
  const listeners = new SharedListeners({
    client: parts.client,
    gateway,
    namespaces:
      flags.namespaces === "" ? { labelSelector: flags["namespace-selector"] } : { names: namesIn(flags.namespaces) },
    maxConcurrentPerNamespace: flags["max-in-flight"],
    maxWaitingPerNamespace: flags["max-waiting"],
    clusterDomain: clusterDomain(),
    ...(service === undefined ? {} : { service }),
    log: parts.log,
    newRuntime: ({ payloadValidation, ...listener }: SharedListener) =>
      new ListenerRuntime({
        ...common,
        ...listener,
        settings: { ...common.settings, payloadValidation },
        secrets: new KubeSecretReader(listener.client, Date.now, parts.signal),
        core,
      }),
  });
  const handler: RequestHandler = {
    handle: (request, response) => {
      const isOwnPath = request.url === "/live" && gateway.atHost(request) === undefined;
      if (isOwnPath) response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end("ok");
      else gateway.handle(request, response);
    },
  };
  return { handler, start: (signal) => listeners.start(signal), drain: (ms) => listeners.drain(ms) };
}

/** The Service that leads to this process, by which its listeners get their addresses; undefined when none is named. */
function sharedService(flags: SinkFlags): SharedListenersOptions["service"] {
  const [, name = "", port = "8080"] = /^([a-z](?:[-a-z0-9]*[a-z0-9])?)(?::(\d+))?$/.exec(flags.service) ?? [];
  const namespace = process.env["SYSTEM_NAMESPACE"] ?? "";
  if (name === "" || namespace === "" || !flags.shared) return undefined;
  return { name, namespace, port: Number(port) };
}

/** What listeners of both ways have in common. */
function commonOptions(
  flags: SinkFlags,
  { journal, metrics, tracer }: Parts,
): Pick<
  ListenerRuntimeOptions,
  | "codeHost"
  | "enterpriseHosts"
  | "hasCorrectCloudEvents"
  | "interceptorClient"
  | "journal"
  | "logLevel"
  | "metrics"
  | "recordsKubeEvents"
  | "settings"
  | "tracer"
  | "writeLog"
> {
  const enterpriseHosts = new Set(namesIn(flags["github-hosts"]));
  return {
    codeHost: new HttpCodeHostClient({ allowedHosts: new Set(["api.github.com", ...enterpriseHosts]) }),
    enterpriseHosts,
    hasCorrectCloudEvents: flags["correct-cloudevents"],
    journal,
    metrics,
    tracer: () => tracer,
    writeLog: lineWriter(),
    logLevel: logLevelIn(process.env["K_LOGGING_CONFIG"] ?? ""),
    recordsKubeEvents: process.env["EL_EVENT"] === "enable",
    settings: {
      payloadValidation: flags["payload-validation"],
      maxBodyBytes: flags["max-body-bytes"],
      timeoutMs: flags.timeouthandler * 1000,
    },
    interceptorClient: {
      dialMs: flags["httpclient-readtimeout"] * 1000,
      keepAliveMs: flags["httpclient-keep-alive"] * 1000,
      responseHeaderMs: flags["httpclient-responseheadertimeout"] * 1000,
    },
  };
}

/**
 * The interceptors to run in this process. Roles of an installation of Tekton may leave reading Secrets to the core
 * interceptors' own account: for these listeners, `auto` goes on asking that service.
 */
async function chooseCore(
  wanted: string,
  { client, log }: Parts,
  namespace: string,
): Promise<ReadonlyMap<string, CoreInterceptor>> {
  if (wanted === "remote") return new Map();
  if (wanted === "local") return coreInterceptors;
  if ((await mayI(client, { verb: "get", resource: "secrets", namespace })) !== false) return coreInterceptors;
  log(
    `the service account may not get secrets in namespace ${namespace}: the core interceptors' service is asked instead of evaluating them here`,
  );
  return new Map();
}

interface OpenJournal {
  readonly journal: EventJournal;
  close(): Promise<void>;
}

async function openSinkJournal(flags: SinkFlags): Promise<Result<OpenJournal, Failure>> {
  const database = journalUrl({ name: "-journal", value: flags.journal }, process.env);
  if (!database.ok) return database;
  const url = database.value;
  const folder = flags["journal-dir"];
  if (url === undefined && folder === "") {
    return ok({ journal: new MemoryJournal({ maxUnfinished }), close: async () => {} });
  }
  if (url === undefined) {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      return err(failure(`-journal-dir ${folder}: ${error instanceof Error ? error.message : String(error)}`));
    }
  }
  const where = url ?? join(folder, "events.db");
  // There is one process for each listener: memory counts more than speed.
  const opened = await openJournal(where, { retention: journalRetention, maxUnfinished }, new SqliteThread("inline"));
  if (!opened.ok) return err(failure(opened.error));
  return ok({ journal: opened.value, close: async () => opened.value.close() });
}

async function openPorts(
  flags: SinkFlags,
  handler: RequestHandler,
  metrics: SinkMetrics,
  signal: AbortSignal,
): Promise<Result<{ readonly listener: OpenPort; readonly metrics: OpenPort | undefined }, Failure>> {
  const tls = readCertificate(flags);
  if (!tls.ok) return tls;
  const server: Server = createSinkServer(handler, {
    readTimeoutMs: flags.readtimeout * 1000,
    idleTimeoutMs: flags.idletimeout * 1000,
    ...(tls.value === undefined ? {} : { tls: tls.value }),
  });
  const listener = await openPort(server, Number(flags.port));
  if (!listener.ok) return listener;
  if (tls.value !== undefined) void followCertificate(server as SecureServer, flags, signal);
  if (!isForPrometheus()) return ok({ listener: listener.value, metrics: undefined });
  const opened = await openMetrics(metrics.registry);
  return opened.ok ? ok({ listener: listener.value, metrics: opened.value }) : opened;
}

/** Whether Prometheus is to read metrics (spec: event processing, section 11). */
function isForPrometheus(): boolean {
  try {
    const config = JSON.parse(process.env["K_OBSERVABILITY_CONFIG"] || "{}") as JsonValue;
    return member(member(config, "metrics"), "protocol") === "prometheus";
  } catch {
    return false;
  }
}

interface Certificate {
  readonly cert: string;
  readonly key: string;
}

function readCertificate(flags: SinkFlags): Result<Certificate | undefined, Failure> {
  if (flags["tls-cert"] === "" || flags["tls-key"] === "") return ok(undefined);
  try {
    return ok({ cert: readFileSync(flags["tls-cert"], "utf8"), key: readFileSync(flags["tls-key"], "utf8") });
  } catch (error) {
    return err(failure(`cannot read the certificate: ${error instanceof Error ? error.message : String(error)}`));
  }
}

/** A certificate that is renewed in its Secret is served without a restart. */
async function followCertificate(server: SecureServer, flags: SinkFlags, signal: AbortSignal): Promise<void> {
  let last = readCertificate(flags);
  while (!signal.aborted) {
    await sleep(certificatePollMs, signal);
    const next = readCertificate(flags);
    if (!next.ok || next.value === undefined || (last.ok && last.value?.cert === next.value.cert)) continue;
    try {
      server.setSecureContext({ ...next.value, minVersion: "TLSv1.2" });
      last = next;
    } catch {
      // The two files may be of different ages for a moment.
    }
  }
}

/** The level in the zap configuration that the controller hands down. */
function logLevelIn(config: string): LogLevel {
  try {
    const zap = member(JSON.parse(config) as JsonValue, "zap-logger-config");
    const level = typeof zap === "string" ? member(JSON.parse(zap) as JsonValue, "level") : undefined;
    if (level === "debug" || level === "warn" || level === "error") return level;
    // Nothing that the listener says is worse than an error.
    return level === "dpanic" || level === "panic" || level === "fatal" ? "error" : "info";
  } catch {
    return "info";
  }
}

function namesIn(list: string): readonly string[] {
  return list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

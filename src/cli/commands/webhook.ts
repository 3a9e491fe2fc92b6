import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { Histogram, Registry } from "prom-client";
import { type ConfigMaps, configMapNames } from "../../api/triggers/configuration.ts";
import { sleep } from "../../kube/backoff.ts";
import { Informer } from "../../kube/informer.ts";
import { configMaps } from "../../kube/known-resources.ts";
import { olderThanMinimum } from "../../kube/minimum-version.ts";
import { ServingCertificates } from "../../kube/serving-certificates.ts";
import { readTlsSettings } from "../../kube/tls-settings.ts";
import { err, ok, type Result } from "../../result.ts";
import { createCoreClusterInterceptors } from "../../webhook/core-cluster-interceptors.ts";
import { certificatesQueue, WebhookController, WebhookElection } from "../../webhook/webhook-controller.ts";
import { createWebhookServer } from "../../webhook/webhook-server.ts";
import { clusterDomain } from "../cluster-domain.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";
import { takeGoFlags, unknownFlag } from "../go-flags.ts";
import { leaderElectionSettings } from "../leader-election-settings.ts";
import { addProcessMetrics } from "../process-metrics.ts";
import { accessFlags, roleClient, systemNamespaceOf } from "../role-access.ts";
import { healthServer, openMetrics, openPort, roleLog } from "../role-process.ts";
import { version } from "../version.ts";

const dayMs = 24 * 3_600_000;

const webhookFlags = {
  ...accessFlags,
  "health-port": 8080,
  "certificate-validity-seconds": (7 * dayMs) / 1000,
  "certificate-renewal-seconds": dayMs / 1000,
  "certificate-overlap-seconds": 30,
  "drain-delay": 3,
} as const;

/** `tektite webhook`: the admission webhook (spec: controller, section 8). Ends when the signal aborts. */
export async function webhook(args: readonly string[], signal: AbortSignal): Promise<Result<void, Failure>> {
  const taken = takeGoFlags(args, webhookFlags);
  if (!taken.ok) return err(usageFailure(taken.error));
  const unknown = unknownFlag(taken.value.rest);
  if (unknown !== undefined) return err(usageFailure(unknown));
  const { flags } = taken.value;
  const tls = readTlsSettings(process.env, { prefix: "WEBHOOK_", minVersion: "TLSv1.3" });
  if (!tls.ok) return err(usageFailure(tls.error));
  const system = systemNamespaceOf(process.env);
  if (!system.ok) return system;
  const connected = roleClient(flags);
  if (!connected.ok) return connected;
  const client = connected.value;
  const namespace = system.value;
  const log = roleLog("webhook");

  let isReady = false;
  const health = await openPort(
    healthServer(() => isReady && !signal.aborted),
    flags["health-port"],
  );
  if (!health.ok) return health;
  const tooOld = await olderThanMinimum(client, process.env["KUBERNETES_MIN_VERSION"] ?? "");
  if (tooOld !== undefined) return err(failure(tooOld));
  const settings = await leaderElectionSettings(client, namespace);
  if (!settings.ok) return settings;

  const stopping = new AbortController();
  const maps = new Informer(client, configMaps, {
    namespace,
    onError: ({ message = "" }) => log(`cannot watch configmaps: ${message}`),
  });
  const election = new WebhookElection({
    client,
    namespace,
    identity: `${hostname()}_${randomUUID()}`,
    times: settings.value.times,
    nowMs: Date.now,
    onLead: () => {
      void certificates.check();
      controller.resync();
      void createInterceptors();
    },
    log,
  });
  const certificates: ServingCertificates = new ServingCertificates({
    client,
    names: {
      service: process.env["WEBHOOK_SERVICE_NAME"] || "tekton-triggers-webhook",
      namespace,
      clusterDomain: clusterDomain(),
    },
    secretName: process.env["WEBHOOK_SECRET_NAME"] || "triggers-webhook-certs",
    validityMs: flags["certificate-validity-seconds"] * 1000,
    renewBeforeMs: flags["certificate-renewal-seconds"] * 1000,
    overlapMs: flags["certificate-overlap-seconds"] * 1000,
    checkEveryMs: Math.min(60_000, (flags["certificate-renewal-seconds"] * 1000) / 4),
    isAnnounced: (authorityPem) => controller.announces(authorityPem),
    isLeader: () => election.leads(certificatesQueue),
    nowMs: Date.now,
    log,
  });
  const controller: WebhookController = new WebhookController({
    client,
    namespace,
    certificates,
    isOwnedByNamespace: !isSet(process.env["WEBHOOK_DISABLE_NAMESPACE_OWNERSHIP"]),
    isLeader: (queue) => election.leads(queue),
    log,
    signal: stopping.signal,
  });
  let areCreated: Promise<void> | undefined;
  /** Once in the life of this process: who removes one later wants to be without it. */
  const createInterceptors = () => {
    const name = process.env["INTERCEPTOR_TLS_SVC_NAME"] || "tekton-triggers-core-interceptors";
    areCreated ??= createCoreClusterInterceptors(client, { name, namespace }, { signal, log });
    return areCreated;
  };
  const elected = election.run(signal);
  await Promise.all([maps.start(signal), controller.start(), certificates.start(signal)]);
  if (signal.aborted) {
    await elected;
    return ok(undefined);
  }

  const registry = new Registry();
  addProcessMetrics(registry, { service: "webhook", version });
  const duration = newDurations(registry);
  const metrics = await openMetrics(registry);
  if (!metrics.ok) return metrics;
  const server = createWebhookServer({
    certificates,
    tls: tls.value,
    log,
    context: () => ({
      configMaps: configMapsIn(maps, namespace),
      defaultsName: process.env["CONFIG_DEFAULTS_NAME"] || configMapNames.defaults,
      loggingName: process.env["CONFIG_LOGGING_NAME"] || "config-logging",
    }),
    onAnswer: (path, status, seconds) => duration.observe({ path, code: String(status) }, seconds),
  });
  const port = await openPort(server, Number(process.env["WEBHOOK_PORT"] || 8443));
  if (!port.ok) return err(failure(port.error.message));
  isReady = true;
  log(`reviewing on port ${port.value.port}`);

  await elected;
  // API servers go on calling until they have learned that this replica ends.
  await sleep(flags["drain-delay"] * 1000);
  await port.value.close(10_000);
  stopping.abort();
  await metrics.value?.close(0);
  await health.value.close(0);
  return ok(undefined);
}

function newDurations(registry: Registry): Histogram<"path" | "code"> {
  return new Histogram({
    name: "kn_webhook_handler_duration_seconds",
    help: "The duration of task execution.",
    labelNames: ["path", "code"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    registers: [registry],
  });
}

function configMapsIn(maps: Informer, namespace: string): ConfigMaps {
  return Object.fromEntries(
    maps
      .list(namespace)
      .map((map) => [map.metadata.name ?? "", (map["data"] ?? {}) as Readonly<Record<string, string>>] as const),
  );
}

function isSet(text: string | undefined): boolean {
  return text !== undefined && text !== "" && text !== "false" && text !== "0";
}

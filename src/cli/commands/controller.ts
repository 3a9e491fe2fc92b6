import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { Registry } from "prom-client";
import { ConfigSource } from "../../controllers/triggers/config-source.ts";
import { type ControllerFlags, parseControllerFlags } from "../../controllers/triggers/controller-flags.ts";
import { startElectedControllers } from "../../controllers/triggers/elected-controllers.ts";
import { ObjectCounts } from "../../controllers/triggers/object-counts.ts";
import type { KubeClient } from "../../kube/client.ts";
import { configMaps } from "../../kube/known-resources.ts";
import { olderThanMinimum } from "../../kube/minimum-version.ts";
import { WorkQueueMetrics } from "../../kube/work-queue-metrics.ts";
import { err, ok, type Result } from "../../result.ts";
import { clusterDomain } from "../cluster-domain.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";
import { takeGoFlags } from "../go-flags.ts";
import { leaderElectionSettings } from "../leader-election-settings.ts";
import { addProcessMetrics } from "../process-metrics.ts";
import { accessFlags, roleClient, systemNamespaceOf } from "../role-access.ts";
import { healthServer, openMetrics, openPort, roleLog } from "../role-process.ts";
import { version } from "../version.ts";

const countEveryMs = 60_000;
const ownFlags = { ...accessFlags, "health-port": 8080 } as const;

/**
 * `tektite controller`: makes Deployments and Services of EventListeners, and addresses of interceptors, as one of
 * several replicas (spec: controller). Ends when the signal aborts.
 */
export async function controller(args: readonly string[], signal: AbortSignal): Promise<Result<void, Failure>> {
  const taken = takeGoFlags(args, ownFlags);
  if (!taken.ok) return err(usageFailure(taken.error));
  const flags = parseControllerFlags(taken.value.rest);
  if (!flags.ok) return err(usageFailure(flags.error));
  const namespace = systemNamespaceOf(process.env);
  if (!namespace.ok) return namespace;
  const client = roleClient(taken.value.flags);
  if (!client.ok) return client;
  const log = roleLog("controller");

  let isReady = false;
  const health = await openPort(
    healthServer(() => isReady),
    taken.value.flags["health-port"],
  );
  if (!health.ok) return health;
  const tooOld = await olderThanMinimum(client.value, process.env["KUBERNETES_MIN_VERSION"] ?? "");
  if (tooOld !== undefined) return err(failure(tooOld));
  const problem = await configurationProblem(client.value, namespace.value, flags.value);
  if (problem !== undefined) return err(failure(problem));
  const election = await leaderElectionSettings(client.value, namespace.value);
  if (!election.ok) return election;
  const registry = new Registry();
  addProcessMetrics(registry, { service: "controller", version });
  const counts = new ObjectCounts(client.value, registry);
  const metrics = await openMetrics(registry);
  if (!metrics.ok) return metrics;
  if (metrics.value === undefined) {
    log("METRICS_PROMETHEUS_PORT is no port: until it is set, such as to 9000, no EventListener gets a Deployment");
  }
  void counts.run(countEveryMs, signal);

  const controllers = startElectedControllers({
    client: client.value,
    flags: flags.value,
    env: process.env,
    clusterDomain: clusterDomain(),
    clock: { nowMs: Date.now },
    identity: `${hostname()}_${randomUUID()}`,
    ...election.value,
    queueMetrics: new WorkQueueMetrics(registry),
    signal,
    log,
  });
  await controllers.synced;
  isReady = true;
  log("controllers are running");
  await controllers.done;
  isReady = false;
  await metrics.value?.close(0);
  await health.value.close(0);
  return ok(undefined);
}

/** Why the controller does not start: a ConfigMap that it needs is missing or wrong (spec: controller, section 1). */
async function configurationProblem(
  client: KubeClient,
  namespace: string,
  flags: ControllerFlags,
): Promise<string | undefined> {
  const source = new ConfigSource(flags, process.env, "");
  for (const name of source.required) {
    const found = await client.get(configMaps, { namespace, name });
    if (!found.ok) return `cannot read ConfigMap ${namespace}/${name}: ${found.error.message ?? ""}`;
    const taken = source.update(name, (found.value["data"] ?? {}) as Readonly<Record<string, string>>);
    if (!taken.ok) return taken.error;
  }
  return undefined;
}

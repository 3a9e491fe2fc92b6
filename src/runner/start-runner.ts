import { join } from "node:path";
import type { K8sObject } from "../api/object.ts";
import { type PipelinesConfiguration, readConfiguration } from "../api/pipelines/configuration.ts";
import type { KubeClient } from "../kube/client.ts";
import { Informer } from "../kube/informer.ts";
import type { LogStore } from "../store/log-store.ts";
import type { Tracer } from "../tracing/tracer.ts";
import { ClaimFolders } from "./claim-folders.ts";
import { CloudEvents } from "./cloud-events.ts";
import { EventRecorder } from "./event-recorder.ts";
import { PipelineRunController } from "./pipeline-run-controller.ts";
import type { RunningPod, Runtime } from "./pod-plan.ts";
import { PodReaper } from "./pod-reaper.ts";
import { PodSlots } from "./pod-slots.ts";
import { allResolvers, type ResolverOptions } from "./resolvers/all-resolvers.ts";
import { configMaps } from "./resources.ts";
import { type RetentionOptions, startRetention } from "./retention.ts";
import { RunTracing } from "./run-tracing.ts";
import type { RunnerContext, RunnerLog } from "./runner-context.ts";
import { SpecSources } from "./spec-sources.ts";
import { TaskRunController } from "./task-run-controller.ts";
import { UnscheduledPods } from "./unscheduled-pods.ts";

export interface RunnerOptions {
  /** Pods that may run at once. */
  readonly maxPods: number;
  /** Name that pods show as their node. */
  readonly nodeName: string;
  /** Whether values of secrets that a run names are shown as `***` in its logs. */
  readonly maskSecrets: boolean;
  readonly resolvers: ResolverOptions;
  readonly retention: RetentionOptions;
}

export interface Runner {
  /** The pod of that name, while it runs here. */
  runningPod(namespace: string, name: string): RunningPod | undefined;
}

/** Namespace of Tekton's own ConfigMaps. */
const systemNamespace = "tekton-pipelines";

/**
 * Executes TaskRuns and PipelineRuns found through the client until `signal` aborts. Resolves once everything that
 * was there before has been taken up. `dataDir` holds claims and the mirrors of git repositories.
 */
export async function startRunner(parts: {
  readonly client: KubeClient;
  readonly runtime: Runtime;
  readonly logs: LogStore;
  readonly dataDir: string;
  readonly options: RunnerOptions;
  readonly log: RunnerLog;
  readonly signal: AbortSignal;
  /** Records what becomes of runs, while there is one. */
  readonly tracer?: () => Tracer | undefined;
}): Promise<Runner> {
  const { client, signal, options, log } = parts;
  const settings = new Informer(client, configMaps, { namespace: systemNamespace });
  const configuration = configurationFrom(settings);
  const claims = new ClaimFolders(client, join(parts.dataDir, "claims"), log);
  const resolvers = allResolvers({
    client,
    cacheFolder: join(parts.dataDir, "git"),
    options: options.resolvers,
    timeoutMs: () => configuration().maximumResolutionTimeoutMs,
    settings: () => ({
      "config-defaults": dataOf(settings.get(systemNamespace, "config-defaults")),
      "feature-flags": dataOf(settings.get(systemNamespace, "feature-flags")),
    }),
  });
  const context: RunnerContext = {
    client,
    runtime: parts.runtime,
    logs: parts.logs,
    log,
    signal,
    nodeName: options.nodeName,
    maskSecrets: options.maskSecrets,
    slots: new PodSlots(options.maxPods),
    claims,
    dataDir: parts.dataDir,
    events: new EventRecorder(client, "tekton", signal),
    cloudEvents: new CloudEvents({ sink: () => configuration().cloudEventsSink, log, signal }),
    specs: new SpecSources(client, resolvers),
    tracing: new RunTracing(parts.tracer ?? (() => undefined)),
    configuration,
  };
  await Promise.all([settings.start(signal), claims.start(signal)]);
  const taskRuns = new TaskRunController(context);
  const pipelineRuns = new PipelineRunController(context, taskRuns);
  await taskRuns.start();
  await pipelineRuns.start();
  await new PodReaper(context, (namespace, name) => taskRuns.runningPod(namespace, name)).start();
  await new UnscheduledPods(context).start();
  startRetention(context, options.retention);
  return { runningPod: (namespace, name) => taskRuns.runningPod(namespace, name) };
}

/** The settings as the informer last saw them, read again only when they change. */
function configurationFrom(informer: Informer): () => PipelinesConfiguration {
  let current = readConfiguration();
  informer.onChange(() => {
    const data = (name: string) => dataOf(informer.get(systemNamespace, name));
    current = readConfiguration(data("config-defaults"), data("feature-flags"));
  });
  return () => current;
}

function dataOf(configMap: K8sObject | undefined): Readonly<Record<string, string>> {
  return (configMap?.["data"] as Readonly<Record<string, string>> | undefined) ?? {};
}

import type { K8sObject, Resource } from "../../api/object.ts";
import { triggersGroup } from "../../api/triggers/kinds.ts";
import { sleep } from "../../kube/backoff.ts";
import type { KubeClient } from "../../kube/client.ts";
import { Informer } from "../../kube/informer.ts";
import {
  clusterInterceptors,
  configMaps,
  deployments,
  eventListeners,
  interceptors,
  services,
} from "../../kube/known-resources.ts";
import { keyOf } from "../../kube/object-key.ts";
import { WorkQueue } from "../../kube/work-queue.ts";
import type { WorkQueueMetrics } from "../../kube/work-queue-metrics.ts";
import { err, ok, type Result } from "../../result.ts";
import { ConfigSource } from "./config-source.ts";
import type { ControllerFlags } from "./controller-flags.ts";
import { CreatedObjects } from "./created-objects.ts";
import { EventRecorder } from "./event-recorder.ts";
import { managedSelector } from "./listener-names.ts";
import { reconcileInterceptor } from "./reconcile-interceptor.ts";
import { reconcileListener } from "./reconcile-listener.ts";
import type { ReconcilerClient, ReconcileTools } from "./reconciler-client.ts";

const workers = 2;
const baseDelayMs = 5;
const maxDelayMs = 1_000_000;
/** Of keys that failed. */
const retries = { perSecond: 10, burst: 100 } as const;
const resyncMs = 10 * 3600 * 1000;
/** Types of custom resources that are watched; listeners of further types notice changes at the next resync. */
const maxWatchedTypes = 16;

/** The queues of keys, by the kind in lower case. */
export const triggersQueues = ["eventlistener", "clusterinterceptor", "interceptor"] as const;
export type TriggersQueue = (typeof triggersQueues)[number];

/** The name of a queue in metrics, as upstream names it. */
function queueName(queue: TriggersQueue): string {
  return `github.com.tektoncd.triggers.pkg.reconciler.${queue}.Reconciler`;
}

export interface TriggersControllersOptions {
  readonly client: KubeClient;
  readonly flags: ControllerFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  readonly clock: { nowMs(): number };
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
  /** Whether this process acts; keys that come up while it does not are skipped. Without it, it always does. */
  readonly isLeader?: (queue: TriggersQueue, key: string) => boolean;
  /** Shows the queues to Prometheus. */
  readonly queueMetrics?: WorkQueueMetrics;
}

/** The running controllers of EventListeners, ClusterInterceptors and Interceptors. */
export interface TriggersControllers {
  /** Looks at every object again, as a process must that has become the leader. */
  resync(): void;
  /** Resolves once all caches are filled. A kind that cannot be read does not hold up the others until then. */
  readonly synced: Promise<void>;
}

/** Starts the controllers (spec: controller, section 1), which run until the signal aborts. */
export function startTriggersControllers(options: TriggersControllersOptions): TriggersControllers {
  const { client, flags, env, clock, signal, log, isLeader = () => true } = options;
  const config = new ConfigSource(flags, env, options.clusterDomain);
  const recorder = new EventRecorder(client, () => clock.nowMs(), log);
  const watch = (resource: Resource, more: { readonly namespace?: string; readonly labelSelector?: string } = {}) => {
    let told = "";
    return new Informer(client, resource, {
      ...more,
      onError({ message = "" }) {
        if (message !== told) log(`cannot watch ${resource.resource}: ${message}`);
        told = message;
      },
    });
  };

  const maps = watch(configMaps, { namespace: env["SYSTEM_NAMESPACE"] || "tekton-pipelines" });
  maps.onChange((event) => {
    if (event.kind === "deleted") return;
    const data = (event.object["data"] ?? {}) as Readonly<Record<string, string>>;
    const taken = config.update(event.object.metadata.name ?? "", data);
    if (!taken.ok) log(`${taken.error}: it is left out of account`);
  });

  const listenerInformer = watch(eventListeners);
  const deploymentInformer = watch(deployments, { labelSelector: managedSelector });
  const serviceInformer = watch(services, { labelSelector: managedSelector });
  const createdDeployments = new CreatedObjects(deploymentInformer);
  const createdServices = new CreatedObjects(serviceInformer);

  const toolsFor = (component: string): ReconcileTools => ({
    client,
    now: () => `${new Date(clock.nowMs()).toISOString().slice(0, 19)}Z`,
    warn: (object, reason, message) => void recorder.warn(object, component, reason, message),
    log,
  });
  const queue = (
    name: TriggersQueue,
    informer: Informer,
    reconcile: (object: K8sObject | undefined) => Promise<Result<undefined, string>>,
  ) => {
    const work = async (key: string): Promise<Result<Record<string, never>, string>> => {
      if (!isLeader(name, key)) return ok({});
      const slash = key.indexOf("/");
      const done = await reconcile(informer.get(key.slice(0, slash) || undefined, key.slice(slash + 1)));
      return done.ok ? ok({}) : err(done.error);
    };
    const onError = (key: string, error: string) => log(`${name} ${key}: ${error}`);
    const observer = options.queueMetrics?.observe(queueName(name));
    const keys = new WorkQueue(work, {
      ...{ workers, baseDelayMs, maxDelayMs, retries, onError },
      ...(observer === undefined ? {} : { observer }),
    });
    informer.onChange(({ object }) => keys.add(keyOf(object)));
    return keys;
  };

  const watchedTypes = new Set<string>();
  const listenerQueue = queue("eventlistener", listenerInformer, (object) =>
    reconcileListener(object, {
      ...toolsFor("EventListener"),
      client: watchful(),
      cache: {
        deployment: (namespace, name) => createdDeployments.get(namespace, name),
        service: (namespace, name) => createdServices.get(namespace, name),
      },
      config: config.current,
    }),
  );
  const enqueueOwner = ({ object }: { readonly object: K8sObject }) => {
    const owner = owningListener(object);
    if (owner !== undefined) listenerQueue.add(owner);
  };
  deploymentInformer.onChange(enqueueOwner);
  serviceInformer.onChange(enqueueOwner);

  /** The client of the EventListener reconciler: what it creates is remembered, what it looks up is watched. */
  function watchful(): ReconcilerClient {
    return {
      get(resource, key) {
        if (resource !== eventListeners) watchType(resource);
        return client.get(resource, key);
      },
      async create(resource, object) {
        const created = await client.create(resource, object);
        if (created.ok && resource === deployments) createdDeployments.add(created.value);
        if (created.ok && resource === services) createdServices.add(created.value);
        return created;
      },
      update: (resource, object, more) => client.update(resource, object, more),
      delete: (resource, key) => client.delete(resource, key),
    };
  }

  function watchType(resource: Resource): void {
    const type = `${resource.group}/${resource.version}/${resource.resource}`;
    if (watchedTypes.has(type) || watchedTypes.size >= maxWatchedTypes) return;
    watchedTypes.add(type);
    const informer = watch(resource, { labelSelector: managedSelector });
    informer.onChange(enqueueOwner);
    void informer.start(signal);
  }

  const clusterInformer = watch(clusterInterceptors);
  const namespacedInformer = watch(interceptors);
  const queues = [
    { keys: listenerQueue, informer: listenerInformer, needs: [maps, deploymentInformer, serviceInformer] },
    {
      informer: clusterInformer,
      keys: queue("clusterinterceptor", clusterInformer, (object) =>
        reconcileInterceptor(clusterInterceptors, object, toolsFor("ClusterInterceptor")),
      ),
    },
    {
      informer: namespacedInformer,
      keys: queue("interceptor", namespacedInformer, (object) =>
        reconcileInterceptor(interceptors, object, toolsFor("Interceptor")),
      ),
    },
  ];

  // Each queue begins with what it needs: of another kind the definition may be missing, or a role.
  const started = queues.map(async ({ keys, informer, needs = [] }) => {
    await Promise.all([informer, ...needs].map((each) => each.start(signal)));
    keys.start(signal);
  });

  const resync = () => {
    for (const { keys, informer } of queues) for (const object of informer.list()) keys.add(keyOf(object));
  };
  void (async () => {
    while (!signal.aborted) {
      await sleep(resyncMs, signal);
      if (!signal.aborted) resync();
    }
  })();
  return { resync, synced: Promise.all(started).then(() => undefined) };
}

/** Key of the EventListener that controls an object, whichever version the reference names. */
function owningListener({ metadata }: K8sObject): string | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined || owner.kind !== "EventListener") return undefined;
  return owner.apiVersion.startsWith(`${triggersGroup}/`) ? `${metadata.namespace ?? ""}/${owner.name}` : undefined;
}

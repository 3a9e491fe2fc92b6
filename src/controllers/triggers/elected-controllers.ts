import { createHash } from "node:crypto";
import { type LeaderElectionTimes, LeaderElector } from "../../kube/leader-election.ts";
import {
  startTriggersControllers,
  type TriggersControllers,
  type TriggersControllersOptions,
  type TriggersQueue,
  triggersQueues,
} from "./triggers-controllers.ts";

export interface ElectedControllersOptions extends Omit<TriggersControllersOptions, "isLeader"> {
  /** Unique to this process: `<hostname>_<uuid>`. */
  readonly identity: string;
  readonly times?: LeaderElectionTimes;
  /** Into so many parts the keys of a queue are divided, so that several replicas share the work. Default: 1. */
  readonly buckets?: number;
}

/**
 * The Lease of a bucket of a queue, named as upstream names it so that two controllers never act at once (spec: controller,
 * section 9).
 */
function leaseName(queue: TriggersQueue, bucket: number, buckets: number): string {
  const number = (n: number) => String(n).padStart(2, "0");
  return `controller.github.com.tektoncd.triggers.pkg.reconciler.${queue}.reconciler.${number(bucket)}-of-${number(buckets)}`;
}

/** Which bucket a key is in. */
function bucketOf(key: string, buckets: number): number {
  return buckets === 1 ? 0 : createHash("sha256").update(key).digest().readUInt32BE(0) % buckets;
}

/** The running controllers of one of several replicas. */
export interface ElectedControllers {
  /** Resolves once all caches are filled; what can be done before that is done. */
  readonly synced: Promise<void>;
  /** Resolves when the signal has aborted and the Leases are given back. */
  readonly done: Promise<void>;
}

/** Starts the controllers as one of several replicas: per queue and bucket one of them acts. */
export function startElectedControllers(options: ElectedControllersOptions): ElectedControllers {
  const { client, env, clock, signal, log, identity, times = {}, buckets = 1 } = options;
  const electorOf = (queue: TriggersQueue, bucket: number) =>
    new LeaderElector({
      ...times,
      client,
      namespace: env["SYSTEM_NAMESPACE"] || "tekton-pipelines",
      name: leaseName(queue, bucket, buckets),
      identity,
      nowMs: () => clock.nowMs(),
      // What happened while another led may be out of line.
      onChange: (leads) => leads && controllers.resync(),
      log,
    });
  const electors = new Map(
    triggersQueues.map((queue) => [queue, Array.from({ length: buckets }, (_, bucket) => electorOf(queue, bucket))]),
  );
  const isLeader = (queue: TriggersQueue, key: string) => electors.get(queue)?.[bucketOf(key, buckets)]?.leads === true;
  const controllers: TriggersControllers = startTriggersControllers({ ...options, isLeader });
  const running = [...electors.values()].flat().map((elector) => elector.run(signal));
  return { synced: controllers.synced, done: Promise.all(running).then(() => undefined) };
}

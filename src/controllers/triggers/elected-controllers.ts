import { type LeaderElectionTimes, LeaderElector } from "../../kube/leader-election.ts";
import {
  startTriggersControllers,
  type TriggersControllersOptions,
  type TriggersQueue,
  triggersQueues,
} from "./triggers-controllers.ts";

export interface ElectedControllersOptions extends Omit<TriggersControllersOptions, "isLeader"> {
  /** Unique to this process: `<hostname>_<uuid>`. */
  readonly identity: string;
  readonly times?: LeaderElectionTimes;
}

/** The Lease of a queue, named as upstream names it so that two controllers never act at once (spec: controller, section 9). */
function leaseName(queue: TriggersQueue): string {
  return `controller.github.com.tektoncd.triggers.pkg.reconciler.${queue}.reconciler.00-of-01`;
}

/**
 * Starts the controllers as one of several replicas: per queue one of them acts. Resolves with a promise of the end,
 * when the signal has aborted and the leases are given back.
 */
export async function startElectedControllers(
  options: ElectedControllersOptions,
): Promise<{ readonly done: Promise<void> }> {
  const { client, env, clock, signal, log, identity, times = {} } = options;
  let resync = () => {};
  const electors = new Map(
    triggersQueues.map((queue) => {
      const elector = new LeaderElector({
        ...times,
        client,
        namespace: env["SYSTEM_NAMESPACE"] || "tekton-pipelines",
        name: leaseName(queue),
        identity,
        nowMs: () => clock.nowMs(),
        // What happened while another led may be out of line.
        onChange: (leads) => leads && resync(),
        log,
      });
      return [queue, elector] as const;
    }),
  );
  const isLeader = (queue: TriggersQueue) => electors.get(queue)?.leads === true;
  const controllers = await startTriggersControllers({ ...options, isLeader });
  resync = () => controllers.resync();
  const running = [...electors.values()].map((elector) => elector.run(signal));
  return { done: Promise.all(running).then(() => undefined) };
}

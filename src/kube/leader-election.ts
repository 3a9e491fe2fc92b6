import type { K8sObject, Resource } from "../api/object.ts";
import { sleep as sleepReally } from "./backoff.ts";
import type { KubeClient } from "./client.ts";

const leases: Resource = { group: "coordination.k8s.io", version: "v1", resource: "leases" };

/** How long leading lasts, in milliseconds. */
export interface LeaderElectionTimes {
  /** After so long without renewal another replica may take over. */
  readonly leaseDurationMs?: number;
  /** After so long without a successful renewal this replica gives up. Shorter than the lease. */
  readonly renewDeadlineMs?: number;
  /** Pause between attempts. */
  readonly retryPeriodMs?: number;
}

export interface LeaderElectionOptions extends LeaderElectionTimes {
  readonly client: Pick<KubeClient, "get" | "create" | "update">;
  readonly namespace: string;
  /** Name of the Lease that the replicas compete for. */
  readonly name: string;
  /** Unique to this process, such as `<hostname>_<uuid>`. */
  readonly identity: string;
  readonly nowMs: () => number;
  readonly onChange?: (leads: boolean) => void;
  readonly log?: (message: string) => void;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/**
 * Makes one of several replicas the leader by a Lease, as Kubernetes' own components do: clocks of different machines
 * are never compared, a lease counts as expired when it was not seen to change for its duration.
 */
export class LeaderElector {
  readonly #options: Required<Omit<LeaderElectionOptions, "onChange" | "log">> &
    Pick<LeaderElectionOptions, "onChange" | "log">;
  #leads = false;
  #renewedMs = 0;
  /** What the lease said last, and when that was first seen. */
  #observed = "";
  #observedMs = 0;

  constructor(options: LeaderElectionOptions) {
    this.#options = {
      leaseDurationMs: 60_000,
      renewDeadlineMs: 40_000,
      retryPeriodMs: 10_000,
      sleep: sleepReally,
      ...options,
    };
  }

  /** Whether this replica leads now; false as soon as another could, even if the loop below is held up. */
  get leads(): boolean {
    return this.#leads && this.#options.nowMs() - this.#renewedMs < this.#options.leaseDurationMs;
  }

  /** Competes until the signal aborts, then gives the lease back. */
  async run(signal: AbortSignal): Promise<void> {
    const { nowMs, renewDeadlineMs, retryPeriodMs, sleep } = this.#options;
    while (!signal.aborted) {
      const startedMs = nowMs();
      if (await this.#tryOnce()) {
        this.#renewedMs = startedMs;
        this.#become(true);
      } else if (nowMs() - this.#renewedMs >= renewDeadlineMs) this.#become(false);
      // Replicas that wait should not all ask at the same moment.
      await sleep(this.#leads ? retryPeriodMs : retryPeriodMs * (1 + 0.2 * Math.random()), signal);
    }
    if (this.#leads) await this.#release();
    this.#become(false);
  }

  #become(leads: boolean): void {
    if (this.#leads === leads) return;
    this.#leads = leads;
    this.#options.log?.(`${leads ? "leads" : "no longer leads"} ${this.#options.name}`);
    this.#options.onChange?.(leads);
  }

  /** Takes or renews the lease; false when another has it or the request fails. */
  async #tryOnce(): Promise<boolean> {
    const { client, namespace, name, identity, nowMs, leaseDurationMs } = this.#options;
    const found = await client.get(leases, { namespace, name });
    if (!found.ok) {
      if (found.error.reason !== "NotFound") return this.#failed(found.error.message);
      const created = await client.create(leases, this.#lease({ namespace, name }, {}));
      return created.ok || (created.error.reason !== "AlreadyExists" && this.#failed(created.error.message));
    }
    const lease = found.value;
    const spec = (lease["spec"] ?? {}) as LeaseSpec;
    const seen = JSON.stringify(spec);
    if (seen !== this.#observed) {
      this.#observed = seen;
      this.#observedMs = nowMs();
    }
    const holder = spec.holderIdentity ?? "";
    const durationMs = (spec.leaseDurationSeconds ?? leaseDurationMs / 1000) * 1000;
    if (holder !== "" && holder !== identity && nowMs() - this.#observedMs < durationMs) return false;
    const updated = await client.update(leases, this.#lease(lease.metadata, spec));
    return updated.ok || (updated.error.reason !== "Conflict" && this.#failed(updated.error.message));
  }

  #failed(message = "the request failed"): false {
    this.#options.log?.(`cannot renew ${this.#options.name}: ${message}`);
    return false;
  }

  /** The lease held by this replica; `before` is what it says now. */
  #lease(metadata: K8sObject["metadata"], before: LeaseSpec): K8sObject {
    const { identity, leaseDurationMs } = this.#options;
    const now = this.#microTime();
    const isRenewal = before.holderIdentity === identity;
    const transitions = before.leaseTransitions ?? 0;
    const spec: LeaseSpec = {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
      acquireTime: isRenewal ? (before.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: isRenewal || before.holderIdentity === undefined ? transitions : transitions + 1,
    };
    return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
  }

  /** Another replica need not wait for the lease to expire. */
  async #release(): Promise<void> {
    const { client, namespace, name, identity } = this.#options;
    const found = await client.get(leases, { namespace, name });
    if (!found.ok) return;
    const spec = (found.value["spec"] ?? {}) as LeaseSpec;
    if (spec.holderIdentity !== identity) return;
    const now = this.#microTime();
    const released: LeaseSpec = {
      ...spec,
      holderIdentity: "",
      leaseDurationSeconds: 1,
      acquireTime: now,
      renewTime: now,
    };
    await client.update(leases, { ...found.value, spec: released });
  }

  /** RFC 3339 with microseconds, as metav1.MicroTime is written. */
  #microTime(): string {
    return new Date(this.#options.nowMs()).toISOString().replace("Z", "000Z");
  }
}

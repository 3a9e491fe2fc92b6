import { parseGoDuration } from "../api/pipelines/go-duration.ts";
import type { KubeClient } from "../kube/client.ts";
import { configMaps } from "../kube/known-resources.ts";
import type { LeaderElectionTimes } from "../kube/leader-election.ts";
import { err, ok, type Result } from "../result.ts";
import { type Failure, failure } from "./failure.ts";

/** How replicas share work. */
export interface LeaderElectionSettings {
  readonly times: LeaderElectionTimes;
  /** Parts of a queue, each with a leader of its own: 1 to 10. */
  readonly buckets: number;
}

const maxBuckets = 10;

/**
 * What the ConfigMap for leader election says; the usual values where it is silent or absent (spec: resources, section
 * 9).
 */
export async function leaderElectionSettings(
  client: KubeClient,
  namespace: string,
): Promise<Result<LeaderElectionSettings, Failure>> {
  const name = process.env["CONFIG_LEADERELECTION_NAME"] || "config-leader-election";
  const found = await client.get(configMaps, { namespace, name });
  if (!found.ok) {
    if (found.error.code === 404) return ok({ times: {}, buckets: 1 });
    return err(failure(`cannot read ConfigMap ${namespace}/${name}: ${found.error.message ?? ""}`));
  }
  const data = (found.value["data"] ?? {}) as Readonly<Record<string, string>>;
  const times: { -readonly [K in keyof LeaderElectionTimes]: number } = {};
  const keys = [
    ["leaseDurationMs", "lease-duration"],
    ["renewDeadlineMs", "renew-deadline"],
    ["retryPeriodMs", "retry-period"],
  ] as const;
  for (const [field, key] of keys) {
    const text = Object.hasOwn(data, key) ? data[key] : undefined;
    if (text === undefined) continue;
    const ms = parseGoDuration(text);
    if (ms === undefined || ms <= 0)
      return err(failure(`ConfigMap ${namespace}/${name}: ${key} ${text} is no duration`));
    times[field] = ms;
  }
  const { leaseDurationMs = 60_000, renewDeadlineMs = 40_000 } = times;
  if (renewDeadlineMs >= leaseDurationMs) {
    return err(failure(`ConfigMap ${namespace}/${name}: renew-deadline must be shorter than lease-duration`));
  }
  const buckets = Object.hasOwn(data, "buckets") ? Number(data["buckets"]) : 1;
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > maxBuckets) {
    return err(
      failure(`ConfigMap ${namespace}/${name}: buckets ${data["buckets"]} is no number from 1 to ${maxBuckets}`),
    );
  }
  return ok({ times, buckets });
}

import { member } from "../json/value.ts";
import type { KubeClient } from "./client.ts";

/**
 * Why the cluster is too old for a component whose environment names a least version (spec: controller, section 1);
 * undefined when it is not, or none is named.
 */
export async function olderThanMinimum(client: KubeClient, minimum: string): Promise<string | undefined> {
  if (minimum === "") return undefined;
  const wanted = parseVersion(minimum);
  if (wanted === undefined) return `the environment variable KUBERNETES_MIN_VERSION is no version: ${minimum}`;
  const { status, body } = await client.transport.send({ method: "GET", path: "/version" });
  const told = member(body, "gitVersion");
  if (status !== 200 || typeof told !== "string") {
    return `cannot read the version of the cluster: ${String(member(body, "message") ?? status)}`;
  }
  const current = parseVersion(told);
  // Vendors' suffixes do not make a version older.
  if (current === undefined || compare(current, wanted) >= 0) return undefined;
  return `kubernetes version "${told}" is not compatible, need at least "${minimum}" (this can be overridden with the env var "KUBERNETES_MIN_VERSION")`;
}

type Version = readonly [major: number, minor: number, patch: number];

function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+].*)?$/.exec(text.trim());
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

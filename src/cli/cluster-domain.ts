import { existsSync, readFileSync } from "node:fs";

const resolvConfPath = "/etc/resolv.conf";

/** The DNS domain of the cluster that this process runs in, such as `cluster.local`. */
export function clusterDomain(): string {
  return findClusterDomain(process.env, existsSync(resolvConfPath) ? readFileSync(resolvConfPath, "utf8") : "");
}

/**
 * The DNS domain of the cluster: told by the environment, else the part after `svc.` in the search list of
 * resolv.conf (spec: resources, section 7).
 */
export function findClusterDomain(env: Readonly<Record<string, string | undefined>>, resolvConf: string): string {
  const told = env["CLUSTER_DOMAIN"] ?? "";
  if (told !== "") return told;
  for (const line of resolvConf.split("\n")) {
    const [keyword, ...domains] = line.trim().split(/\s+/);
    if (keyword !== "search") continue;
    const found = domains.find((domain) => domain.startsWith("svc."));
    if (found !== undefined) return found.slice("svc.".length).replace(/\.$/, "");
  }
  return "cluster.local";
}

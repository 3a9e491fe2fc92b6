import { existsSync, readFileSync } from "node:fs";
import { findClusterDomain } from "../controllers/triggers/listener-config.ts";

const resolvConf = "/etc/resolv.conf";

/** The DNS domain of the cluster that this process runs in, such as `cluster.local`. */
export function clusterDomain(): string {
  return findClusterDomain(process.env, existsSync(resolvConf) ? readFileSync(resolvConf, "utf8") : "");
}

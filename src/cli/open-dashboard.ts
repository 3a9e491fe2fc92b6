import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Dashboard, startDashboard } from "../dashboard/dashboard-server.ts";
import { HttpsTransport } from "../kube/https-transport.ts";
import type { ClusterAccess } from "../kube/kubeconfig.ts";
import { err, ok, type Result } from "../result.ts";
import { type Address, localUrl } from "../standalone/address.ts";
import { type Failure, failure } from "./failure.ts";

/** Opens a dashboard for an API server. The caller stops it. */
export async function openDashboard(
  cluster: ClusterAccess,
  options: {
    readonly address: Address;
    readonly hostNames: readonly string[];
    readonly isReadOnly: boolean;
    readonly webhooks?: string;
  },
): Promise<Result<Dashboard & { readonly url: string }, Failure>> {
  const { clientCertificate: _ours, ...server } = cluster;
  const { address } = options;
  const opened = await startDashboard({
    ...options,
    siteFolder: siteFolder(),
    // A name that it is bound to is one that it is called by.
    hostNames: [...options.hostNames, address.host].map((name) => name.toLowerCase()),
    transportOf: (token) => new HttpsTransport({ ...server, bearerToken: async () => token }),
    operator: new HttpsTransport(cluster),
    log: (message) => process.stderr.write(`${message}\n`),
  });
  if (!opened.ok) return err(failure(opened.error));
  return ok({ ...opened.value, url: localUrl("http", { host: address.host, port: opened.value.port }) });
}

/** Beside the bundled program, or where `npm run build` puts it in a checkout. */
function siteFolder(): string {
  const bundled = join(import.meta.dirname, "dashboard", "index.html");
  return existsSync(bundled)
    ? join(import.meta.dirname, "dashboard")
    : join(import.meta.dirname, "..", "..", "dist", "dashboard");
}

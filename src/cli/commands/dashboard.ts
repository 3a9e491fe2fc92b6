import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type ClusterAccess, inClusterAccess, loadKubeconfig } from "../../kube/kubeconfig.ts";
import { err, ok, type Result } from "../../result.ts";
import { parseAddress } from "../../standalone/address.ts";
import type { ConnectionOptions } from "../connection.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";
import { openDashboard } from "../open-dashboard.ts";
import { waitForEnd } from "./up.ts";

export interface DashboardOptions extends ConnectionOptions {
  readonly address: string;
  readonly hostName: readonly string[];
  readonly readOnly?: boolean;
  readonly signal: AbortSignal;
}

/** `tektite dashboard`: the web page for the API server of a kubeconfig, or of the cluster that it runs in. */
export async function dashboard(options: DashboardOptions): Promise<Result<void, Failure>> {
  const address = parseAddress(options.address, "--address");
  if (!address.ok) return err(usageFailure(address.error));
  const access = accessOf(options);
  if (!access.ok) return access;
  const { cluster, isOwnPod } = access.value;
  const opened = await openDashboard(cluster, {
    address: address.value,
    hostNames: options.hostName,
    isReadOnly: options.readOnly === true,
  });
  if (!opened.ok) return opened;
  const { url, signInPath, stop } = opened.value;
  // In a pod whoever reads its log would get the pod's rights with a link.
  process.stdout.write(`The dashboard is at ${isOwnPod ? url : `${url}${signInPath()} (a link for one sign-in)`}\n`);
  await waitForEnd(options.signal);
  await stop();
  return ok(undefined);
}

function accessOf({
  kubeconfig,
  context,
}: ConnectionOptions): Result<{ readonly cluster: ClusterAccess; readonly isOwnPod: boolean }, Failure> {
  const own = resolve(".tektite", "kubeconfig");
  const isUnset = kubeconfig === undefined && process.env["KUBECONFIG"] === undefined;
  if (isUnset && process.env["KUBERNETES_SERVICE_HOST"] !== undefined) {
    const cluster = inClusterAccess();
    return cluster.ok ? ok({ cluster: cluster.value, isOwnPod: true }) : err(failure(cluster.error));
  }
  const cluster = loadKubeconfig({ path: kubeconfig ?? (isUnset && existsSync(own) ? own : undefined), context });
  return cluster.ok ? ok({ cluster: cluster.value, isOwnPod: false }) : err(failure(cluster.error));
}

import { aborted } from "../../kube/aborted.ts";
import { type ClusterAccess, inClusterAccess } from "../../kube/kubeconfig.ts";
import { err, ok, type Result } from "../../result.ts";
import { parseAddress } from "../../standalone/address.ts";
import { type ConnectionOptions, clusterAccess, isKubeconfigGiven } from "../connection.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";
import { openDashboard } from "../open-dashboard.ts";

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
  await aborted(options.signal);
  await stop();
  return ok(undefined);
}

function accessOf(
  options: ConnectionOptions,
): Result<{ readonly cluster: ClusterAccess; readonly isOwnPod: boolean }, Failure> {
  const isOwnPod = !isKubeconfigGiven(options) && process.env["KUBERNETES_SERVICE_HOST"] !== undefined;
  if (isOwnPod) {
    const cluster = inClusterAccess();
    return cluster.ok ? ok({ cluster: cluster.value, isOwnPod }) : err(failure(cluster.error));
  }
  const cluster = clusterAccess(options);
  return cluster.ok ? ok({ cluster: cluster.value, isOwnPod }) : cluster;
}

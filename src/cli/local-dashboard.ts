import { loadKubeconfig } from "../kube/kubeconfig.ts";
import { err, ok, type Result } from "../result.ts";
import { parseAddress } from "../standalone/address.ts";
import type { Standalone } from "../standalone/standalone.ts";
import { type Failure, failure, usageFailure } from "./failure.ts";

/** The dashboard of a `tektite up`. */
export interface LocalDashboard {
  /** Base URL. */
  readonly url: string;
  /** Signs the administrator in, once. */
  readonly link: string;
  stop(): Promise<void>;
}

const usualAddress = { host: "127.0.0.1", port: 8090 } as const;

/** Whether `--dashboard-address` can be understood; undefined is the usual address, `off` no dashboard. */
export function checkDashboardAddress(text: string | undefined): Result<void, Failure> {
  if (text === undefined || text === "off") return ok(undefined);
  const address = parseAddress(text, "--dashboard-address");
  return address.ok ? ok(undefined) : err(usageFailure(`${address.error}; off: no dashboard`));
}

/**
 * Opens the dashboard beside the API, as a client of it over HTTPS. An address that was asked for must be free; the usual
 * one gives way to any free port, and a dashboard that nobody asked for keeps nothing else from starting.
 */
export async function openLocalDashboard(
  { kubeconfig, addresses }: Standalone,
  addressText: string | undefined,
  hostNames: readonly string[] = [],
): Promise<Result<LocalDashboard | undefined, Failure>> {
  if (addressText === "off") return ok(undefined);
  const cluster = loadKubeconfig({ path: kubeconfig });
  if (!cluster.ok) return err(failure(cluster.error));
  const { openDashboard } = await import("./open-dashboard.ts");
  const open = (address: { readonly host: string; readonly port: number }) =>
    openDashboard(cluster.value, { address, hostNames, isReadOnly: false, webhooks: addresses.hooks });
  if (addressText !== undefined) {
    const address = parseAddress(addressText, "--dashboard-address");
    if (!address.ok) return err(usageFailure(address.error));
    const opened = await open(address.value);
    return opened.ok ? ok(withLink(opened.value)) : opened;
  }
  const usual = await open(usualAddress);
  const opened = usual.ok ? usual : await open({ ...usualAddress, port: 0 });
  if (opened.ok) return ok(withLink(opened.value));
  process.stderr.write(`no dashboard: ${opened.error.message}\n`);
  return ok(undefined);
}

function withLink({
  url,
  signInPath,
  stop,
}: {
  readonly url: string;
  readonly signInPath: () => string;
  readonly stop: () => Promise<void>;
}): LocalDashboard {
  return { url, link: `${url}${signInPath()}`, stop };
}

import { renameSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { aborted } from "../../kube/aborted.ts";
import { publishWebhookAddress } from "../../kube/webhook-address.ts";
import { loadManifests } from "../../offline/load-manifests.ts";
import { err, ok, type Result } from "../../result.ts";
import { holdsFolder } from "../../runner/holds-folder.ts";
import type { ImageStandIn } from "../../runner/runtime/image-map.ts";
import { parseAddress } from "../../standalone/address.ts";
import { startBareCluster } from "../../standalone/bare-cluster.ts";
import { type Standalone, startStandalone } from "../../standalone/standalone.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";
import { journalUrl } from "../journal-url.ts";
import { checkDashboardAddress, openLocalDashboard } from "../local-dashboard.ts";
import { version } from "../version.ts";
import { applyManifests } from "./apply.ts";

const dayMs = 24 * 60 * 60 * 1000;

export interface StartOptions {
  readonly dataDir: string;
  /** Where events are stored instead of the data directory. */
  readonly journal?: string;
  readonly apiAddress: string;
  readonly hooksAddress: string;
  readonly ingressAddress?: string;
  readonly nodePortAddress?: string;
  readonly runtime: "auto" | "container" | "sandbox" | "process";
  readonly filename: readonly string[];
  readonly maxPods?: number;
  readonly share: readonly string[];
  /** `PATTERN=FOLDER` each. */
  readonly imageMap?: readonly string[];
  readonly network?: boolean;
  readonly keepRuns?: number;
  readonly keepDays?: number;
  readonly githubEnterpriseHost?: readonly string[];
  /** Of `auto`: sandbox or process rather than a container engine, as nothing need be pulled then. */
  readonly preferLocal?: boolean;
  readonly signal: AbortSignal;
}

export interface UpOptions extends StartOptions {
  readonly readyFile?: string;
  readonly dashboardAddress?: string;
  /** By which browsers call the dashboard. */
  readonly hostName?: readonly string[];
  /** False: the API alone, as a cluster for the roles of an installation. */
  readonly controllers?: boolean;
}

/** `tektite up`: everything on this machine, in the foreground. */
export async function up(options: UpOptions): Promise<Result<void, Failure>> {
  if (options.controllers === false) return upAlone(options);
  const checked = checkDashboardAddress(options.dashboardAddress);
  if (!checked.ok) return checked;
  const shared = checkShared(options.share, options.dataDir);
  if (!shared.ok) return shared;
  const started = await startFromFlags(options);
  if (!started.ok) return started;
  const { addresses, kubeconfig, runtime } = started.value;
  const dashboard = await openLocalDashboard(started.value, options.dashboardAddress, options.hostName);
  const stop = async () => {
    if (dashboard.ok) await dashboard.value?.stop();
    await started.value.stop();
  };
  if (!dashboard.ok) {
    await stop();
    return dashboard;
  }
  if (options.readyFile !== undefined) {
    const page = dashboard.value === undefined ? {} : { dashboard: dashboard.value.url };
    const written = writeReadyFile(options.readyFile, { ...addresses, ...page, kubeconfig, runtime });
    if (!written.ok) {
      await stop();
      return written;
    }
  }
  process.stdout.write(
    [
      "Tektite is up.",
      `  API         ${addresses.api}`,
      `  webhooks    ${addresses.hooks}/NAMESPACE/LISTENER`,
      ...(addresses.ingress === undefined ? [] : [`  ingress     ${addresses.ingress}`]),
      `  kubeconfig  ${kubeconfig}`,
      `  steps       ${runtime}`,
      ...(dashboard.value === undefined
        ? []
        : [`  dashboard   ${dashboard.value.link} (a link for one sign-in, within 10 minutes)`]),
      "Stop it with Ctrl-C.",
      "",
    ].join("\n"),
  );
  await aborted(options.signal);
  await stop();
  return ok(undefined);
}

/** `tektite up --no-controllers`: the embedded API, and nothing that acts on Tekton's kinds. */
async function upAlone(options: UpOptions): Promise<Result<void, Failure>> {
  if (options.dashboardAddress !== undefined && options.dashboardAddress !== "off") {
    return err(
      usageFailure("--dashboard-address and --no-controllers: start `tektite dashboard --kubeconfig` instead"),
    );
  }
  const api = parseAddress(options.apiAddress, "--api-address");
  if (!api.ok) return err(usageFailure(api.error));
  const manifests = await loadManifests(options.filename, { signal: options.signal });
  if (!manifests.ok) return err(failure(manifests.error));
  const started = await startBareCluster({
    dataDir: resolve(options.dataDir),
    apiAddress: api.value,
    log: (message) => process.stderr.write(`${message}\n`),
  });
  if (!started.ok) return err(failure(started.error));
  const { api: url, kubeconfig, client, stop } = started.value;
  const print = () => {};
  const ready = await applyManifests(client, manifests.value, { namespace: "default", print });
  const written =
    ready.ok && options.readyFile !== undefined ? writeReadyFile(options.readyFile, { api: url, kubeconfig }) : ready;
  if (!written.ok) {
    await stop();
    return written;
  }
  process.stdout.write(
    `Tektite's API is up, alone.\n  API         ${url}\n  kubeconfig  ${kubeconfig}\nStop it with Ctrl-C.\n`,
  );
  await aborted(options.signal);
  await stop();
  return ok(undefined);
}

/** Checks the flags and the files of `-f` before anything is opened, then starts and applies. */
export async function startFromFlags(options: StartOptions): Promise<Result<Standalone, Failure>> {
  const api = parseAddress(options.apiAddress, "--api-address");
  if (!api.ok) return err(usageFailure(api.error));
  const hooks = parseAddress(options.hooksAddress, "--hooks-address");
  if (!hooks.ok) return err(usageFailure(hooks.error));
  const ingress =
    options.ingressAddress === undefined ? undefined : parseAddress(options.ingressAddress, "--ingress-address");
  if (ingress !== undefined && !ingress.ok) return err(usageFailure(ingress.error));
  const images = parseImageMap(options.imageMap ?? []);
  if (!images.ok) return images;
  const journal = journalUrl({ name: "--journal", value: options.journal }, process.env);
  if (!journal.ok) return journal;
  const manifests = await loadManifests(options.filename, { signal: options.signal });
  if (!manifests.ok) return err(failure(manifests.error));

  const started = await startStandalone({
    dataDir: resolve(options.dataDir),
    ...(journal.value === undefined ? {} : { journal: journal.value }),
    apiAddress: api.value,
    hooksAddress: hooks.value,
    ...(ingress === undefined ? {} : { ingressAddress: ingress.value }),
    nodePortHost: options.nodePortAddress ?? "127.0.0.1",
    runtime: options.runtime,
    preferLocal: options.preferLocal === true,
    ...(options.maxPods === undefined ? {} : { maxPods: options.maxPods }),
    sharedFolders: options.share.map((folder) => resolve(folder)),
    images: images.value,
    hasNetwork: options.network !== false,
    retention: { maxAgeMs: (options.keepDays ?? 0) * dayMs, maxRuns: options.keepRuns ?? 0 },
    enterpriseHosts: (options.githubEnterpriseHost ?? []).map((host) => host.toLowerCase()),
    version,
    log: (message) => process.stderr.write(`${message}\n`),
  });
  if (!started.ok) return err(failure(started.error));
  const applied = await applyManifests(started.value.client, manifests.value, {
    namespace: "default",
    print: () => {},
  });
  if (!applied.ok) {
    await started.value.stop();
    return applied;
  }
  await publishWebhookAddress(started.value.client, started.value.addresses.hooks);
  return started;
}

/**
 * Folders that are not there would be missed only by a step that looks for its files; one with the data directory in it
 * would show every step the keys and the administrator's token.
 */
function checkShared(folders: readonly string[], dataDir: string): Result<void, Failure> {
  for (const folder of folders) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      return err(failure(`--share ${folder}: there is no such folder`));
    }
    if (holdsFolder(folder, dataDir)) {
      const why = `the data directory ${dataDir}, which has keys, is in it`;
      return err(
        failure(`--share ${folder}: ${why}: share another folder, or keep the data elsewhere with --data-dir`),
      );
    }
  }
  return ok(undefined);
}

/** Entries `PATTERN=FOLDER` of the image map. */
function parseImageMap(entries: readonly string[]): Result<readonly ImageStandIn[], Failure> {
  const images: ImageStandIn[] = [];
  for (const entry of entries) {
    const at = entry.lastIndexOf("=");
    if (at < 1 || at === entry.length - 1) {
      return err(
        usageFailure(`--image-map ${entry}: an entry is PATTERN=FOLDER, such as docker.io/library/node*=/opt/node/bin`),
      );
    }
    images.push({ pattern: entry.slice(0, at), folder: resolve(entry.slice(at + 1)) });
  }
  return ok(images);
}

/** Written beside and renamed, so that whoever waits for the file never reads half of it. */
function writeReadyFile(path: string, content: unknown): Result<void, Failure> {
  try {
    writeFileSync(`${path}.tmp`, `${JSON.stringify(content, null, 2)}\n`);
    renameSync(`${path}.tmp`, path);
    return ok(undefined);
  } catch (error) {
    return err(failure(`cannot write --ready-file ${path}: ${error instanceof Error ? error.message : String(error)}`));
  }
}

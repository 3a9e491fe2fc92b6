import { equal, ok } from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonArray, type JsonObject, member } from "../src/json/value.ts";
import { KubeClient } from "../src/kube/client.ts";
import { HttpsTransport } from "../src/kube/https-transport.ts";
import { serviceAccounts } from "../src/kube/known-resources.ts";
import { loadKubeconfig } from "../src/kube/kubeconfig.ts";
import { freePort } from "./free-port.ts";
import { eventually, type Finished, runTektite, temporaryFolder } from "./harness.ts";
import { Role, type Test } from "./role.ts";

/** An object as kubectl prints it. */
export interface Printed {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
  readonly webhooks?: readonly { readonly rules?: unknown; readonly clientConfig: { readonly caBundle?: string } }[];
}

interface PrintedContainer {
  readonly image?: string;
  readonly args?: readonly string[];
  readonly livenessProbe?: JsonObject;
  readonly volumeMounts?: readonly JsonObject[];
}

/** The container of a Deployment. */
export function containerOf(deployment: Printed | undefined): PrintedContainer {
  const template = member(deployment?.spec, "template");
  const containers = member(member(template, "spec"), "containers");
  return isJsonArray(containers) ? ((containers[0] ?? {}) as PrintedContainer) : {};
}

const isNotApplied = /^kind: (CustomResourceDefinition|Deployment)$/m;

/** The documents that apply to a cluster which has the kinds and runs no Deployments. */
export function applicable(manifests: string): readonly string[] {
  return manifests.split(/^---$/m).filter((document) => !isNotApplied.test(document));
}

/** An API server alone, as a process, with what `tektite install` prints: a cluster whose parts are still to be started. */
export interface InstalledCluster {
  /** For files of the test. */
  readonly folder: string;
  /** With all rights. */
  readonly client: KubeClient;
  apply(yaml: string): Promise<Finished>;
  get(...args: readonly string[]): Promise<readonly Printed[]>;
  /** A kubeconfig with the token of a service account, as a pod would have it. */
  accessOf(namespace: string, account: string): Promise<string>;
  /** The API server is lost. */
  kill(): Promise<void>;
  /** And comes back, at the same address. */
  restart(): Promise<void>;
  /** Ends the API server in order; its exit code. */
  end(): Promise<number | null>;
}

export async function installCluster(t: Test): Promise<InstalledCluster> {
  const folder = temporaryFolder(t);
  const dataDir = join(folder, "cluster");
  mkdirSync(dataDir);
  const apiPort = await freePort();
  const readyFile = join(folder, "ready.json");
  const start = async () => {
    rmSync(readyFile, { force: true });
    const address = `127.0.0.1:${apiPort}`;
    const flags = ["--no-controllers", "--data-dir", dataDir, "--api-address", address, "--ready-file", readyFile];
    const started = new Role(t, ["up", ...flags]);
    await eventually("the API is up", async () => existsSync(readyFile) || undefined, 20_000);
    return started;
  };
  let api = await start();
  const kubeconfig = join(dataDir, "kubeconfig");
  const adminAccess = loadKubeconfig({ path: kubeconfig });
  ok(adminAccess.ok);
  const client = new KubeClient(new HttpsTransport(adminAccess.value));
  const admin = (args: readonly string[], stdin = "") =>
    runTektite(args, { env: { KUBECONFIG: kubeconfig }, stdin, timeoutMs: 20_000 });
  const cluster: InstalledCluster = {
    folder,
    client,
    apply: (yaml) => admin(["apply", "-f", "-"], yaml),
    async get(...args) {
      const { stdout, exitCode, stderr } = await admin(["get", ...args, "-o", "json"]);
      if (exitCode !== 0) throw new Error(stderr);
      const printed = JSON.parse(stdout) as Printed & { items?: readonly Printed[] };
      return printed.items ?? [printed];
    },
    async accessOf(namespace, account) {
      const path = join(folder, `${namespace}-${account}.yaml`);
      const request = {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        metadata: {},
        spec: { audiences: [], expirationSeconds: 3600 },
      };
      const made = await client.create(serviceAccounts, request, { namespace, name: account, subresource: "token" });
      ok(made.ok, JSON.stringify(made));
      const token = (made.value["status"] as { token: string }).token;
      writeFileSync(path, readFileSync(kubeconfig, "utf8").replace(/token: .*/, `token: ${token}`), { mode: 0o600 });
      return path;
    },
    kill: async () => void (await api.end("SIGKILL")),
    async restart() {
      api = await start();
    },
    end: () => api.end("SIGTERM"),
  };

  equal((await cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: tekton-pipelines}")).exitCode, 0);
  // The core interceptors are the webhook's to create, as on a cluster that never had Tekton.
  for (const { metadata } of await cluster.get("clusterinterceptors")) {
    equal((await admin(["delete", "clusterinterceptor", metadata.name])).exitCode, 0);
  }
  const printed = await runTektite(["install", "--image", "tektite:test"]);
  equal(printed.exitCode, 0, printed.stderr);
  const installed = await cluster.apply(applicable(printed.stdout).join("---"));
  equal(installed.exitCode, 0, installed.stderr);
  const data = { "lease-duration": "4s", "renew-deadline": "3s", "retry-period": "1s" };
  for (const component of ["controller", "webhook"]) {
    const metadata = { name: `config-leader-election-triggers-${component}`, namespace: "tekton-pipelines" };
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata, data };
    equal((await cluster.apply(JSON.stringify(map))).exitCode, 0);
  }
  return cluster;
}

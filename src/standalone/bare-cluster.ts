import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { assembleApiServer } from "../apiserver/assemble.ts";
import { secretTokenSigner } from "../apiserver/auth/secret-token.ts";
import { startHttpsServer } from "../apiserver/https-server.ts";
import { createInProcessTransport } from "../apiserver/in-process-transport.ts";
import { loadAdminToken, writeAdminKubeconfig } from "../apiserver/pki/admin-access.ts";
import { loadCertificates } from "../apiserver/pki/certificates.ts";
import { loadServiceAccountKey } from "../apiserver/pki/service-account-key.ts";
import { startClusterControllers } from "../controllers/cluster/cluster-controllers.ts";
import { KubeClient } from "../kube/client.ts";
import { err, ok, type Result } from "../result.ts";
import { FileLogStore } from "../store/log-files/file-log-store.ts";
import { ObjectStore } from "../store/object-store.ts";
import { SqliteLog } from "../store/sqlite-log.ts";
import { type Address, localUrl } from "./address.ts";
import { makeDataFolder } from "./data-folder.ts";
import { endpointsResolver } from "./service-endpoints.ts";
import { convertTekton } from "./tekton-admission.ts";

export interface BareClusterOptions {
  readonly dataDir: string;
  readonly apiAddress: Address;
  readonly log: (message: string) => void;
}

/** An API server with the controllers of a cluster, and nothing of Tekton but its kinds. */
export interface BareCluster {
  /** Base URL. */
  readonly api: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly client: KubeClient;
  stop(): Promise<void>;
}

const maxLogBytesPerContainer = 16 * 1024 * 1024;
const adminUser = { username: "system:tektite", groups: ["system:masters", "system:authenticated"] };
const noPods = "no pods run in this cluster";

/**
 * Starts the embedded API alone, over HTTPS and with RBAC: a cluster for the roles of an installation, which run as
 * processes beside it. Admission is left to the webhooks that they register.
 */
export async function startBareCluster(options: BareClusterOptions): Promise<Result<BareCluster, string>> {
  const stack = new AsyncDisposableStack();
  try {
    const started = await start(options, stack);
    if (!started.ok) await stack.disposeAsync();
    return started;
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function start(
  { dataDir, apiAddress, log }: BareClusterOptions,
  stack: AsyncDisposableStack,
): Promise<Result<BareCluster, string>> {
  const folder = makeDataFolder(dataDir);
  if (!folder.ok) return folder;
  const database = await SqliteLog.open(join(dataDir, "state.db"));
  if (!database.ok) return database;
  const store = new ObjectStore(database.value);
  stack.defer(() => store.close());
  const keys = join(dataDir, "keys");
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const certificates = loadCertificates(keys, { addresses: [apiAddress.host], nowMs: Date.now() });
  const adminToken = loadAdminToken(keys);
  const serviceAccountKey = await loadServiceAccountKey(keys);
  const server = await assembleApiServer({
    store,
    tokens: [adminToken],
    serviceAccountKey,
    backends: {
      logs: new FileLogStore({ folder: join(dataDir, "logs"), maxBytesPerContainer: maxLogBytesPerContainer }),
      servesNode: () => false,
      exec: async () => err(noPods),
      dial: async () => err(noPods),
    },
    resolveService: endpointsResolver(store),
    convertTekton,
  });
  const client = new KubeClient(createInProcessTransport(server, adminUser));
  const https = await startHttpsServer(server, {
    ...apiAddress,
    tls: { cert: certificates.serving.certificatePem, key: certificates.serving.keyPem },
  });
  if (!https.ok) return https;
  stack.defer(() => https.value.close());
  const api = localUrl("https", { host: apiAddress.host, port: https.value.port });
  const kubeconfig = join(dataDir, "kubeconfig");
  const authorityPem = certificates.authority.certificatePem;
  writeAdminKubeconfig(kubeconfig, { server: api, authorityPem, token: adminToken.token });
  const stopping = new AbortController();
  stack.defer(() => stopping.abort());
  const signToken = secretTokenSigner(serviceAccountKey);
  await startClusterControllers({ client, authorityPem, signToken, log: { warn: log }, signal: stopping.signal });
  return ok({ api, kubeconfig, client, stop: () => stack.disposeAsync() });
}

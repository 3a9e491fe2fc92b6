import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { KubeClient } from "../kube/client.ts";
import { Discovery } from "../kube/discovery.ts";
import { HttpsTransport } from "../kube/https-transport.ts";
import { type ClusterAccess, loadKubeconfig } from "../kube/kubeconfig.ts";
import { err, ok, type Result } from "../result.ts";
import { apiFailure, type Failure, failure } from "./failure.ts";

/** Options that every command that talks to an API server takes. */
export interface ConnectionOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
}

export interface Connection {
  readonly client: KubeClient;
  /** The namespace to act in. */
  readonly namespace: string;
}

/** Whether the user has said which kubeconfig is meant. */
export function isKubeconfigGiven({ kubeconfig }: ConnectionOptions): boolean {
  return kubeconfig !== undefined || process.env["KUBECONFIG"] !== undefined;
}

/**
 * The API server that a command talks to: `--kubeconfig`, else `$KUBECONFIG`, else the kubeconfig of a Tektite that
 * was started in this folder (`.tektite/kubeconfig`), else `~/.kube/config`.
 */
export function clusterAccess(options: ConnectionOptions): Result<ClusterAccess, Failure> {
  const own = resolve(".tektite", "kubeconfig");
  const path = options.kubeconfig ?? (!isKubeconfigGiven(options) && existsSync(own) ? own : undefined);
  const access = loadKubeconfig({ path, context: options.context });
  return access.ok ? access : err(failure(access.error));
}

/** {@link clusterAccess}, ready for requests. */
export function connect(options: ConnectionOptions): Result<Connection, Failure> {
  const access = clusterAccess(options);
  if (!access.ok) return access;
  return ok({
    client: new KubeClient(new HttpsTransport(access.value)),
    namespace: options.namespace ?? access.value.namespace,
  });
}

/** What the server serves. */
export async function discover(connection: Connection): Promise<Result<Discovery, Failure>> {
  const discovery = await Discovery.fetch(connection.client.transport);
  return discovery.ok ? discovery : err(apiFailure(discovery.error));
}

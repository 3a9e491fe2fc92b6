import type { K8sObject } from "../api/object.ts";
import { coreInterceptors } from "../interceptors/core-interceptors.ts";
import { exponentialDelayMs, sleep } from "../kube/backoff.ts";
import type { KubeClient } from "../kube/client.ts";
import { clusterInterceptors } from "../kube/known-resources.ts";

const retryMs = 500;
const maxRetryMs = 60_000;

/** The object by which triggers refer to a core interceptor. */
function coreClusterInterceptor(
  name: string,
  service: { readonly name: string; readonly namespace: string },
): K8sObject {
  return {
    apiVersion: "triggers.tekton.dev/v1alpha1",
    kind: "ClusterInterceptor",
    metadata: {
      name,
      labels: {
        "app.kubernetes.io/instance": "default",
        "app.kubernetes.io/part-of": "tekton-triggers",
        "server/type": "https",
      },
    },
    spec: { clientConfig: { service: { ...service, path: name, port: 8443 } } },
  };
}

/**
 * Creates the ClusterInterceptors of the core interceptors that are missing, until all are there or the signal aborts.
 * They are no part of the manifests: kubectl refuses objects whose definition comes in the same call. Those that exist,
 * such as Tekton's, stay as they are.
 */
export async function createCoreClusterInterceptors(
  client: KubeClient,
  service: { readonly name: string; readonly namespace: string },
  { signal, log }: { readonly signal: AbortSignal; readonly log: (message: string) => void },
): Promise<void> {
  const missing = new Set(coreInterceptors.keys());
  for (let failures = 0; !signal.aborted; failures++) {
    for (const name of missing) {
      const created = await client.create(clusterInterceptors, coreClusterInterceptor(name, service));
      if (created.ok) log(`created ClusterInterceptor ${name}`);
      if (created.ok || created.error.reason === "AlreadyExists") missing.delete(name);
      else if (failures === 0) log(`cannot create ClusterInterceptor ${name} yet: ${created.error.message ?? ""}`);
    }
    if (missing.size === 0) return;
    await sleep(exponentialDelayMs(failures, retryMs, maxRetryMs), signal);
  }
}

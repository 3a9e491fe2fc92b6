import type { K8sObject, Resource } from "../api/object.ts";
import { shippedSettings } from "../api/triggers/shipped-settings.ts";
import { tektonPolicy } from "../apiserver/rbac/tekton-policy.ts";
import { coreInterceptors } from "../interceptors/core-interceptors.ts";
import type { KubeClient } from "../kube/client.ts";
import { clusterInterceptors, configMaps, namespaces } from "../kube/known-resources.ts";

/** The namespace in which an installation of Tekton keeps its settings. */
export const systemNamespace = "tekton-pipelines";

const partOf = { "app.kubernetes.io/instance": "default", "app.kubernetes.io/part-of": "tekton-triggers" };

/** Creates what an installation of Tekton brings along and is not there yet; what users changed stays. */
export async function installObjects(client: KubeClient, version: string): Promise<void> {
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: systemNamespace } });
  const maps: readonly K8sObject[] = Object.entries({
    ...shippedSettings(version),
    "config-defaults": {},
    "feature-flags": {},
  }).map(([name, data]) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: systemNamespace, labels: partOf },
    data,
  }));
  const interceptors: readonly K8sObject[] = [...coreInterceptors.keys()].map((name) => ({
    apiVersion: "triggers.tekton.dev/v1alpha1",
    kind: "ClusterInterceptor",
    metadata: { name, labels: { "server/type": "http" } },
    spec: {
      clientConfig: { service: { name: "tekton-triggers-core-interceptors", namespace: systemNamespace, path: name } },
    },
  }));
  // An answer "exists already" is what we want as well.
  await Promise.all([
    ...tektonPolicy().map((object) => client.create(rbacResource(object.kind), object)),
    ...maps.map((map) => client.create(configMaps, map)),
    ...interceptors.map((interceptor) => client.create(clusterInterceptors, interceptor)),
  ]);
}

function rbacResource(kind: string): Resource {
  return { group: "rbac.authorization.k8s.io", version: "v1", resource: `${kind.toLowerCase()}s` };
}

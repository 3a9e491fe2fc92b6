import type { K8sObject } from "../api/object.ts";
import type { ApiServer } from "./api-server.ts";
import type { UserInfo } from "./user-info.ts";

const self: UserInfo = { username: "system:apiserver", groups: ["system:masters"] };

/** Namespaces and the Service that every cluster has; objects that exist are left alone. */
export async function bootstrapObjects(server: ApiServer, policy: readonly K8sObject[] = []): Promise<void> {
  for (const name of ["kube-system", "kube-public", "kube-node-lease", "default"]) {
    await ensure(server, "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  await ensure(server, "/api/v1/namespaces/default/services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kubernetes", labels: { component: "apiserver", provider: "kubernetes" } },
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.0.1",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
    },
  });
  for (const [name, value, description] of systemPriorities) {
    await ensure(server, "/apis/scheduling.k8s.io/v1/priorityclasses", {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name },
      value,
      description,
    } as K8sObject);
  }
  await Promise.all(
    policy.map((object) => {
      const { namespace } = object.metadata;
      const scope = namespace === undefined ? rbacPath : `${rbacPath}/namespaces/${namespace}`;
      return ensure(server, `${scope}/${object.kind.toLowerCase()}s`, object);
    }),
  );
}

/** The classes above those that users may make. */
const systemPriorities = [
  ["system-cluster-critical", 2_000_000_000, "For pods that the cluster needs, though they may run on any node."],
  ["system-node-critical", 2_000_001_000, "For pods that their node cannot do without."],
] as const;

const rbacPath = "/apis/rbac.authorization.k8s.io/v1";

async function ensure(server: ApiServer, path: string, object: K8sObject): Promise<void> {
  await server.handleAs(self, {
    method: "POST",
    path,
    query: new URLSearchParams(),
    headers: { accept: "application/json", "user-agent": "kube-apiserver" },
    body: { kind: "parsed", value: object as never },
    signal: new AbortController().signal,
  });
}

import { isDeepStrictEqual } from "node:util";
import type { K8sObject, Status } from "../../api/object.ts";
import type { KubeClient } from "../../kube/client.ts";
import { configMaps, serviceAccounts } from "../../kube/known-resources.ts";
import { ok, type Result } from "../../result.ts";

export const defaultServiceAccount = "default";
export const rootCaConfigMap = "kube-root-ca.crt";

const description =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the " +
  "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/** Gives a namespace what each has: the authority's certificate and a service account (spec: kube-api, section 9). */
export async function ensureContents(
  client: KubeClient,
  namespace: string,
  authorityPem: string,
): Promise<Result<undefined, Status>> {
  const published = await publishAuthority(client, namespace, authorityPem);
  if (!published.ok) return published;
  const account = await client.get(serviceAccounts, { namespace, name: defaultServiceAccount });
  if (account.ok) return ok(undefined);
  if (account.error.code !== 404) return account;
  return unlessThere(
    await client.create(serviceAccounts, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: defaultServiceAccount, namespace },
    }),
  );
}

async function publishAuthority(
  client: KubeClient,
  namespace: string,
  authorityPem: string,
): Promise<Result<undefined, Status>> {
  const data = { "ca.crt": authorityPem };
  const found = await client.get(configMaps, { namespace, name: rootCaConfigMap });
  if (!found.ok) {
    if (found.error.code !== 404) return found;
    const metadata = {
      name: rootCaConfigMap,
      namespace,
      annotations: { "kubernetes.io/description": description },
    };
    return unlessThere(await client.create(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata, data }));
  }
  const { annotations } = found.value.metadata;
  if (isDeepStrictEqual(found.value["data"], data) && annotations?.["kubernetes.io/description"] === description)
    return ok(undefined);
  const metadata = {
    ...found.value.metadata,
    annotations: { ...annotations, "kubernetes.io/description": description },
  };
  const updated = await client.update(configMaps, { ...found.value, metadata, data });
  return updated.ok ? ok(undefined) : updated;
}

/** Somebody else was quicker, or the namespace is going away: both are fine. */
function unlessThere(created: Result<K8sObject, Status>): Result<undefined, Status> {
  if (created.ok) return ok(undefined);
  const { code, details } = created.error;
  const terminating = details?.causes?.some((cause) => cause.reason === "NamespaceTerminating") === true;
  return code === 409 || code === 404 || terminating ? ok(undefined) : created;
}

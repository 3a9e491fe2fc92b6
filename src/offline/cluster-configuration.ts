import type { K8sObject, Resource, Status } from "../api/object.ts";
import { triggersResources } from "../api/triggers/resources.ts";
import type { KubeClient } from "../kube/client.ts";
import type { Result } from "../result.ts";
import type { Manifest } from "./manifests.ts";

/** Where a configuration is read from. */
interface ConfigurationSource {
  readonly client: KubeClient;
  /** Of this namespace alone, where all may not be read. */
  readonly namespace: string;
}

/** The objects of a server that decide what becomes of events, as if they had been read from files. */
export interface ClusterConfiguration {
  readonly manifests: readonly Manifest[];
  /** Why resources of Tekton Triggers could not be read, by their plural. */
  readonly unread: ReadonlyMap<string, Status>;
  /** The same for what not every trigger needs. */
  readonly unreadSecrets: Status | undefined;
  readonly unreadDefinitions: Status | undefined;
}

const secrets: Resource = { group: "", version: "v1", resource: "secrets" };
const definitions: Resource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  resource: "customresourcedefinitions",
};

/** Reads the configuration with the caller's rights. */
export async function readConfiguration(source: ConfigurationSource): Promise<ClusterConfiguration> {
  const tekton = triggersResources.map(({ group, versions, plural }) => ({
    group,
    version: versions.includes("v1beta1") ? "v1beta1" : (versions[0] ?? ""),
    resource: plural,
  }));
  const read = (resource: Resource) => listAnywhere(source, resource);
  const [own, ofSecrets, ofDefinitions] = await Promise.all([
    Promise.all(tekton.map(read)),
    read(secrets),
    read(definitions),
  ]);
  const objects = [...own, ofSecrets, ofDefinitions].flatMap((listed) => (listed.ok ? listed.value : []));
  return {
    manifests: objects.map(asManifest),
    unread: new Map(
      tekton.flatMap(({ resource }, index) => {
        const listed = own[index];
        return listed === undefined || listed.ok ? [] : [[resource, listed.error] as const];
      }),
    ),
    unreadSecrets: ofSecrets.ok ? undefined : ofSecrets.error,
    unreadDefinitions: ofDefinitions.ok ? undefined : ofDefinitions.error,
  };
}

/** Of all namespaces, or, where that is forbidden, of the one to act in. */
async function listAnywhere(
  { client, namespace }: ConfigurationSource,
  resource: Resource,
): Promise<Result<readonly K8sObject[], Status>> {
  const all = await client.list(resource);
  if (all.ok) return { ok: true, value: all.value.items };
  const own = await client.list(resource, { namespace });
  return own.ok ? { ok: true, value: own.value.items } : all;
}

function asManifest(object: K8sObject): Manifest {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return {
    object: { ...object, metadata },
    file: "the server",
    document: 1,
    line: 1,
    lineOf: () => 1,
    lineOfKey: () => undefined,
  };
}

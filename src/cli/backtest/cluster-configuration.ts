import type { K8sObject, Resource } from "../../api/object.ts";
import { triggersResources } from "../../api/triggers/resources.ts";
import type { Manifest } from "../../offline/manifests.ts";
import { err, ok, type Result } from "../../result.ts";
import type { Connection } from "../connection.ts";
import { apiFailure, type Failure } from "../failure.ts";

/** The objects of a server that decide what becomes of events, as if they had been read from files. */
export interface ClusterConfiguration {
  readonly manifests: readonly Manifest[];
  /** What could not be read, worded for people. */
  readonly warnings: readonly string[];
}

const others: readonly Resource[] = [
  { group: "", version: "v1", resource: "secrets" },
  { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" },
];

/** Reads the configuration with the caller's rights; Secrets that may not be read are told as a warning. */
export async function readConfiguration(connection: Connection): Promise<Result<ClusterConfiguration, Failure>> {
  const warnings: string[] = [];
  const objects: K8sObject[] = [];
  const tekton = triggersResources.map(({ group, versions, plural }) => ({
    group,
    version: versions.includes("v1beta1") ? "v1beta1" : (versions[0] ?? ""),
    resource: plural,
  }));
  for (const resource of [...tekton, ...others]) {
    const listed = await listAnywhere(connection, resource);
    if (!listed.ok) {
      if (!others.includes(resource)) return listed;
      warnings.push(listed.error.message);
      continue;
    }
    objects.push(...listed.value);
  }
  return ok({ manifests: objects.map(asManifest), warnings });
}

/** Of all namespaces, or, where that is forbidden, of the one to act in. */
async function listAnywhere(
  { client, namespace }: Connection,
  resource: Resource,
): Promise<Result<readonly K8sObject[], Failure>> {
  const all = await client.list(resource);
  if (all.ok) return ok(all.value.items);
  const own = await client.list(resource, { namespace });
  return own.ok ? ok(own.value.items) : err(apiFailure(all.error));
}

function asManifest(object: K8sObject): Manifest {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { object: { ...object, metadata }, file: "the server", document: 1, line: 1, lineOf: () => 1 };
}

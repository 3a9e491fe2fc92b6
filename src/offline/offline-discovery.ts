import { pipelinesResources } from "../api/pipelines/resources.ts";
import { triggersResources } from "../api/triggers/resources.ts";
import { builtinResources } from "../apiserver/builtin-resources.ts";
import { apiVersionOf } from "../apiserver/resource-definition.ts";
import { isJsonArray, type JsonValue, member } from "../json/value.ts";
import { err, ok } from "../result.ts";
import type { ApiResource, Discover } from "../triggers/render.ts";
import type { Manifest } from "./manifests.ts";

/** The kinds that every Tektite serves. */
const served: readonly ApiResource[] = [
  ...builtinResources.flatMap(({ group, resource, kind, namespaced, versions }) =>
    versions.map(({ version }) => ({ group, version, kind, resource, namespaced })),
  ),
  ...pipelinesResources.flatMap(({ group, versions, kind, plural, scope }) =>
    versions.map((version) => ({ group, version, kind, resource: plural, namespaced: scope === "Namespaced" })),
  ),
  ...triggersResources.flatMap(({ group, versions, kind, plural, namespaced }) =>
    versions.map((version) => ({ group, version, kind, resource: plural, namespaced })),
  ),
];

/** A kind that a template names. */
export interface NamedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * Discovery without a server: the kinds that every Tektite serves, those of the CustomResourceDefinitions given, and, of
 * groups that neither knows, the kinds that templates name: a cluster may have them. Those count as namespaced.
 */
export function offlineDiscovery(definitions: readonly Manifest[], named: readonly NamedKind[]): Discover {
  const known = [...served, ...definitions.flatMap(customResources)];
  const groups = new Set(known.map(({ group }) => group));
  const assumed = named.map(assumedResource).filter(({ group }) => !groups.has(group));
  const byVersion = Map.groupBy([...known, ...assumed], ({ group, version }) => apiVersionOf(group, version));
  return (apiVersion) => {
    const { group, version } = splitApiVersion(apiVersion);
    const found = byVersion.get(apiVersionOf(group, version));
    return found === undefined ? err("the server could not find the requested resource") : ok(found);
  };
}

function assumedResource({ apiVersion, kind }: NamedKind): ApiResource {
  return { ...splitApiVersion(apiVersion), kind, resource: `${kind.toLowerCase()}s`, namespaced: true };
}

function splitApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf("/");
  return { group: apiVersion.slice(0, Math.max(0, slash)), version: apiVersion.slice(slash + 1) };
}

function customResources({ object }: Manifest): readonly ApiResource[] {
  const spec = object["spec"] as JsonValue | undefined;
  const names = member(spec, "names");
  const versions = member(spec, "versions");
  return (isJsonArray(versions) ? versions : []).map((version) => ({
    group: String(member(spec, "group")),
    version: String(member(version, "name")),
    kind: String(member(names, "kind")),
    resource: String(member(names, "plural")),
    namespaced: member(spec, "scope") !== "Cluster",
  }));
}

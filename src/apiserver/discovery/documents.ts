import { createHash } from "node:crypto";
import type { JsonObject } from "../../json/value.ts";
import type { ResourceRegistry } from "../registry.ts";
import {
  apiVersionOf,
  type ResourceDefinition,
  type SubresourceDefinition,
  servedVersion,
} from "../resource-definition.ts";

/** Custom resources list their verbs in this order. */
const customVerbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

interface Group {
  readonly name: string;
  /** Preferred first. */
  readonly versions: readonly string[];
}

function groupsOf(registry: ResourceRegistry): readonly Group[] {
  const versions = new Map<string, string[]>();
  const custom = new Set<string>();
  for (const definition of registry.all()) {
    if (definition.group === "") continue;
    if (definition.custom) custom.add(definition.group);
    let list = versions.get(definition.group);
    if (!list) {
      list = [];
      versions.set(definition.group, list);
    }
    for (const { version } of definition.versions) if (!list.includes(version)) list.push(version);
  }
  const names = [...versions.keys()];
  // Built-in groups keep their own order; custom ones follow by name.
  const ordered = [...names.filter((name) => !custom.has(name)), ...names.filter((name) => custom.has(name)).sort()];
  return ordered.map((name) => ({ name, versions: versions.get(name)!.sort(byStability) }));
}

/** v1 before v1beta1 before v1alpha1, newer before older. */
function byStability(a: string, b: string): number {
  const rank = (text: string): readonly number[] => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(text);
    if (!match) return [-1];
    return [match[2] === undefined ? 2 : match[2] === "beta" ? 1 : 0, Number(match[1]), Number(match[3] ?? 0)];
  };
  const left = rank(a);
  const right = rank(b);
  for (let at = 0; at < 3; at++) {
    const difference = (right[at] ?? 0) - (left[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function resourcesOf(registry: ResourceRegistry, group: string, version: string): readonly ResourceDefinition[] {
  return registry
    .all()
    .filter((definition) => definition.group === group && servedVersion(definition, version))
    .sort((a, b) => (a.custom || b.custom ? 0 : a.resource < b.resource ? -1 : 1));
}

/** The APIResourceList of a group version, or undefined when it is not served. */
export function resourceList(registry: ResourceRegistry, group: string, version: string): JsonObject | undefined {
  const definitions = resourcesOf(registry, group, version);
  if (definitions.length === 0) return undefined;
  const groupVersion = apiVersionOf(group, version);
  return {
    kind: "APIResourceList",
    ...(group === "" ? {} : { apiVersion: "v1" }),
    groupVersion,
    resources: definitions.flatMap((definition) => [
      mainResource(definition),
      ...sortedSubresources(definition, version).map((sub) => ({
        name: `${definition.resource}/${sub.name}`,
        singularName: "",
        namespaced: definition.namespaced,
        ...(sub.group !== undefined && { group: sub.group, version: sub.version ?? "" }),
        kind: sub.kind,
        verbs: sub.verbs,
      })),
    ]),
  };
}

function sortedSubresources(definition: ResourceDefinition, version: string): readonly SubresourceDefinition[] {
  const { subresources } = servedVersion(definition, version)!;
  return definition.custom ? subresources : [...subresources].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function mainResource(definition: ResourceDefinition): JsonObject {
  const stored = definition.verbs.includes("watch");
  return {
    name: definition.resource,
    singularName: definition.singular,
    namespaced: definition.namespaced,
    kind: definition.kind,
    verbs: definition.custom ? customVerbs : definition.verbs,
    ...(definition.shortNames.length > 0 && { shortNames: definition.shortNames }),
    ...(definition.categories.length > 0 && { categories: definition.categories }),
    ...(stored && { storageVersionHash: storageHash(definition) }),
  };
}

function storageHash({ group, storageVersion, kind }: ResourceDefinition): string {
  return createHash("sha256").update(`${group}/${storageVersion}/${kind}`).digest().subarray(0, 8).toString("base64");
}

function groupDocument({ name, versions }: Group): JsonObject {
  const entries = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: entries, preferredVersion: entries[0]! };
}

/** Entries of the APIGroupList. */
export function apiGroups(registry: ResourceRegistry): readonly JsonObject[] {
  return groupsOf(registry).map(groupDocument);
}

/** One APIGroup, or undefined when it is not served. */
export function apiGroup(registry: ResourceRegistry, name: string): JsonObject | undefined {
  const group = groupsOf(registry).find((candidate) => candidate.name === name);
  return group && { kind: "APIGroup", apiVersion: "v1", ...groupDocument(group) };
}

/** The aggregated form of discovery (apidiscovery.k8s.io/v2). */
export function aggregatedGroups(registry: ResourceRegistry, which: "legacy" | "groups"): JsonObject {
  const groups: readonly Group[] = which === "legacy" ? [{ name: "", versions: ["v1"] }] : groupsOf(registry);
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map((group) => ({
      metadata: group.name === "" ? {} : { name: group.name },
      versions: group.versions.map((version) => ({
        version,
        resources: [...resourcesOf(registry, group.name, version)]
          .sort((a, b) => (a.resource < b.resource ? -1 : 1))
          .map((definition) => aggregatedResource(definition, version)),
        freshness: "Current",
      })),
    })),
  };
}

function responseKind(group: string, version: string, kind: string): JsonObject {
  return { group, version, kind };
}

function aggregatedResource(definition: ResourceDefinition, version: string): JsonObject {
  const { group, custom } = definition;
  const own = custom ? [group, version] : ["", ""];
  const subresources = sortedSubresources(definition, version).map((sub) => ({
    subresource: sub.name,
    responseKind:
      sub.group === undefined
        ? responseKind(own[0]!, own[1]!, sub.kind)
        : responseKind(sub.group, sub.version ?? "", sub.kind),
    verbs: sub.verbs,
  }));
  return {
    resource: definition.resource,
    responseKind: responseKind(own[0]!, own[1]!, definition.kind),
    scope: definition.namespaced ? "Namespaced" : "Cluster",
    singularResource: definition.singular,
    verbs: custom ? customVerbs : definition.verbs,
    ...(definition.shortNames.length > 0 && { shortNames: definition.shortNames }),
    ...(definition.categories.length > 0 && { categories: definition.categories }),
    ...(subresources.length > 0 && { subresources }),
  };
}

/** The paths that `/` lists. */
export function rootPaths(registry: ResourceRegistry): readonly string[] {
  const paths = ["/.well-known/openid-configuration", "/api", "/api/v1", "/apis", "/apis/"];
  for (const { name, versions } of groupsOf(registry)) {
    paths.push(`/apis/${name}`, ...versions.map((version) => `/apis/${name}/${version}`));
  }
  paths.push(
    "/healthz",
    "/livez",
    "/openapi/v2",
    "/openapi/v3",
    "/openapi/v3/",
    "/openid/v1/jwks",
    "/readyz",
    "/version",
  );
  return paths.sort();
}

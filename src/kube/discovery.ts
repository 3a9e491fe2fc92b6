import type { Resource, Status } from "../api/object.ts";
import { isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { failureOf } from "./status.ts";
import type { KubeTransport } from "./transport.ts";

/** A kind of object that the server serves, as discovery describes it. */
export interface DiscoveredResource extends Resource {
  readonly kind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** What a server serves, in its order of preference; sub-resources left out. */
export class Discovery {
  readonly resources: readonly DiscoveredResource[];

  constructor(resources: readonly DiscoveredResource[]) {
    this.resources = resources;
  }

  /** Asks the server (aggregated discovery, or group by group where that is not served). */
  static async fetch(transport: KubeTransport): Promise<Result<Discovery, Status>> {
    const found: DiscoveredResource[] = [];
    for (const path of ["/api", "/apis"]) {
      const response = await transport.send({
        method: "GET",
        path,
        headers: { accept: `${aggregated},application/json` },
      });
      if (response.status >= 300) return err(failureOf(response.status, response.body));
      if (member(response.body, "kind") === "APIGroupDiscoveryList") found.push(...fromAggregated(response.body));
      else {
        const listed = await fromGroups(transport, path, response.body);
        if (!listed.ok) return listed;
        found.push(...listed.value);
      }
    }
    return ok(new Discovery(found));
  }

  /** The resource that serves objects of this apiVersion and kind. */
  byKind(apiVersion: string, kind: string): DiscoveredResource | undefined {
    return this.resources.find((resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion);
  }

  /** What may have been meant by a kind that is not served, as a sentence; empty when nothing comes near. */
  similarKinds(apiVersion: string, kind: string): string {
    const exact = this.resources.filter((resource) => resource.kind === kind);
    if (exact.length > 0) return `it has ${kind} in ${exact.map(apiVersionOf).join(" or ")}`;
    const [close] = this.resources
      .filter((resource) => apiVersionOf(resource) === apiVersion)
      .map((resource) => ({ kind: resource.kind, apart: lettersApart(resource.kind, kind) }))
      .filter(({ apart }) => apart <= 1)
      .sort((a, b) => a.apart - b.apart);
    return close === undefined ? "" : `is it ${close.kind}?`;
  }

  /** What a person means by `pods`, `po`, `Pod`, `pipelineruns.tekton.dev` or `pipelineruns.v1.tekton.dev`. */
  byArgument(argument: string): DiscoveredResource | undefined {
    const [name = "", ...rest] = argument.toLowerCase().split(".");
    const qualified = rest.join(".");
    const named = (resource: DiscoveredResource) =>
      resource.resource === name ||
      resource.singular === name ||
      resource.kind.toLowerCase() === name ||
      resource.shortNames.includes(name);
    const inGroup = (resource: DiscoveredResource) =>
      qualified === "" ||
      resource.group === qualified ||
      resource.group.startsWith(`${qualified}.`) ||
      `${resource.version}.${resource.group}` === qualified;
    const matches = this.resources.filter((resource) => named(resource) && inGroup(resource));
    // A plural or kind beats a short name of another resource.
    return matches.find((resource) => !resource.shortNames.includes(name)) ?? matches[0];
  }

  /** The listable resources of a category such as `all` or `tekton`, each in its preferred version. */
  byCategory(category: string): readonly DiscoveredResource[] {
    const seen = new Set<string>();
    return this.resources.filter((resource) => {
      const id = `${resource.group}/${resource.resource}`;
      if (seen.has(id) || !resource.categories.includes(category) || !resource.verbs.includes("list")) return false;
      seen.add(id);
      return true;
    });
  }
}

/** How many letters have to be added, dropped or exchanged, whatever their order and size. */
function lettersApart(one: string, other: string): number {
  const rest = [...other.toLowerCase()];
  let missing = 0;
  for (const letter of one.toLowerCase()) {
    const at = rest.indexOf(letter);
    if (at < 0) missing++;
    else rest.splice(at, 1);
  }
  return Math.max(missing, rest.length);
}

/** `tekton.dev/v1`, `v1`. */
function apiVersionOf(resource: Resource): string {
  return resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
}

function fromAggregated(body: JsonValue): readonly DiscoveredResource[] {
  return objects(member(body, "items")).flatMap((group) => {
    const groupName = text(member(member(group, "metadata"), "name"));
    return objects(group["versions"]).flatMap((version) =>
      objects(version["resources"]).flatMap((resource): DiscoveredResource[] => {
        const kind = text(member(resource["responseKind"], "kind"));
        if (kind === "") return [];
        return [
          {
            group: groupName,
            version: text(version["version"]),
            resource: text(resource["resource"]),
            kind,
            singular: text(resource["singularResource"]),
            shortNames: strings(resource["shortNames"]),
            categories: strings(resource["categories"]),
            namespaced: resource["scope"] === "Namespaced",
            verbs: strings(resource["verbs"]),
          },
        ];
      }),
    );
  });
}

async function fromGroups(
  transport: KubeTransport,
  path: string,
  body: JsonValue,
): Promise<Result<readonly DiscoveredResource[], Status>> {
  const groupVersions =
    path === "/api"
      ? strings(member(body, "versions"))
      : objects(member(body, "groups")).flatMap((group) =>
          objects(group["versions"]).map((version) => text(version["groupVersion"])),
        );
  const lists = await Promise.all(
    groupVersions.map((groupVersion) => transport.send({ method: "GET", path: `${path}/${groupVersion}` })),
  );
  const found: DiscoveredResource[] = [];
  for (const [index, response] of lists.entries()) {
    // An aggregated API that is down must not hide the others.
    if (response.status >= 300) continue;
    const parts = (groupVersions[index] ?? "").split("/");
    const [group, version] = parts.length === 2 ? [parts[0] ?? "", parts[1] ?? ""] : ["", parts[0] ?? ""];
    for (const resource of objects(member(response.body, "resources"))) {
      const name = text(resource["name"]);
      if (name.includes("/")) continue;
      found.push({
        group,
        version,
        resource: name,
        kind: text(resource["kind"]),
        singular: text(resource["singularName"]),
        shortNames: strings(resource["shortNames"]),
        categories: strings(resource["categories"]),
        namespaced: resource["namespaced"] === true,
        verbs: strings(resource["verbs"]),
      });
    }
  }
  return ok(found);
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function strings(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

import type { K8sObject } from "../api/object.ts";
import type { DiscoveredResource, Discovery } from "../kube/discovery.ts";
import { err, ok, type Result } from "../result.ts";
import type { Connection, ConnectionOptions } from "./connection.ts";
import { apiFailure, type Failure, failure, usageFailure } from "./failure.ts";

/** Objects that a command line names: of one resource, all or some by name. */
export interface Selection {
  readonly resource: DiscoveredResource;
  /** Empty means all of the collection. */
  readonly names: readonly string[];
}

/** Reads `TYPE`, `TYPE NAME...`, `TYPE/NAME...` and `TYPE,TYPE`, as kubectl does. */
export function parseSelection(discovery: Discovery, words: readonly string[]): Result<readonly Selection[], Failure> {
  const [first, ...rest] = words;
  if (first === undefined) return err(usageFailure("name a resource type, such as pods, el or pipelineruns"));
  if (first.includes("/")) {
    const selections: Selection[] = [];
    for (const word of words) {
      const [type = "", name = ""] = word.split("/", 2);
      const resource = resourceFor(discovery, type);
      if (!resource.ok) return resource;
      if (name === "") return err(usageFailure(`"${word}": a name is missing after the slash`));
      selections.push({ resource: resource.value, names: [name] });
    }
    return ok(selections);
  }
  const selections: Selection[] = [];
  for (const type of first.split(",")) {
    const category = discovery.byCategory(type.toLowerCase());
    if (category.length > 0 && rest.length === 0) {
      selections.push(...category.map((resource) => ({ resource, names: [] })));
      continue;
    }
    const resource = resourceFor(discovery, type);
    if (!resource.ok) return resource;
    selections.push({ resource: resource.value, names: rest });
  }
  return ok(selections);
}

function resourceFor(discovery: Discovery, type: string): Result<DiscoveredResource, Failure> {
  const resource = discovery.byArgument(type);
  return resource === undefined ? err(failure(`the server doesn't have a resource type "${type}"`)) : ok(resource);
}

/** The namespace part of a request for that resource; undefined for cluster-scoped ones and for all namespaces. */
export function namespaceFor(
  resource: DiscoveredResource,
  connection: Connection,
  options: ConnectionOptions,
): string | undefined {
  return resource.namespaced && options.allNamespaces !== true ? connection.namespace : undefined;
}

export interface FetchOptions extends ConnectionOptions {
  readonly selector?: string;
  readonly fieldSelector?: string;
}

/** The objects that a selection means. */
export async function fetchObjects(
  connection: Connection,
  selection: Selection,
  options: FetchOptions,
): Promise<Result<readonly K8sObject[], Failure>> {
  const namespace = namespaceFor(selection.resource, connection, options);
  if (selection.names.length === 0) {
    const listed = await connection.client.list(selection.resource, {
      namespace,
      labelSelector: options.selector,
      fieldSelector: options.fieldSelector,
    });
    return listed.ok ? ok(listed.value.items) : err(apiFailure(listed.error));
  }
  const found: K8sObject[] = [];
  for (const name of selection.names) {
    const object = await connection.client.get(selection.resource, { namespace, name });
    if (!object.ok) return err(apiFailure(object.error));
    found.push(object.value);
  }
  return ok(found);
}

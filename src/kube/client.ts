import type { K8sObject, Resource, Status } from "../api/object.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { failureOf } from "./status.ts";
import type { ApiRequest, ApiResponse, ApiStream, KubeTransport } from "./transport.ts";

/** Names one object of a resource; no namespace for cluster-scoped ones. */
export interface ObjectKey {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
}

export interface ObjectList {
  readonly items: readonly K8sObject[];
  readonly resourceVersion: string;
  /** Token of the next page, when there is one. */
  readonly continue?: string;
}

export interface WatchOptions extends ListOptions {
  readonly allowWatchBookmarks?: boolean;
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
}

export interface CreateOptions {
  readonly namespace?: string | undefined;
  /** With `name`: creates a sub-resource of that object, such as `serviceaccounts/x/token`. */
  readonly subresource?: string;
  readonly name?: string;
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
}

export interface Patch {
  readonly type: "json" | "merge" | "strategic" | "apply";
  readonly body: JsonValue;
  readonly subresource?: string;
  readonly fieldManager?: string;
  readonly force?: boolean;
}

export interface DeleteOptions {
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
  /** Preconditions: the object is only deleted while these are its own. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly gracePeriodSeconds?: number;
}

const patchMediaTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** The path of a collection, or of one object in it. */
export function resourcePath(resource: Resource, key: { namespace?: string | undefined; name?: string }): string {
  const root = resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = key.namespace === undefined ? "" : `/namespaces/${encodeURIComponent(key.namespace)}`;
  const name = key.name === undefined ? "" : `/${encodeURIComponent(key.name)}`;
  return `${root}${scope}/${resource.resource}${name}`;
}

/** The `apiVersion` of a resource's objects. */
function apiVersionOf(resource: Resource): string {
  return resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
}

/**
 * Typed verbs over any way to a Kubernetes API. Failures come back as the Status that the server gave; a connection
 * that fails is a Status of reason `ServiceUnavailable`.
 */
export class KubeClient {
  readonly transport: KubeTransport;

  constructor(transport: KubeTransport) {
    this.transport = transport;
  }

  /** The same API with another identity, by impersonation. */
  as(user: { readonly userName: string; readonly groups?: readonly string[] }): KubeClient {
    return new KubeClient(this.transport.as(user));
  }

  async get(resource: Resource, key: ObjectKey): Promise<Result<K8sObject, Status>> {
    return asObject(await this.transport.send({ method: "GET", path: resourcePath(resource, key) }));
  }

  async list(resource: Resource, options: ListOptions = {}): Promise<Result<ObjectList, Status>> {
    const response = await this.transport.send({
      method: "GET",
      path: resourcePath(resource, { namespace: options.namespace }),
      query: listQuery(options),
    });
    if (response.status >= 300) return err(failureOf(response.status, response.body));
    return ok(asList(resource, response.body));
  }

  /** Changes after `resourceVersion` (all objects first when it is absent): watch events as the server sends them. */
  watch(resource: Resource, options: WatchOptions = {}): Promise<ApiStream<JsonValue>> {
    const query: Record<string, string> = { ...listQuery(options), watch: "true" };
    if (options.allowWatchBookmarks === true) query["allowWatchBookmarks"] = "true";
    if (options.timeoutSeconds !== undefined) query["timeoutSeconds"] = String(options.timeoutSeconds);
    return this.transport.watch({
      method: "GET",
      path: resourcePath(resource, { namespace: options.namespace }),
      query,
      ...(options.signal ? { signal: options.signal } : {}),
    });
  }

  async create(resource: Resource, object: K8sObject, options: CreateOptions = {}): Promise<Result<K8sObject, Status>> {
    const namespace = options.namespace ?? object.metadata.namespace;
    const path =
      options.subresource === undefined
        ? resourcePath(resource, { namespace })
        : `${resourcePath(resource, { namespace, name: options.name ?? object.metadata.name ?? "" })}/${options.subresource}`;
    const query: Record<string, string> = {};
    if (options.dryRun === true) query["dryRun"] = "All";
    if (options.fieldManager !== undefined) query["fieldManager"] = options.fieldManager;
    return asObject(await this.transport.send({ method: "POST", path, query, body: object as unknown as JsonObject }));
  }

  async update(
    resource: Resource,
    object: K8sObject,
    options: { readonly subresource?: string } = {},
  ): Promise<Result<K8sObject, Status>> {
    const { namespace, name = "" } = object.metadata;
    const path = withSubresource(resourcePath(resource, { namespace, name }), options.subresource);
    return asObject(await this.transport.send({ method: "PUT", path, body: object as unknown as JsonObject }));
  }

  async patch(resource: Resource, key: ObjectKey, patch: Patch): Promise<Result<K8sObject, Status>> {
    const query: Record<string, string> = {};
    if (patch.fieldManager !== undefined) query["fieldManager"] = patch.fieldManager;
    if (patch.force === true) query["force"] = "true";
    const request: ApiRequest = {
      method: "PATCH",
      path: withSubresource(resourcePath(resource, key), patch.subresource),
      query,
      headers: { "content-type": patchMediaTypes[patch.type] },
      body: patch.body,
    };
    return asObject(await this.transport.send(request));
  }

  async delete(
    resource: Resource,
    key: ObjectKey,
    options: DeleteOptions = {},
  ): Promise<Result<K8sObject | Status, Status>> {
    const preconditions = {
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.resourceVersion === undefined ? {} : { resourceVersion: options.resourceVersion }),
    };
    const body = {
      kind: "DeleteOptions",
      apiVersion: "v1",
      ...(options.propagationPolicy === undefined ? {} : { propagationPolicy: options.propagationPolicy }),
      ...(options.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
      ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
    };
    const response = await this.transport.send({ method: "DELETE", path: resourcePath(resource, key), body });
    if (response.status >= 300) return err(failureOf(response.status, response.body));
    return ok(response.body as unknown as K8sObject | Status);
  }
}

function withSubresource(path: string, subresource: string | undefined): string {
  return subresource === undefined ? path : `${path}/${subresource}`;
}

function listQuery(options: ListOptions): Record<string, string> {
  const query: Record<string, string> = {};
  if (options.labelSelector !== undefined && options.labelSelector !== "")
    query["labelSelector"] = options.labelSelector;
  if (options.fieldSelector !== undefined && options.fieldSelector !== "")
    query["fieldSelector"] = options.fieldSelector;
  if (options.limit !== undefined) query["limit"] = String(options.limit);
  if (options.continue !== undefined) query["continue"] = options.continue;
  if (options.resourceVersion !== undefined) query["resourceVersion"] = options.resourceVersion;
  return query;
}

function asObject(response: ApiResponse): Result<K8sObject, Status> {
  if (response.status >= 300) return err(failureOf(response.status, response.body));
  return ok(response.body as unknown as K8sObject);
}

/** Items of a list, each with its apiVersion and kind, which built-in kinds leave out inside lists. */
function asList(resource: Resource, body: JsonValue): ObjectList {
  const list = isJsonObject(body) ? body : {};
  const metadata = isJsonObject(list["metadata"]) ? list["metadata"] : {};
  const listKind = typeof list["kind"] === "string" ? list["kind"] : "";
  const kind = listKind.endsWith("List") ? listKind.slice(0, -"List".length) : listKind;
  const apiVersion = apiVersionOf(resource);
  const raw = Array.isArray(list["items"]) ? (list["items"] as readonly JsonObject[]) : [];
  const items = raw.map((item) => (typeof item["kind"] === "string" ? item : { apiVersion, kind, ...item }));
  return {
    items: items as unknown as readonly K8sObject[],
    resourceVersion: typeof metadata["resourceVersion"] === "string" ? metadata["resourceVersion"] : "",
    ...(typeof metadata["continue"] === "string" && metadata["continue"] !== ""
      ? { continue: metadata["continue"] }
      : {}),
  };
}

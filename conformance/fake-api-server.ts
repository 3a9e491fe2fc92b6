import type { K8sObject, Resource, Status } from "../src/api/object.ts";
import { guessResource } from "../src/controllers/triggers/listener-custom-resource.ts";
import type { ReconcilerClient } from "../src/controllers/triggers/reconciler-client.ts";
import type { JsonObject, JsonValue } from "../src/json/value.ts";
import { err, ok, type Result } from "../src/result.ts";

/** A write as the vectors list it. */
export type Action = Readonly<Record<string, JsonValue>>;

/** An API server for the flow vectors: it stores what it gets, applies no defaults and fails where it is told to. */
export class FakeApiServer implements ReconcilerClient {
  readonly actions: Action[] = [];
  readonly #objects = new Map<string, K8sObject>();
  readonly #fail: Readonly<Record<string, string>>;

  constructor(objects: readonly K8sObject[], fail: Readonly<Record<string, string>>) {
    this.#fail = fail;
    for (const object of objects) {
      const resource = guessResource(object.apiVersion, object.kind);
      this.#objects.set(keyOf(resource, object.metadata.namespace, object.metadata.name ?? ""), object);
    }
  }

  get objects(): readonly K8sObject[] {
    return [...this.#objects.values()];
  }

  async get(
    resource: Resource,
    { namespace, name }: Parameters<ReconcilerClient["get"]>[1],
  ): Promise<Result<K8sObject, Status>> {
    const told = this.#fail[`get ${resource.resource}`];
    if (told !== undefined) return err(failure("InternalError", told));
    const object = this.#objects.get(keyOf(resource, namespace, name));
    return object === undefined ? err(this.#missing(resource, name)) : ok(object);
  }

  async create(resource: Resource, object: K8sObject): Promise<Result<K8sObject, Status>> {
    const { namespace, name = "" } = object.metadata;
    const refused = this.#act("create", resource, namespace, name);
    if (refused !== undefined) return err(refused);
    const key = keyOf(resource, namespace, name);
    if (this.#objects.has(key)) {
      return err(failure("AlreadyExists", `${groupResource(resource)} "${name}" already exists`));
    }
    this.#objects.set(key, object);
    return ok(object);
  }

  async update(
    resource: Resource,
    object: K8sObject,
    { subresource }: { readonly subresource?: string } = {},
  ): Promise<Result<K8sObject, Status>> {
    const { namespace, name = "", finalizers } = object.metadata;
    const isPlainListener = resource.resource === "eventlisteners" && subresource === undefined;
    const more = {
      ...(subresource === undefined ? {} : { subresource }),
      ...(isPlainListener && { finalizers: finalizers ?? [] }),
    };
    const refused = this.#act("update", resource, namespace, name, more);
    if (refused !== undefined) return err(refused);
    const key = keyOf(resource, namespace, name);
    const old = this.#objects.get(key);
    if (old === undefined) return err(this.#missing(resource, name));
    const stored = subresource === "status" ? ({ ...old, status: object["status"] } as K8sObject) : object;
    this.#objects.set(key, stored);
    return ok(stored);
  }

  async delete(
    resource: Resource,
    { namespace, name }: Parameters<ReconcilerClient["get"]>[1],
  ): Promise<Result<unknown, Status>> {
    const refused = this.#act("delete", resource, namespace, name);
    if (refused !== undefined) return err(refused);
    return this.#objects.delete(keyOf(resource, namespace, name)) ? ok(undefined) : err(this.#missing(resource, name));
  }

  #act(
    verb: string,
    resource: Resource,
    namespace: string | undefined,
    name: string,
    more: JsonObject = {},
  ): Status | undefined {
    this.actions.push({
      ...(resource.group === "" ? {} : { group: resource.group }),
      ...(namespace === undefined ? {} : { namespace }),
      name,
      resource: resource.resource,
      verb,
      ...more,
    });
    const subresource = more["subresource"];
    const told =
      this.#fail[`${verb} ${resource.resource}/${subresource as string}`] ?? this.#fail[`${verb} ${resource.resource}`];
    return told === undefined ? undefined : failure("InternalError", told);
  }

  #missing(resource: Resource, name: string): Status {
    return failure("NotFound", `${groupResource(resource)} "${name}" not found`);
  }
}

function keyOf({ group, resource }: Resource, namespace: string | undefined, name: string): string {
  return `${group} ${resource} ${namespace ?? ""} ${name}`;
}

function groupResource({ group, resource }: Resource): string {
  return group === "" ? resource : `${resource}.${group}`;
}

function failure(reason: string, message: string): Status {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason, message };
}

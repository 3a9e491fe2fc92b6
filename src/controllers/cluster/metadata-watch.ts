import type { K8sObject, ObjectMeta, Resource } from "../../api/object.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../json/value.ts";
import { exponentialDelayMs, sleep } from "../../kube/backoff.ts";
import { resourcePath } from "../../kube/client.ts";
import type { KubeTransport } from "../../kube/transport.ts";

/** What happened to an object of the resource; a change tells all of its metadata again. */
export type MetadataEvent =
  | { readonly kind: "changed"; readonly metadata: ObjectMeta }
  | { readonly kind: "deleted"; readonly metadata: ObjectMeta };

const asMetadata = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json";
const asMetadataList = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";
const pageSize = 500;
const retryBaseMs = 200;
const retryMaxMs = 30_000;

/**
 * Follows the metadata of all objects of a resource by list and watch, keeping no more of them than their uids: whoever
 * listens keeps what it needs.
 */
export class MetadataWatch {
  readonly #transport: KubeTransport;
  readonly #resource: Resource;
  readonly #onEvent: (event: MetadataEvent) => void;
  /** Metadata as short as a deletion needs it, by uid. */
  readonly #known: Map<string, ObjectMeta>;

  /** `before` is a watch of another version of the resource, which has ended: what it knew is known. */
  constructor(
    transport: KubeTransport,
    resource: Resource,
    onEvent: (event: MetadataEvent) => void,
    before?: MetadataWatch,
  ) {
    this.#transport = transport;
    this.#resource = resource;
    this.#onEvent = onEvent;
    this.#known = before ? before.#known : new Map<string, ObjectMeta>();
  }

  get version(): string {
    return this.#resource.version;
  }

  /** Begins, and resolves when the first list has been told. Goes on until the signal aborts. */
  start(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      void this.#run(signal, resolve);
    });
  }

  /** Tells that all known objects are gone: the resource itself is. */
  forgetAll(): void {
    for (const metadata of [...this.#known.values()]) this.#tell({ kind: "deleted", metadata });
  }

  async #run(signal: AbortSignal, onSynced: () => void): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let version = await this.#list();
      if (version !== undefined) {
        failures = 0;
        onSynced();
      }
      while (version !== undefined && !signal.aborted) version = await this.#watch(version, signal);
      if (!signal.aborted) await sleep(exponentialDelayMs(failures++, retryBaseMs, retryMaxMs), signal);
    }
  }

  /** Tells all objects and those that have gone since; answers the version of the list, undefined when it failed. */
  async #list(): Promise<string | undefined> {
    const gone = new Map(this.#known);
    let version = "";
    let token: string | undefined;
    do {
      const response = await this.#transport.send({
        method: "GET",
        path: resourcePath(this.#resource, {}),
        query: { limit: String(pageSize), ...(token === undefined ? {} : { continue: token }) },
        headers: { accept: asMetadataList },
      });
      if (response.status !== 200 || !isJsonObject(response.body)) return undefined;
      const { metadata, items } = response.body;
      for (const item of isJsonArray(items) ? items : []) {
        const own = metadataOf(item);
        if (own === undefined) continue;
        gone.delete(own.uid ?? "");
        this.#tell({ kind: "changed", metadata: own });
      }
      const list = isJsonObject(metadata) ? metadata : {};
      version = typeof list["resourceVersion"] === "string" ? list["resourceVersion"] : "";
      token = typeof list["continue"] === "string" && list["continue"] !== "" ? list["continue"] : undefined;
    } while (token !== undefined);
    for (const metadata of gone.values()) this.#tell({ kind: "deleted", metadata });
    return version;
  }

  /** Follows changes; answers the version to go on from, undefined to list again. */
  async #watch(version: string, signal: AbortSignal): Promise<string | undefined> {
    const stream = await this.#transport.watch({
      method: "GET",
      path: resourcePath(this.#resource, {}),
      query: { watch: "true", resourceVersion: version, allowWatchBookmarks: "true" },
      headers: { accept: asMetadata },
      signal,
    });
    if (stream.status !== 200) return undefined;
    let last = version;
    try {
      for await (const event of stream.items) {
        const metadata = isJsonObject(event) ? metadataOf(event["object"]) : undefined;
        if (!isJsonObject(event) || metadata === undefined || event["type"] === "ERROR") return undefined;
        last = metadata.resourceVersion ?? last;
        if (event["type"] === "DELETED") this.#tell({ kind: "deleted", metadata });
        else if (event["type"] !== "BOOKMARK") this.#tell({ kind: "changed", metadata });
      }
    } catch {
      return signal.aborted ? last : undefined;
    }
    return last;
  }

  #tell(event: MetadataEvent): void {
    const { uid = "", name = "", namespace } = event.metadata;
    if (event.kind === "deleted") this.#known.delete(uid);
    else this.#known.set(uid, { uid, name, ...(namespace === undefined ? {} : { namespace }) });
    this.#onEvent(event);
  }
}

function metadataOf(object: JsonValue | undefined): ObjectMeta | undefined {
  if (!isJsonObject(object) || !isJsonObject(object["metadata"])) return undefined;
  return (object as unknown as K8sObject).metadata;
}

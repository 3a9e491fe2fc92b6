import { child, items, text } from "../../api/core/fields.ts";
import { claimFinalizer, volumeFinalizer } from "../../api/core/kinds/storage.ts";
import type { K8sObject, Resource, Status } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import type { KubeClient } from "../../kube/client.ts";
import { Informer } from "../../kube/informer.ts";
import { keyOf } from "../../kube/object-key.ts";
import { ok, type Result } from "../../result.ts";

const core = (resource: string): Resource => ({ group: "", version: "v1", resource });
const claims = core("persistentvolumeclaims");
const volumes = core("persistentvolumes");
const pods = core("pods");

/**
 * Lets a PersistentVolumeClaim that is being deleted go once no Pod uses it any more, and a PersistentVolume once no
 * claim is bound to it.
 */
export class StorageProtectionController {
  readonly #client: KubeClient;
  readonly #claims: Informer;
  readonly #volumes: Informer;
  readonly #pods: Informer;

  /** `onDue` is told the key of what should be looked at: `namespace/name` of a claim, `/name` of a volume. */
  constructor(client: KubeClient, onDue: (key: string) => void) {
    this.#client = client;
    this.#claims = new Informer(client, claims);
    this.#volumes = new Informer(client, volumes);
    this.#pods = new Informer(client, pods);
    for (const informer of [this.#claims, this.#volumes])
      informer.onChange(({ kind, object }) => {
        if (kind !== "deleted" && isDeleting(object)) onDue(keyOf(object));
      });
    this.#pods.onChange(({ kind, object }) => {
      if (kind !== "deleted" && !hasEnded(object)) return;
      for (const name of claimsOf(object)) onDue(`${object.metadata.namespace ?? ""}/${name}`);
    });
  }

  async start(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#claims, this.#volumes, this.#pods].map((informer) => informer.start(signal)));
  }

  /** Takes the finalizer off when nothing uses the object. */
  async reconcile(key: string): Promise<Result<undefined, Status>> {
    const [namespace = "", name = ""] = key.split("/");
    const [informer, resource, finalizer] =
      namespace === ""
        ? ([this.#volumes, volumes, volumeFinalizer] as const)
        : ([this.#claims, claims, claimFinalizer] as const);
    const object = informer.get(namespace === "" ? undefined : namespace, name);
    if (object === undefined || !isDeleting(object)) return ok(undefined);
    const { finalizers = [], resourceVersion = "" } = object.metadata;
    if (!finalizers.includes(finalizer)) return ok(undefined);
    if (namespace === "" ? isBound(object) : await this.#isUsed(namespace, name)) return ok(undefined);
    const body = { metadata: { finalizers: finalizers.filter((each) => each !== finalizer), resourceVersion } };
    const reference = namespace === "" ? { name } : { namespace, name };
    const written = await this.#client.patch(resource, reference, { type: "merge", body });
    return written.ok || written.error.code === 404 ? ok(undefined) : written;
  }

  /** Asked of the server when the copy here knows of no Pod: one may just have been made. */
  async #isUsed(namespace: string, name: string): Promise<boolean> {
    const uses = (pod: K8sObject): boolean => isPlaced(pod) && !hasEnded(pod) && claimsOf(pod).includes(name);
    if (this.#pods.list(namespace).some(uses)) return true;
    const listed = await this.#client.list(pods, { namespace });
    return !listed.ok || listed.value.items.some(uses);
  }
}

/** The claims that a Pod's volumes name, those made from its own templates included. */
function claimsOf(pod: K8sObject): readonly string[] {
  return items(child(pod as unknown as JsonObject, "spec"), "volumes").flatMap((volume) => {
    if (child(volume, "ephemeral") !== undefined) return [`${pod.metadata.name ?? ""}-${text(volume, "name")}`];
    const name = text(child(volume, "persistentVolumeClaim"), "claimName");
    return name === "" ? [] : [name];
  });
}

/** A Pod without a node has nothing mounted. */
function isPlaced(pod: K8sObject): boolean {
  return text(child(pod as unknown as JsonObject, "spec"), "nodeName") !== "";
}

function hasEnded(pod: K8sObject): boolean {
  const phase = text(child(pod as unknown as JsonObject, "status"), "phase");
  return phase === "Succeeded" || phase === "Failed";
}

function isBound(volume: K8sObject): boolean {
  return text(child(volume as unknown as JsonObject, "status"), "phase") === "Bound";
}

function isDeleting({ metadata }: K8sObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

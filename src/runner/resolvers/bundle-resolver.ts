import type { K8sObject } from "../../api/object.ts";
import { isJsonArray, type JsonValue, member } from "../../json/value.ts";
import type { KubeClient } from "../../kube/client.ts";
import { pullConfigJson } from "../../pipelines/credentials.ts";
import { err, ok, type Result } from "../../result.ts";
import { secrets, serviceAccounts } from "../resources.ts";
import type { ReadDefinition } from "./definition.ts";
import { findObject, readObject } from "./oci/bundle-layers.ts";
import { parseImageReference } from "./oci/image-reference.ts";
import { RegistryClient } from "./oci/registry-client.ts";
import { credentialsFor } from "./oci/registry-credentials.ts";
import {
  type ResolvedObject,
  type Resolver,
  type ResolverError,
  type ResolverRequest,
  textParam,
} from "./resolvers.ts";

/** How large a layer may be as it is stored. */
const maxLayerBytes = 1024 * 1024;
/** Objects that are remembered, and for how long when a tag may come to mean something else. */
const maxRemembered = 100;
const tagLifeMs = 5 * 60_000;

interface Remembered {
  readonly object: ResolvedObject;
  readonly untilMs: number;
}

/** Definitions in Tekton bundles: images of a registry, each layer of which is one object. */
export class BundleResolver implements Resolver {
  readonly title = "bundleresolver";
  readonly #client: KubeClient;
  readonly #read: ReadDefinition;
  readonly #remembered = new Map<string, Remembered>();

  constructor(client: KubeClient, read: ReadDefinition) {
    this.#client = client;
    this.#read = read;
  }

  async resolve(request: ResolverRequest, signal: AbortSignal): Promise<Result<ResolvedObject, ResolverError>> {
    const { params } = request;
    const invalid = (cause: string) => err({ kind: "invalid", cause } as const);
    const failed = (cause: string) => err({ kind: "failed", cause } as const);
    const bundle = textParam(params, "bundle");
    if (bundle === undefined) return invalid('parameter "bundle" required');
    const reference = parseImageReference(bundle);
    if (!reference.ok) return invalid(`invalid bundle reference: ${reference.error}`);
    const name = textParam(params, "name");
    if (name === undefined) return invalid('parameter "name" required');
    const kind = textParam(params, "kind") ?? "task";
    const cache = textParam(params, "cache") ?? "auto";
    if (!["always", "never", "auto"].includes(cache)) {
      return invalid(`invalid cache mode '${cache}', must be one of: always, never, auto`);
    }

    const isPinned = reference.value.version.kind === "digest";
    const remembers = cache === "always" || (cache === "auto" && isPinned);
    const account = textParam(params, "serviceAccount") ?? "default";
    const secret = textParam(params, "secret");
    // Whoever may not pull an image must not get it because somebody else did.
    const key = JSON.stringify([request.namespace, account, secret, bundle, kind, name, request.kind]);
    const known = this.#remembered.get(key);
    if (remembers && known !== undefined && known.untilMs > Date.now()) return ok(known.object);

    const config = await this.#pullConfig(request.namespace, account, secret);
    if (!config.ok) return failed(config.error);
    const credentials = credentialsFor(reference.value.registry, config.value);
    const registry = new RegistryClient(reference.value, credentials, signal);
    const manifest = await registry.manifest();
    if (!manifest.ok) return failed(`cannot retrieve the oci image: ${manifest.error}`);
    const layer = findObject(manifest.value.layers, kind, name);
    if (!layer.ok) return failed(layer.error);
    const blob = await registry.blob(layer.value.digest, maxLayerBytes);
    if (!blob.ok) return failed(`cannot retrieve the oci image: ${blob.error}`);
    const text = readObject(blob.value);
    if (!text.ok) return failed(text.error);
    const object = this.#read(text.value, request.kind);
    if (!object.ok) return failed(object.error);
    const resolved: ResolvedObject = {
      object: object.value,
      refSource: {
        uri: `${reference.value.registry}/${reference.value.repository}`,
        digest: { sha256: manifest.value.digest.replace(/^sha256:/, "") },
        entryPoint: name,
      },
    };
    if (remembers) this.#remember(key, resolved, isPinned);
    return ok(resolved);
  }

  #remember(key: string, object: ResolvedObject, isPinned: boolean): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, { object, untilMs: isPinned ? Number.POSITIVE_INFINITY : Date.now() + tagLifeMs });
    const oldest = this.#remembered.keys().next().value;
    if (this.#remembered.size > maxRemembered && oldest !== undefined) this.#remembered.delete(oldest);
  }

  /** The docker configuration with the credentials: of the named secret, else of the account's pull secrets. */
  async #pullConfig(namespace: string, account: string, secret: string | undefined): Promise<Result<string, string>> {
    if (secret !== undefined) {
      const found = await this.#client.get(secrets, { namespace, name: secret });
      return found.ok
        ? ok(pullConfigJson([found.value]))
        : err(`cannot get the secret ${secret} of namespace ${namespace}: ${found.error.message ?? "not found"}`);
    }
    const found = await this.#client.get(serviceAccounts, { namespace, name: account });
    if (!found.ok) {
      return account === "default"
        ? ok("")
        : err(
            `cannot get the service account ${account} of namespace ${namespace}: ${found.error.message ?? "not found"}`,
          );
    }
    const names = member(found.value as unknown as JsonValue, "imagePullSecrets");
    const objects: K8sObject[] = [];
    for (const entry of isJsonArray(names) ? names : []) {
      const name = member(entry, "name");
      if (typeof name !== "string") continue;
      const object = await this.#client.get(secrets, { namespace, name });
      if (object.ok) objects.push(object.value);
    }
    return ok(pullConfigJson(objects));
  }
}

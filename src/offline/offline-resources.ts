import { triggersGroup } from "../api/triggers/kinds.ts";
import type {
  DecodedObject,
  EventListener,
  InterceptorObject,
  Trigger,
  TriggerTemplate,
} from "../api/triggers/objects.ts";
import { triggersResources } from "../api/triggers/resources.ts";
import { coreInterceptors } from "../interceptors/core-interceptors.ts";
import type { SecretReader } from "../interceptors/interceptor.ts";
import { isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { decodeTriggersObject } from "../sink/listener-caches.ts";
import type { Discover } from "../triggers/render.ts";
import { type LookedUpKind, ResourcesByKind } from "../triggers/resources-by-kind.ts";
import type { ListenerRef } from "../triggers/run-trigger.ts";
import { admitManifest, place, refusePipelinesManifest } from "./admit-manifest.ts";
import type { ConfigMapData } from "./admit-planned.ts";
import type { Manifest } from "./manifests.ts";
import { type NamedKind, offlineDiscovery } from "./offline-discovery.ts";

/** A secret's value that is given beside the files. */
export interface GivenSecret {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

/** How files become resources. */
export interface OfflineOptions {
  /** Of objects that name none. */
  readonly namespace: string;
  readonly secrets?: readonly GivenSecret[];
}

const clusterScoped: ReadonlySet<string> = new Set(
  triggersResources.flatMap(({ kind, namespaced }) => (namespaced ? [] : [kind])),
);

/** The objects of files, admitted as by the API server, for the engine to look up. */
export class OfflineResources extends ResourcesByKind implements SecretReader {
  readonly discover: Discover;
  readonly configMaps: ConfigMapData;
  /** By kind and `namespace/name`. */
  readonly #objects: ReadonlyMap<string, DecodedObject>;
  readonly #secrets: ReadonlyMap<string, ReadonlyMap<string, string>>;

  private constructor(
    objects: ReadonlyMap<string, DecodedObject>,
    secrets: ReadonlyMap<string, ReadonlyMap<string, string>>,
    manifests: readonly Manifest[],
  ) {
    super();
    this.#objects = objects;
    this.#secrets = secrets;
    this.configMaps = configMapsOf(manifests);
    const definitions = manifests.filter(({ object }) => object.kind === "CustomResourceDefinition");
    const templates = [...objects.values()].flatMap(templateSpecs);
    this.discover = offlineDiscovery(definitions, templates.flatMap(namedKinds));
  }

  /** Admits the objects; of two of the same name the later one counts. All problems are told, each with its place. */
  static of(manifests: readonly Manifest[], options: OfflineOptions): Result<OfflineResources, readonly string[]> {
    const problems: string[] = [];
    const objects = new Map<string, DecodedObject>(coreClusterInterceptors());
    const secrets = new Map<string, Map<string, string>>();
    const configMaps = configMapsOf(manifests);
    for (const manifest of manifests) {
      const { apiVersion, kind, metadata } = manifest.object;
      if (apiVersion === "v1" && kind === "Secret") {
        const id = `${metadata.namespace ?? options.namespace}/${metadata.name ?? ""}`;
        secrets.set(id, secretValues(manifest.object));
      }
      if (!apiVersion.startsWith(`${triggersGroup}/`)) {
        problems.push(...refusePipelinesManifest(manifest, configMaps));
        continue;
      }
      const namespace = clusterScoped.has(kind) ? undefined : (metadata.namespace ?? options.namespace);
      const object = inNamespace(manifest, namespace);
      const admitted = admitManifest(manifest, object, configMaps);
      if (!admitted.ok) {
        problems.push(...admitted.error);
        continue;
      }
      const version = kind.endsWith("Interceptor") ? "v1alpha1" : "v1beta1";
      const stored = { ...admitted.value, metadata: member(admitted.value, "metadata") ?? {} };
      const decoded = decodeTriggersObject(version, kind, stored as unknown as Manifest["object"]);
      if (decoded === undefined) problems.push(place(manifest, "", "the object cannot be read"));
      else objects.set(keyOf(kind, namespace, metadata.name ?? ""), decoded);
    }
    if (problems.length > 0) return err(problems);
    for (const { namespace, name, key, value } of options.secrets ?? []) {
      const id = `${namespace}/${name}`;
      const values = secrets.get(id) ?? new Map<string, string>();
      values.set(key, value);
      secrets.set(id, values);
    }
    return ok(new OfflineResources(objects, secrets, manifests));
  }

  listener({ namespace, name }: ListenerRef): EventListener | undefined {
    return this.find("EventListener", namespace, name);
  }

  listeners(): readonly EventListener[] {
    return this.#all<EventListener>("EventListener");
  }

  override triggers(namespace?: string): readonly Trigger[] {
    const all = this.#all<Trigger>("Trigger");
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata?.namespace === namespace);
  }

  /** CA certificates (PEM) of the interceptors that have one. */
  caBundles(): readonly string[] {
    const interceptors = [
      ...this.#all<InterceptorObject>("ClusterInterceptor"),
      ...this.#all<InterceptorObject>("Interceptor"),
    ];
    return interceptors.flatMap(({ spec }) => {
      const bundle = spec?.clientConfig?.caBundle ?? "";
      return bundle === "" ? [] : [Buffer.from(bundle, "base64").toString("latin1")];
    });
  }

  /** Errors are the texts that a cluster gives. */
  async read(ref: {
    readonly namespace: string;
    readonly name: string;
    readonly key: string;
  }): Promise<Result<string, string>> {
    const values = this.#secrets.get(`${ref.namespace}/${ref.name}`);
    if (values === undefined) return err(`secrets "${ref.name}" not found`);
    const value = values.get(ref.key);
    return value === undefined ? err(`cannot find ${ref.key} key in secret ${ref.namespace}/${ref.name}`) : ok(value);
  }

  protected override find<T extends DecodedObject>(
    kind: LookedUpKind,
    namespace: string | undefined,
    name: string,
  ): T | undefined {
    return this.#objects.get(keyOf(kind, namespace, name)) as T | undefined;
  }

  #all<T extends DecodedObject>(kind: LookedUpKind): readonly T[] {
    return [...this.#objects].flatMap(([key, object]) => (key.startsWith(`${kind} `) ? [object as T] : []));
  }
}

function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return `${kind} ${namespace ?? ""}/${name}`;
}

function inNamespace({ object }: Manifest, namespace: string | undefined): JsonObject {
  const metadata = { ...object.metadata, ...(namespace === undefined ? {} : { namespace }) };
  return { ...object, metadata } as unknown as JsonObject;
}

/** The ClusterInterceptors that every installation brings. */
function coreClusterInterceptors(): readonly (readonly [string, InterceptorObject])[] {
  const service = { name: "tekton-triggers-core-interceptors", namespace: "tekton-pipelines" };
  return [...coreInterceptors.keys()].map((name) => [
    keyOf("ClusterInterceptor", undefined, name),
    { metadata: { name }, spec: { clientConfig: { service: { ...service, path: name } } } },
  ]);
}

function configMapsOf(manifests: readonly Manifest[]): ConfigMapData {
  const found: Record<string, Readonly<Record<string, string>>> = Object.create(null);
  for (const { object } of manifests) {
    if (object.kind !== "ConfigMap" || object.apiVersion !== "v1") continue;
    found[object.metadata.name ?? ""] = stringsOf(object["data"] as JsonValue | undefined);
  }
  return found;
}

function secretValues(object: Manifest["object"]): Map<string, string> {
  const data = Object.entries(stringsOf(object["data"] as JsonValue | undefined));
  const decoded = data.map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")] as const);
  return new Map([...decoded, ...Object.entries(stringsOf(object["stringData"] as JsonValue | undefined))]);
}

function stringsOf(value: JsonValue | undefined): Readonly<Record<string, string>> {
  const strings: Record<string, string> = Object.create(null);
  for (const [key, item] of Object.entries(isJsonObject(value) ? value : {})) {
    if (typeof item === "string") strings[key] = item;
  }
  return strings;
}

type TemplateSpec = NonNullable<TriggerTemplate["spec"]>;

/** The template specs in a TriggerTemplate, a Trigger or an EventListener. */
function templateSpecs({ kind, ...object }: DecodedObject): readonly TemplateSpec[] {
  switch (kind) {
    case "TriggerTemplate":
      return [(object as TriggerTemplate).spec ?? {}];
    case "Trigger":
      return [(object as Trigger).spec?.template?.spec ?? {}];
    case "EventListener":
      return ((object as EventListener).spec?.triggers ?? []).map(({ template }) => template?.spec ?? {});
    default:
      return [];
  }
}

function namedKinds({ resourcetemplates = [] }: TemplateSpec): readonly NamedKind[] {
  return resourcetemplates.flatMap((raw) => {
    const apiVersion = member(raw?.json, "apiVersion");
    const kind = member(raw?.json, "kind");
    return typeof apiVersion === "string" && typeof kind === "string" ? [{ apiVersion, kind }] : [];
  });
}

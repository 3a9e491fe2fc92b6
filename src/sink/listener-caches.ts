import { X509Certificate } from "node:crypto";
import type { K8sObject, Resource } from "../api/object.ts";
import { decodeStruct } from "../api/triggers/go-decode.ts";
import { parsedJson } from "../api/triggers/json-source.ts";
import type { DecodedObject, EventListener, InterceptorObject, Trigger } from "../api/triggers/objects.ts";
import { triggersTypes } from "../api/triggers/trigger-types.ts";
import type { JsonValue } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { Informer } from "../kube/informer.ts";
import { type LookedUpKind, ResourcesByKind } from "../triggers/resources-by-kind.ts";
import type { ListenerRef } from "../triggers/run-trigger.ts";
import type { SinkLog } from "./sink-log.ts";

/** The resources that a listener watches. */
const watched = {
  eventlisteners: { version: "v1beta1", kind: "EventListener" },
  triggers: { version: "v1beta1", kind: "Trigger" },
  triggerbindings: { version: "v1beta1", kind: "TriggerBinding" },
  triggertemplates: { version: "v1beta1", kind: "TriggerTemplate" },
  clustertriggerbindings: { version: "v1beta1", kind: "ClusterTriggerBinding" },
  clusterinterceptors: { version: "v1alpha1", kind: "ClusterInterceptor" },
  interceptors: { version: "v1alpha1", kind: "Interceptor" },
} as const satisfies Readonly<Record<string, { readonly version: string; readonly kind: LookedUpKind }>>;

type Plural = keyof typeof watched;

const pluralOf = Object.fromEntries(Object.entries(watched).map(([plural, { kind }]) => [kind, plural])) as Readonly<
  Record<LookedUpKind, Plural>
>;

/** Roles written for older releases do not name these; a listener works without. */
const optional: ReadonlySet<Plural> = new Set(["interceptors"]);

const clusterScoped: ReadonlySet<Plural> = new Set(["clustertriggerbindings", "clusterinterceptors"]);

/** Resources that live in the listener's own namespace only. */
const ownNamespace: ReadonlySet<Plural> = new Set(["eventlisteners", "interceptors"]);

/**
 * What a listener looks up, kept current by watches with the listener's own permissions. A missing permission is
 * logged with verb and resource, and goes on being tried.
 */
export class ListenerCaches extends ResourcesByKind {
  readonly #ref: ListenerRef;
  readonly #log: SinkLog;
  readonly #informers: ReadonlyMap<Plural, Informer>;
  readonly #decoded = new WeakMap<K8sObject, DecodedObject>();
  readonly #bundles = new WeakMap<K8sObject, string>();
  readonly #logged = new Map<Plural, string>();
  #version = 0;

  constructor(client: KubeClient, ref: ListenerRef, log: SinkLog, options: { readonly isMultiNamespace: boolean }) {
    super();
    this.#ref = ref;
    this.#log = log;
    const informers = new Map<Plural, Informer>();
    for (const plural of Object.keys(watched) as Plural[]) {
      const resource: Resource = { group: "triggers.tekton.dev", version: watched[plural].version, resource: plural };
      const isWide = clusterScoped.has(plural) || (options.isMultiNamespace && !ownNamespace.has(plural));
      const onError = ({ message = "" }: { readonly message?: string }) => this.#complain(plural, message);
      const informer = new Informer(client, resource, {
        ...(isWide ? {} : { namespace: ref.namespace }),
        ...(plural === "eventlisteners" ? { fieldSelector: `metadata.name=${ref.name}` } : {}),
        onError,
      });
      informer.onChange(() => this.#version++);
      informers.set(plural, informer);
    }
    this.#informers = informers;
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** Resolves once everything that the listener cannot do without has been read. */
  async start(signal: AbortSignal): Promise<void> {
    const started = [...this.#informers].map(async ([plural, informer]) => {
      const synced = informer.start(signal).then(() => this.#recover(plural));
      if (!optional.has(plural)) await synced;
    });
    await Promise.all(started);
  }

  /** What the listener still waits for; undefined when it has all it cannot do without. */
  unreadyReason(): string | undefined {
    for (const [plural, informer] of this.#informers) {
      if (informer.synced || optional.has(plural)) continue;
      return informer.failure?.message ?? `${plural} have not been read yet`;
    }
    return undefined;
  }

  unreadable(plural: string): string | undefined {
    const informer = this.#informers.get(plural as Plural);
    return informer === undefined || informer.synced ? undefined : informer.failure?.message;
  }

  listener(): EventListener | undefined {
    return this.find("EventListener", this.#ref.namespace, this.#ref.name);
  }

  override triggers(namespace?: string): readonly Trigger[] {
    const objects = this.#informer("triggers").list(namespace);
    return objects.flatMap((object) => this.#decode<Trigger>("triggers", object) ?? []);
  }

  /** The CA certificates of the interceptors that are served over HTTPS. */
  trustedCas(): readonly string[] {
    const bundles: string[] = [];
    for (const plural of ["clusterinterceptors", "interceptors"] as const) {
      for (const object of this.#informer(plural).list()) {
        let bundle = this.#bundles.get(object);
        if (bundle === undefined) {
          bundle = caBundleOf(this.#decode<InterceptorObject>(plural, object));
          this.#bundles.set(object, bundle);
        }
        if (bundle !== "") bundles.push(bundle);
      }
    }
    return bundles;
  }

  #informer(plural: Plural): Informer {
    return this.#informers.get(plural) as Informer;
  }

  protected override find<T extends DecodedObject>(
    kind: LookedUpKind,
    namespace: string | undefined,
    name: string,
  ): T | undefined {
    const plural = pluralOf[kind];
    const object = this.#informer(plural).get(namespace, name);
    return object && this.#decode<T>(plural, object);
  }

  /** Undefined for an object that does not decode, which admission does not let in. */
  #decode<T extends DecodedObject>(plural: Plural, object: K8sObject): T | undefined {
    const known = this.#decoded.get(object);
    if (known) return known as T;
    const decoded = decodeTriggersObject(watched[plural].version, watched[plural].kind, object);
    if (decoded === undefined) {
      this.#log.error(
        `${watched[plural].kind} ${object.metadata.namespace ?? ""}/${object.metadata.name} is unreadable`,
      );
      return undefined;
    }
    this.#decoded.set(object, decoded);
    return decoded as T;
  }

  #complain(plural: Plural, message: string): void {
    if (this.#logged.get(plural) === message) return;
    this.#logged.set(plural, message);
    const text = `failed to list or watch ${plural}: ${message}`;
    if (optional.has(plural)) this.#log.warn(text);
    else this.#log.error(text);
  }

  #recover(plural: Plural): void {
    if (this.#informer(plural).synced && this.#logged.delete(plural))
      this.#log.info(`${plural} can be listed and watched now`);
  }
}

/** Decodes a stored object of `triggers.tekton.dev`; undefined when it is none. */
export function decodeTriggersObject(
  version: "v1alpha1" | "v1beta1",
  kind: string,
  object: K8sObject,
): DecodedObject | undefined {
  const type = triggersTypes[version].get(kind);
  if (type === undefined) return undefined;
  const decoded = decodeStruct(type, object as unknown as JsonValue, parsedJson, { strict: false });
  return decoded.ok ? (decoded.value as DecodedObject) : undefined;
}

/** The PEM text; empty when there is none, or one that is no certificate (upstream's process ends then). */
function caBundleOf(interceptor: InterceptorObject | undefined): string {
  const bundle = interceptor?.spec?.clientConfig?.caBundle;
  if (interceptor?.metadata?.labels?.["server/type"] !== "https" || !bundle) return "";
  const pem = Buffer.from(bundle, "base64").toString("latin1");
  return isCertificate(pem) ? pem : "";
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

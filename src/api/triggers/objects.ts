import type { GoObject } from "./go-decode.ts";
import type { RawJson } from "./json-source.ts";

/**
 * Objects of `triggers.tekton.dev` as decoding leaves them (go-decode.ts): canonical names, nil values absent. The
 * tables of trigger-types.ts vouch for the types; both versions share these, with the fields that only one has optional.
 */
interface DecodedMeta {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly deletionTimestamp?: string;
}

export interface DecodedObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: DecodedMeta;
}

export interface EventListener extends DecodedObject {
  readonly spec?: EventListenerSpec;
  readonly status?: EventListenerStatus;
}

interface EventListenerSpec {
  readonly serviceAccountName?: string;
  readonly triggers?: readonly EventListenerTrigger[];
  readonly triggerGroups?: readonly TriggerGroup[];
  readonly namespaceSelector?: NamespaceSelector;
  readonly labelSelector?: object;
  readonly resources?: ListenerResources;
  readonly cloudEventURI?: string;
}

interface NamespaceSelector {
  readonly matchNames?: readonly string[];
}

export interface EventListenerTrigger {
  readonly bindings?: readonly (Binding | null)[];
  readonly template?: Template;
  readonly triggerRef?: string;
  readonly name?: string;
  readonly interceptors?: readonly (InterceptorUse | null)[];
  readonly serviceAccountName?: string;
}

export interface TriggerGroup {
  readonly name?: string;
  readonly interceptors?: readonly (InterceptorUse | null)[];
  readonly triggerSelector?: { readonly namespaceSelector?: NamespaceSelector; readonly labelSelector?: object };
}

interface ListenerResources {
  readonly kubernetesResource?: KubernetesResource;
  readonly customResource?: RawJson;
}

export interface KubernetesResource {
  readonly replicas?: number;
  readonly serviceType?: string;
  readonly servicePort?: number;
  readonly serviceLoadBalancerClass?: string;
  readonly spec?: { readonly template?: PodTemplate };
}

export interface PodTemplate {
  readonly metadata?: DecodedMeta;
  readonly spec?: PodSpec;
}

/** A pod spec; what is not named here is reached through the tables of pod-types.ts. */
export interface PodSpec {
  readonly containers?: readonly Container[];
  readonly serviceAccountName?: string;
  readonly tolerations?: readonly GoObject[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: GoObject;
  readonly topologySpreadConstraints?: readonly GoObject[];
  readonly imagePullSecrets?: readonly GoObject[];
  readonly securityContext?: GoObject;
}

export interface Container {
  readonly name?: string;
  readonly env?: readonly EnvVar[];
  readonly resources?: GoObject;
  readonly livenessProbe?: GoObject;
  readonly readinessProbe?: GoObject;
  readonly startupProbe?: GoObject;
  readonly securityContext?: GoObject;
}

export interface EnvVar {
  readonly name?: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name?: string; readonly key?: string } };
}

export interface EventListenerStatus {
  readonly conditions?: readonly Condition[];
  readonly address?: { readonly url?: string };
  readonly configuration?: { readonly generatedName?: string };
}

/** A condition; `lastTransitionTime` is RFC 3339 with whole seconds. */
export interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly severity?: string;
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Trigger extends DecodedObject {
  readonly spec?: TriggerSpec;
}

export interface TriggerSpec {
  readonly bindings?: readonly (Binding | null)[];
  readonly template?: Template;
  readonly name?: string;
  readonly interceptors?: readonly (InterceptorUse | null)[];
  readonly serviceAccountName?: string;
}

export interface Binding {
  readonly name?: string;
  readonly value?: string;
  readonly ref?: string;
  readonly kind?: string;
  readonly apiversion?: string;
}

export interface Template {
  readonly ref?: string;
  readonly apiversion?: string;
  readonly spec?: TriggerTemplateSpec;
}

export interface InterceptorUse {
  readonly name?: string;
  readonly ref?: { readonly name?: string; readonly kind?: string; readonly apiVersion?: string };
  readonly params?: readonly { readonly name?: string; readonly value?: RawJson | null }[];
  readonly webhook?: Webhook;
  /** v1alpha1 only, like the next three. */
  readonly github?: OldScmInterceptor;
  readonly gitlab?: OldScmInterceptor;
  readonly bitbucket?: OldScmInterceptor;
  readonly cel?: OldCelInterceptor;
}

interface OldScmInterceptor {
  readonly secretRef?: { readonly secretKey?: string; readonly secretName?: string };
  readonly eventTypes?: readonly string[];
}

interface OldCelInterceptor {
  readonly filter?: string;
  readonly overlays?: readonly { readonly key?: string; readonly expression?: string }[];
}

export interface Webhook {
  readonly objectRef?: { readonly kind?: string; readonly apiVersion?: string; readonly name?: string };
  readonly url?: string;
  readonly header?: readonly { readonly name?: string; readonly value?: HeaderValue }[];
}

export type HeaderValue = string | readonly string[] | Readonly<Record<string, string>>;

export interface TriggerBinding extends DecodedObject {
  readonly spec?: { readonly params?: readonly { readonly name?: string; readonly value?: string }[] };
}

export interface TriggerTemplate extends DecodedObject {
  readonly spec?: TriggerTemplateSpec;
}

export interface TriggerTemplateSpec {
  readonly params?: readonly { readonly name?: string; readonly description?: string; readonly default?: string }[];
  readonly resourcetemplates?: readonly (RawJson | null)[];
}

/** ClusterInterceptor and Interceptor. */
export interface InterceptorObject extends DecodedObject {
  readonly spec?: { readonly clientConfig?: ClientConfig };
  readonly status?: GoObject;
}

export interface ClientConfig {
  readonly caBundle?: string;
  readonly url?: string;
  readonly service?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly path?: string;
    readonly port?: number;
  };
}

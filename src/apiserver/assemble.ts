import type { K8sObject, Status } from "../api/object.ts";
import type { JsonObject } from "../json/value.ts";
import { ok, type Result } from "../result.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { LimitRanger } from "./admission/limit-ranger.ts";
import { NodeTaint } from "./admission/node-taint.ts";
import { ResourceQuotaAdmission } from "./admission/resource-quota.ts";
import { ServiceAccountAdmission } from "./admission/service-account.ts";
import { ServiceAllocator } from "./admission/service-allocator.ts";
import { StorageProtection } from "./admission/storage-protection.ts";
import { ApiServer, attributesOf } from "./api-server.ts";
import { ApiServices } from "./api-services.ts";
import { identityReviews } from "./auth/identity-reviews.ts";
import { HeaderImpersonator } from "./auth/impersonation.ts";
import { oidcDiscovery } from "./auth/oidc-discovery.ts";
import { type BoundObjects, ServiceAccountTokens } from "./auth/service-account-tokens.ts";
import { type StaticToken, StaticTokens } from "./auth/static-tokens.ts";
import { TokenAuthenticator } from "./auth/token-authenticator.ts";
import { tokenRequests } from "./auth/token-request.ts";
import { bootstrapObjects } from "./bootstrap.ts";
import { CrdController } from "./crd/crd-controller.ts";
import { applyJsonPatch } from "./patch/json-patch.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./pipeline.ts";
import type { ServiceAccountKey } from "./pki/service-account-key.ts";
import type { PodBackends } from "./pods/pod-backends.ts";
import { podBindings } from "./pods/pod-binding.ts";
import { podEviction } from "./pods/pod-eviction.ts";
import { podLog } from "./pods/pod-log.ts";
import { podStreams } from "./pods/pod-streams.ts";
import { proxies } from "./pods/proxy.ts";
import { AdmissionPolicies } from "./policies/admission-policy.ts";
import { MutatingPolicyAdmission } from "./policies/mutating-policy-admission.ts";
import type { PolicyParts } from "./policies/policy-application.ts";
import { ValidatingPolicyAdmission } from "./policies/validating-policy-admission.ts";
import { KubernetesProtobufDecoder } from "./protobuf/protobuf-decoder.ts";
import { KubernetesProtobufEncoder } from "./protobuf/protobuf-encoder.ts";
import { accessReviews } from "./rbac/access-review.ts";
import { bootstrapPolicy } from "./rbac/bootstrap-policy.ts";
import { EscalationCheck } from "./rbac/escalation.ts";
import { privilegedGroup, RbacAuthorizer } from "./rbac/rbac-authorizer.ts";
import { RbacPolicy } from "./rbac/rbac-policy.ts";
import { apiVersionOf, objectKey, type VersionConverter } from "./resource-definition.ts";
import { tektonDefinitions } from "./tekton-definitions.ts";
import type { UserInfo } from "./user-info.ts";
import { applyDefaults } from "./verbs/prepare.ts";
import { oneInVersion } from "./verbs/server-context.ts";
import { conditionsHold } from "./webhooks/match-conditions.ts";
import { WebhookAdmission } from "./webhooks/webhook-admission.ts";
import { type ServiceResolver, WebhookClient } from "./webhooks/webhook-client.ts";
import { WebhookConfigurations } from "./webhooks/webhook-configuration.ts";
import { decodeObject } from "./wire/decode-body.ts";

/** What a complete server is assembled from. */
export interface AssemblyOptions {
  readonly store: ObjectStore;
  /** Administrators' tokens and the like. */
  readonly tokens: readonly StaticToken[];
  readonly serviceAccountKey: ServiceAccountKey;
  readonly backends: PodBackends;
  /** Where webhooks behind a Service are reached. */
  readonly resolveService: ServiceResolver;
  /** Admission of Tekton's own kinds. */
  readonly admission?: readonly AdmissionPlugin[];
  /**
   * Tekton's kinds as built-in custom resources; false leaves them to CustomResourceDefinitions that somebody creates.
   */
  readonly tektonKinds?: boolean;
  readonly convertTekton?: VersionConverter;
  readonly now?: () => number;
}

/** Who acts when the server itself does: an eviction deletes whether or not its sender may. */
const self: UserInfo = { username: "system:apiserver", groups: [privilegedGroup] };

/**
 * An API server with identity, permission, admission and all built-in behaviour, its bootstrap objects in place: what
 * `tektite up` runs (spec: kube-api).
 */
export async function assembleApiServer(options: AssemblyOptions): Promise<ApiServer> {
  const { store, serviceAccountKey } = options;
  const now = options.now ?? Date.now;
  const read = (collection: string, namespace: string | undefined, name: string): K8sObject | undefined =>
    store.get(collection, objectKey(namespace, name))?.object;
  const objects: BoundObjects = { get: (resource, namespace, name) => read(`/${resource}`, namespace, name) };

  const policy = new RbacPolicy();
  for (const resource of ["roles", "clusterroles", "rolebindings", "clusterrolebindings"]) {
    follow(store, `rbac.authorization.k8s.io/${resource}`, {
      put: (object) => policy.put(object),
      remove: ({ kind, metadata }) => policy.remove(kind, metadata.namespace, metadata.name ?? ""),
    });
  }
  const authorizer = new RbacAuthorizer(policy);
  const accountTokens = new ServiceAccountTokens(serviceAccountKey, objects, now);
  const authenticator = new TokenAuthenticator(new StaticTokens(options.tokens), accountTokens, now);

  const mutating = new WebhookConfigurations();
  const validating = new WebhookConfigurations();
  for (const [resource, configurations] of [
    ["mutatingwebhookconfigurations", mutating],
    ["validatingwebhookconfigurations", validating],
  ] as const) {
    follow(store, `admissionregistration.k8s.io/${resource}`, {
      put: (object) => configurations.put(object),
      remove: ({ metadata }) => configurations.remove(metadata.name ?? ""),
    });
  }
  const mutatingPolicies = new AdmissionPolicies();
  const validatingPolicies = new AdmissionPolicies();
  for (const [resource, policies] of [
    ["mutatingadmissionpolic", mutatingPolicies],
    ["validatingadmissionpolic", validatingPolicies],
  ] as const) {
    follow(store, `admissionregistration.k8s.io/${resource}ies`, {
      put: (object) => policies.putPolicy(object),
      remove: ({ metadata }) => policies.removePolicy(metadata.name ?? ""),
    });
    follow(store, `admissionregistration.k8s.io/${resource}ybindings`, {
      put: (object) => policies.putBinding(object),
      remove: ({ metadata }) => policies.removeBinding(metadata.name ?? ""),
    });
  }
  const client = new WebhookClient(options.resolveService);
  const webhooks = new WebhookAdmission({
    client,
    mutating,
    validating,
    namespaceLabels: (namespace) => read("/namespaces", undefined, namespace)?.metadata.labels,
    convert: (attributes, object, version) => oneInVersion(attributes.definition, object, version),
    decode: decodeChanged,
    applyJsonPatch: (document, operations) =>
      applyJsonPatch(document as JsonObject, operations as readonly JsonObject[]),
    conditionsHold: (webhook, attributes) => conditionsHold(webhook, attributes, authorizer),
  });

  const reader = { get: objects.get };
  const policyParts: Omit<PolicyParts, "policies"> = {
    authorizer,
    namespace: (name) => read("/namespaces", undefined, name),
    params: ({ apiVersion, kind }, namespace) => {
      const found = server.registry
        .all()
        .find(
          (definition) =>
            definition.kind === kind &&
            definition.versions.some(({ version }) => apiVersionOf(definition.group, version) === apiVersion),
        );
      const prefix = found?.namespaced === true ? `${namespace ?? ""}/` : "";
      return found && store.list(found.collection, prefix).map(({ object }) => object);
    },
  };
  const server: ApiServer = new ApiServer({
    store,
    authenticator,
    impersonator: new HeaderImpersonator(authorizer, attributesOf),
    authorizer,
    admission: [
      new LimitRanger(store),
      new ServiceAccountAdmission(store),
      new NodeTaint(),
      new StorageProtection(),
      new ServiceAllocator(store),
      new EscalationCheck(authorizer, policy),
      ...(options.admission ?? []),
      new MutatingPolicyAdmission({ policies: mutatingPolicies, ...policyParts, decode: decodeChanged }),
      new ValidatingPolicyAdmission({ policies: validatingPolicies, ...policyParts }),
      webhooks,
      new ResourceQuotaAdmission(store, async (quota) => {
        const { namespace = "", name = "" } = quota.metadata;
        const answer = await server.handleAs(self, {
          method: "PUT",
          path: `/api/v1/namespaces/${namespace}/resourcequotas/${name}/status`,
          query: new URLSearchParams(),
          headers: { accept: "application/json", "user-agent": "kube-apiserver/v1.36.0" },
          body: { kind: "parsed", value: quota as unknown as JsonObject },
          signal: new AbortController().signal,
        });
        return answer.status === 200;
      }),
    ],
    handlers: [
      ...oidcDiscovery(serviceAccountKey),
      ...identityReviews(authenticator, now),
      ...accessReviews(authorizer, now),
      tokenRequests(accountTokens, objects, now),
      podLog(reader, options.backends, now),
      ...podStreams(reader, options.backends),
      ...podBindings(store, now),
      ...proxies({
        reader,
        backends: options.backends,
        resolveService: options.resolveService,
        service: (namespace, name) => read("/services", namespace, name),
        pods: (namespace) => store.list("/pods", `${namespace}/`).map(({ object }) => object),
      }),
    ],
    protobuf: new KubernetesProtobufDecoder(),
    protobufEncoder: new KubernetesProtobufEncoder(),
    ...(options.tektonKinds !== false && { builtinCustom: tektonDefinitions(options.convertTekton) }),
    now,
  });
  server.addHandler(
    podEviction({
      reader,
      budgets: (namespace) => store.list("policy/poddisruptionbudgets", `${namespace}/`).map((stored) => stored.object),
      deletePod: async (request, body) => {
        const answer = await server.handleAs(self, {
          method: "DELETE",
          path: `/api/v1/namespaces/${request.namespace ?? ""}/pods/${request.name ?? ""}`,
          query: request.request.query,
          headers: { accept: "application/json" },
          body: { kind: "parsed", value: { ...body, kind: "DeleteOptions", apiVersion: "v1" } },
          signal: request.request.signal,
        });
        return answer.status < 300 || answer.kind !== "json" ? undefined : (answer.body as never);
      },
    }),
  );
  store.startCompaction();
  const apiServices = new ApiServices(server, now);
  server.onWritten(apiServices.collection, (name) => apiServices.reconcile(name));
  // Those that are deleted all at once come back too.
  store.onChange(apiServices.collection, ({ type, object }) => {
    if (type === "DELETED") void apiServices.reconcile(object.object.metadata.name ?? "");
  });
  const crds = new CrdController(server, client, now);
  server.onWritten(crds.collection, (name) => crds.reconcile(name));
  await crds.start();
  await bootstrapObjects(server, bootstrapPolicy());
  await apiServices.sync();
  crds.onReconciled(() => apiServices.sync());
  return server;
}

/** Reads an object that admission changed as the body of a request is read. */
function decodeChanged(
  { definition }: AdmissionAttributes,
  object: JsonObject,
  version: string,
): Result<K8sObject, Status> {
  const decoded = decodeObject(object, definition, version, [], () => "");
  if (!decoded.ok) return decoded;
  applyDefaults(decoded.value, definition, version);
  return ok(decoded.value.object as unknown as K8sObject);
}

/** Tells about every object of a collection, now and whenever it changes. */
function follow(
  store: ObjectStore,
  collection: string,
  to: { put(object: K8sObject): void; remove(object: K8sObject): void },
): void {
  for (const stored of store.list(collection)) to.put(stored.object);
  store.onChange(collection, (event) => {
    if (event.type === "DELETED") to.remove(event.object.object);
    else to.put(event.object.object);
  });
}

import { randomInt, randomUUID } from "node:crypto";
import type { Status } from "../api/object.ts";
import type { JsonValue } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { NamespaceLifecycle } from "./admission/namespace-lifecycle.ts";
import { builtinResources } from "./builtin-resources.ts";
import { serveDiscovery } from "./discovery/serve.ts";
import type {
  AdmissionPlugin,
  Authenticator,
  AuthorizationAttributes,
  Authorizer,
  ConnectHandler,
  Impersonator,
  PipelineRequest,
  PipelineResponse,
  ProtobufDecoder,
  ProtobufEncoder,
  ResourceRequest,
} from "./pipeline.ts";
import { forbiddenByAuthorizer } from "./rbac/forbidden.ts";
import { ResourceRegistry } from "./registry.ts";
import { parsePath, type RequestPath } from "./request-info.ts";
import {
  apiVersionOf,
  type ResourceDefinition,
  type ResourceVersionDefinition,
  servedVersion,
} from "./resource-definition.ts";
import { internalError, methodNotAllowed, noSuchResource, requestTooLarge } from "./status.ts";
import { subresourceDefinition } from "./subresource-kind.ts";
import { anonymousUser, type UserInfo } from "./user-info.ts";
import { createVerb } from "./verbs/create.ts";
import { deleteCollectionVerb, deleteVerb } from "./verbs/delete.ts";
import type { ObjectOutcome } from "./verbs/outcome.ts";
import { patchVerb } from "./verbs/patch.ts";
import { putVerb } from "./verbs/put.ts";
import { getVerb, listVerb } from "./verbs/read.ts";
import { scaleVerb } from "./verbs/scale.ts";
import type { ServerContext } from "./verbs/server-context.ts";
import { watchVerb } from "./verbs/watch.ts";
import { type Negotiated, negotiate } from "./wire/accept.ts";
import { listAnswer, objectAnswer, statusAnswer, watchForm } from "./wire/answer.ts";
import { decodeBody } from "./wire/decode-body.ts";
import { acceptsOnlyProtobuf, protobufAnswer } from "./wire/protobuf-answer.ts";
import { queryBoolean } from "./wire/write-options.ts";

/** What an API server is made of; whatever is left out lets everything through. */
export interface ApiServerOptions {
  readonly store: ObjectStore;
  readonly authenticator?: Authenticator;
  readonly impersonator?: Impersonator;
  readonly authorizer?: Authorizer;
  /** After NamespaceLifecycle, in this order. */
  readonly admission?: readonly AdmissionPlugin[];
  readonly handlers?: readonly ConnectHandler[];
  readonly protobuf?: ProtobufDecoder;
  readonly protobufEncoder?: ProtobufEncoder;
  /** Custom resources served from the start: Tekton's kinds. */
  readonly builtinCustom?: readonly ResourceDefinition[];
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Larger bodies are refused (spec: kube-api, section 2). */
export const maxBodyBytes = 3 * 1024 * 1024;

const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

/**
 * A Kubernetes API over an object store (spec: kube-api). `handle` is the whole of it: sockets and the in-process
 * transport only carry requests to it.
 */
export class ApiServer {
  readonly registry: ResourceRegistry;
  readonly store: ObjectStore;
  readonly #context: ServerContext;
  readonly #authenticator: Authenticator | undefined;
  readonly #impersonator: Impersonator | undefined;
  readonly #authorizer: Authorizer | undefined;
  readonly #protobufEncoder: ProtobufEncoder | undefined;
  readonly #reactions = new Map<string, (name: string) => Promise<void>>();
  readonly #handlers = new Map<string, ConnectHandler>();

  constructor(options: ApiServerOptions) {
    this.store = options.store;
    this.registry = new ResourceRegistry(builtinResources);
    for (const definition of options.builtinCustom ?? []) this.registry.put(definition);
    this.#authenticator = options.authenticator;
    this.#impersonator = options.impersonator;
    this.#authorizer = options.authorizer;
    this.#protobufEncoder = options.protobufEncoder;
    for (const handler of options.handlers ?? []) this.#handlers.set(handler.resource, handler);
    this.#context = {
      store: options.store,
      registry: this.registry,
      admission: [new NamespaceLifecycle(options.store), ...(options.admission ?? [])],
      protobuf: options.protobuf,
      now: options.now ?? Date.now,
      newUid: randomUUID,
      randomSuffix: () => Array.from({ length: 5 }, () => suffixAlphabet[randomInt(suffixAlphabet.length)]).join(""),
    };
  }

  /** Adds a virtual resource or sub-resource after construction, for parts that need the server themselves. */
  addHandler(handler: ConnectHandler): void {
    this.#handlers.set(handler.resource, handler);
  }

  /** Waits for `react` before answering a write to that collection, so that its effect is there for the next request. */
  onWritten(collection: string, react: (name: string) => Promise<void>): void {
    this.#reactions.set(collection, react);
  }

  /** Answers one request; never throws for what a client sends. */
  async handle(request: PipelineRequest): Promise<PipelineResponse> {
    try {
      if (request.body.kind === "bytes" && request.body.bytes.length > maxBodyBytes) {
        return statusAnswer(requestTooLarge(maxBodyBytes), plainFormat(request));
      }
      const user = await this.#identify(request);
      if (!user.ok) return statusAnswer(user.error, plainFormat(request));
      if (this.#protobufEncoder && acceptsOnlyProtobuf(request.headers["accept"] ?? ""))
        return await this.#dispatchForProtobuf(request, user.value, this.#protobufEncoder);
      return await this.#dispatch(request, user.value);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      return statusAnswer(internalError(message), plainFormat(request));
    }
  }

  /** Answers a request whose user is already known: the in-process way. Impersonation headers still count. */
  async handleAs(user: UserInfo, request: PipelineRequest): Promise<PipelineResponse> {
    try {
      const wanted = request.headers["impersonate-user"] !== undefined && this.#impersonator;
      const acting = wanted ? await wanted.impersonate(user, request) : ok(user);
      if (!acting.ok) return statusAnswer(acting.error, plainFormat(request));
      return await this.#dispatch(request, acting.value);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      return statusAnswer(internalError(message), plainFormat(request));
    }
  }

  /** Who sends the request, after impersonation. */
  async #identify(request: PipelineRequest): Promise<Result<UserInfo, Status>> {
    const found = this.#authenticator ? await this.#authenticator.authenticate(request) : ok(undefined);
    if (!found.ok) return found;
    const user = found.value ?? anonymousUser;
    return this.#impersonator ? this.#impersonator.impersonate(user, request) : ok(user);
  }

  /** Built-in kinds are worked with as JSON and printed as protobuf; all else is refused as before. */
  async #dispatchForProtobuf(
    request: PipelineRequest,
    user: UserInfo,
    encoder: ProtobufEncoder,
  ): Promise<PipelineResponse> {
    const path = parsePath(request.path);
    const definition = path.kind === "resource" ? this.registry.find(path.group, path.resource) : undefined;
    const printable =
      path.kind === "resource" &&
      definition?.custom === false &&
      verbOf(request, path) !== "watch" &&
      encoder.knows(apiVersionOf(path.group, path.version), definition.kind);
    if (!printable) return this.#dispatch(request, user);
    const headers = { ...request.headers, accept: "application/json" };
    return protobufAnswer(await this.#dispatch({ ...request, headers }, user), encoder);
  }

  async #dispatch(request: PipelineRequest, user: UserInfo): Promise<PipelineResponse> {
    const path = parsePath(request.path);
    const verb = verbOf(request, path);
    const denied = await this.#authorize(request, user, path, verb);
    if (denied) return statusAnswer(denied, plainFormat(request));
    if (path.kind === "resource") {
      const definition = this.registry.find(path.group, path.resource);
      if (definition && servedVersion(definition, path.version)) {
        const misplaced = outOfScope(definition, path, verb);
        if (misplaced === "page") return pageNotFound();
        if (misplaced) return statusAnswer(misplaced, plainFormat(request));
        return this.#serveResource(routedRequest(request, user, definition, path, verb));
      }
      if (path.group === "" || this.registry.hasBuiltinVersion(path.group, path.version)) {
        return statusAnswer(noSuchResource(), plainFormat(request));
      }
      return pageNotFound();
    }
    const handler = this.#handlers.get(request.path);
    if (handler && request.method === "GET") {
      return handler.handle({ request, user, verb } as unknown as ResourceRequest, undefined);
    }
    return (
      serveDiscovery(this.registry, request) ??
      (request.path.startsWith("/api/") ? statusAnswer(noSuchResource(), plainFormat(request)) : pageNotFound())
    );
  }

  async #authorize(
    request: PipelineRequest,
    user: UserInfo,
    path: RequestPath,
    verb: string,
  ): Promise<Status | undefined> {
    if (!this.#authorizer) return undefined;
    const attributes = authorizationAttributes(request, user, path, verb);
    const decision = await this.#authorizer.authorize(attributes);
    if (decision.allowed) return undefined;
    return forbiddenByAuthorizer(attributes, decision.message);
  }

  async #serveResource(routed: ResourceRequest): Promise<PipelineResponse> {
    const { definition, version, request } = routed;
    const negotiated = negotiate(request.headers, request.query, { forms: true });
    if (!negotiated.ok) return statusAnswer(negotiated.error, { format: "json", pretty: false });
    const served = servedVersion(definition, version)!;
    const answer = await this.#serveNegotiated(routed, served, negotiated.value);
    const warning = served.deprecationWarning;
    return warning === undefined ? answer : { ...answer, warnings: [warning, ...(answer.warnings ?? [])] };
  }

  async #serveNegotiated(
    routed: ResourceRequest,
    served: ResourceVersionDefinition,
    negotiated: Negotiated,
  ): Promise<PipelineResponse> {
    const { definition, subresource } = routed;
    const refuse = (status: Status): PipelineResponse => statusAnswer(status, negotiated);
    if (subresource === undefined) {
      if (!isServedVerb(routed)) return refuse(methodNotAllowed());
      const virtual = this.#handlers.get(qualifiedName(definition));
      return virtual ? this.#connect(virtual, routed, negotiated) : this.#serveMain(routed, negotiated);
    }
    const sub = served.subresources.find((candidate) => candidate.name === subresource);
    if (!sub) return refuse(noSuchResource());
    // Whoever may only get must not act: handlers are not asked for other verbs than those that discovery tells.
    // A proxy passes on any method.
    if (sub.name !== "proxy" && !sub.verbs.includes(routed.verb)) return refuse(methodNotAllowed());
    const handler =
      this.#handlers.get(`${qualifiedName(definition)}/${subresource}`) ??
      this.#handlers.get(`${definition.resource}/${subresource}`);
    if (handler) return this.#connect(handler, routed, negotiated);
    const outcome = await this.#serveSubresource(routed);
    return outcome.ok ? this.#answerObject(routed, outcome.value, negotiated) : refuse(outcome.error);
  }

  async #serveMain(routed: ResourceRequest, negotiated: Negotiated): Promise<PipelineResponse> {
    const context = this.#context;
    const refuse = (status: Status): PipelineResponse => statusAnswer(status, negotiated);
    switch (routed.verb) {
      case "list": {
        const list = await listVerb(context, routed);
        if (!list.ok) return refuse(list.error);
        const answer = listAnswer(routed, list.value, negotiated, context.now());
        return answer.ok ? answer.value : refuse(answer.error);
      }
      case "deletecollection": {
        const list = await deleteCollectionVerb(context, routed);
        if (!list.ok) return refuse(list.error);
        const answer = listAnswer(routed, list.value, negotiated, context.now());
        return answer.ok ? answer.value : refuse(answer.error);
      }
      case "watch": {
        const form = watchForm(routed, negotiated, context.now);
        if (!form.ok) return refuse(form.error);
        const frames = watchVerb(context, routed, form.value);
        return frames.ok ? { kind: "watch", status: 200, frames: frames.value } : refuse(frames.error);
      }
      default: {
        const outcome = await this.#serveObject(routed);
        // What the server does itself is a reaction already.
        const own = routed.verb === "get" || routed.user.username === "system:apiserver";
        const react = own ? undefined : this.#reactions.get(routed.definition.collection);
        if (react && outcome.ok) await react(routed.name ?? outcome.value.object.metadata.name ?? "");
        return outcome.ok ? this.#answerObject(routed, outcome.value, negotiated) : refuse(outcome.error);
      }
    }
  }

  #serveObject(routed: ResourceRequest): Promise<Result<ObjectOutcome, Status>> {
    switch (routed.verb) {
      case "get":
        return getVerb(this.#context, routed);
      case "create":
        return createVerb(this.#context, routed);
      case "update":
        return putVerb(this.#context, routed);
      case "patch":
        return patchVerb(this.#context, routed);
      case "delete":
        return deleteVerb(this.#context, routed);
      default:
        return Promise.resolve(err(methodNotAllowed()));
    }
  }

  #serveSubresource(routed: ResourceRequest): Promise<Result<ObjectOutcome, Status>> {
    if (routed.subresource === "scale") return scaleVerb(this.#context, routed);
    switch (routed.verb) {
      case "get":
        return getVerb(this.#context, routed);
      case "update":
        return putVerb(this.#context, routed);
      case "patch":
        return patchVerb(this.#context, routed);
      default:
        return Promise.resolve(err(methodNotAllowed()));
    }
  }

  #answerObject(routed: ResourceRequest, outcome: ObjectOutcome, negotiated: Negotiated): PipelineResponse {
    const answer = objectAnswer(routed, outcome, negotiated, this.#context.now());
    return answer.ok ? answer.value : statusAnswer(answer.error, negotiated);
  }

  async #connect(handler: ConnectHandler, routed: ResourceRequest, negotiated: Negotiated): Promise<PipelineResponse> {
    let body: JsonValue | undefined;
    if (routed.request.method === "POST" || routed.request.method === "PUT") {
      const decoded = this.#decodeConnectBody(routed);
      if (!decoded.ok) return statusAnswer(decoded.error, negotiated);
      body = decoded.value;
    }
    return handler.handle(routed, body);
  }

  /** The body of a virtual resource is of its own kind, that of a sub-resource of the kind discovery tells. */
  #decodeConnectBody(routed: ResourceRequest): Result<JsonValue | undefined, Status> {
    const { definition, version, subresource, request } = routed;
    const hasBody = request.body.kind !== "none" && !(request.body.kind === "bytes" && request.body.bytes.length === 0);
    if (subresource === undefined) {
      const decoded = decodeBody(request, definition, version, this.#context.protobuf);
      return decoded.ok ? ok(decoded.value.object) : decoded;
    }
    if (!hasBody) return ok(undefined);
    const sub = servedVersion(definition, version)!.subresources.find((candidate) => candidate.name === subresource)!;
    const target = subresourceDefinition(definition, sub, version);
    if (!target) return ok(undefined);
    const decoded = decodeBody(request, target.definition, target.version, this.#context.protobuf);
    return decoded.ok ? ok(decoded.value.object) : decoded;
  }
}

/** Whether the method may be used on the path: on one object, or on the collection. */
function isServedVerb({ definition, verb, name }: ResourceRequest): boolean {
  if (!definition.verbs.includes(verb)) return false;
  switch (verb) {
    case "get":
    case "update":
    case "patch":
    case "delete":
      return name !== undefined;
    case "create":
      // A custom object may also be posted to its own path (spec: kube-api, section 1).
      return name === undefined || definition.custom;
    case "deletecollection":
      return name === undefined;
    default:
      return true;
  }
}

/**
 * What is wrong with a path whose namespace does not go with the resource's scope: across namespaces objects can only be
 * listed and watched. Custom resources have no page there, built-in ones a Status.
 */
function outOfScope(
  definition: ResourceDefinition,
  path: Extract<RequestPath, { readonly kind: "resource" }>,
  verb: string,
): Status | "page" | undefined {
  if (path.resource === "namespaces" && path.name === path.namespace) return undefined;
  const hasNamespace = path.namespace !== undefined;
  if (hasNamespace === definition.namespaced) return undefined;
  if (definition.namespaced && path.name === undefined && (verb === "list" || verb === "watch")) return undefined;
  if (definition.custom) return "page";
  return definition.namespaced && path.name === undefined ? methodNotAllowed() : noSuchResource();
}

function qualifiedName({ group, resource }: ResourceDefinition): string {
  return group === "" ? resource : `${resource}.${group}`;
}

function plainFormat(request: PipelineRequest): { readonly format: "json" | "yaml"; readonly pretty: boolean } {
  const negotiated = negotiate(request.headers, request.query, { forms: true });
  return negotiated.ok ? negotiated.value : { format: "json", pretty: false };
}

function pageNotFound(): PipelineResponse {
  return { kind: "text", status: 404, contentType: "text/plain; charset=utf-8", body: "404 page not found\n" };
}

function routedRequest(
  request: PipelineRequest,
  user: UserInfo,
  definition: ResourceDefinition,
  path: Extract<RequestPath, { readonly kind: "resource" }>,
  verb: string,
): ResourceRequest {
  return {
    request,
    user,
    definition,
    version: path.version,
    ...(path.namespace !== undefined && definition.namespaced && { namespace: path.namespace }),
    ...(path.name !== undefined && { name: path.name }),
    ...(path.subresource !== undefined && { subresource: path.subresource }),
    ...(path.subpath !== undefined && { subpath: path.subpath }),
    verb,
  };
}

function verbOf({ method, query }: PipelineRequest, path: RequestPath): string {
  if (path.kind === "other") return method.toLowerCase();
  const named = path.name !== undefined;
  switch (method) {
    case "GET":
    case "HEAD":
      if (path.watchPrefix) return "watch";
      if (named) return "get";
      return queryBoolean(query, "watch") ? "watch" : "list";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return named ? "delete" : "deletecollection";
    default:
      return method.toLowerCase();
  }
}

/** What a request asks for, as for authorization. */
export function attributesOf(request: PipelineRequest, user: UserInfo): AuthorizationAttributes {
  const path = parsePath(request.path);
  return authorizationAttributes(request, user, path, verbOf(request, path));
}

function authorizationAttributes(
  request: PipelineRequest,
  user: UserInfo,
  path: RequestPath,
  verb: string,
): AuthorizationAttributes {
  if (path.kind === "other") return { user, verb, path: request.path };
  let { name } = path;
  if (name === undefined && (verb === "list" || verb === "watch" || verb === "deletecollection")) {
    name = /^metadata\.name==?([^,]+)$/.exec(request.query.get("fieldSelector") ?? "")?.[1];
  }
  return {
    user,
    verb,
    path: request.path,
    resource: {
      group: path.group,
      version: path.version,
      resource: path.resource,
      ...(path.subresource !== undefined && { subresource: path.subresource }),
      ...(path.namespace !== undefined && { namespace: path.namespace }),
      ...(name !== undefined && { name }),
    },
  };
}

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { K8sObject, Status } from "../api/object.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import type { Result } from "../result.ts";
import type { ResourceDefinition } from "./resource-definition.ts";
import type { UserInfo } from "./user-info.ts";

/**
 * One request as the pipeline sees it, from a socket or from inside the process
 * (order of the steps: spec: kube-api, section 7).
 */
export interface PipelineRequest {
  readonly method: string;
  /** Path without query, percent-decoded per segment by the router, not here. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names; repeated headers joined with `, ` except impersonation headers, see `rawHeaders`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Name, value, name, value … as they came, when they came from a socket. */
  readonly rawHeaders?: readonly string[];
  readonly body: RequestBody;
  readonly remoteAddress?: string;
  readonly signal: AbortSignal;
}

/** A body as bytes from a socket, or already parsed from inside the process. */
export type RequestBody =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "parsed"; readonly value: JsonValue };

/** What the pipeline answers. */
export type PipelineResponse = JsonResponse | TextResponse | WatchResponse | ByteStreamResponse | UpgradeResponse;

interface ResponseHead {
  readonly status: number;
  /** Lower-case names, without content-type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Texts of `Warning: 299` headers. */
  readonly warnings?: readonly string[];
}

/** One JSON document; `text`, when given, is its serialised form. */
export interface JsonResponse extends ResponseHead {
  readonly kind: "json";
  readonly body: JsonValue | { readonly lazy: () => JsonValue };
  readonly text?: string;
  /** As `text`, made only when it is sent. */
  readonly lazyText?: () => string;
  readonly contentType?: string;
}

interface TextResponse extends ResponseHead {
  readonly kind: "text";
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/** A watch: frames of JSON, one event each. Iteration ends when the watch does. */
interface WatchResponse extends ResponseHead {
  readonly kind: "watch";
  /** In batches of what is ready. */
  readonly frames: AsyncIterable<readonly WatchFrame[]>;
}

export interface WatchFrame {
  /** The event as one line of JSON with its newline. */
  readonly bytes: () => Uint8Array;
  /** The event parsed. */
  readonly value: () => JsonValue;
}

/** Bytes as they come, such as a log. */
interface ByteStreamResponse extends ResponseHead {
  readonly kind: "bytes";
  readonly contentType: string;
  readonly stream: AsyncIterable<Uint8Array>;
}

/** The connection itself is taken over: exec, attach, port-forward. Only a socket can carry it. */
export interface UpgradeResponse extends ResponseHead {
  readonly kind: "upgrade";
  readonly status: 101;
  /** Answers the upgrade and speaks the protocol asked for, from the first byte on. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Tells who is asking. */
export interface Authenticator {
  /** Undefined: no credentials were given (the request goes on as anonymous). An error is the 401 to answer. */
  authenticate(
    request: PipelineRequest,
  ): Promise<Result<UserInfo | undefined, Status>> | Result<UserInfo | undefined, Status>;
}

/** Replaces the user when `Impersonate-*` headers ask for it. An error is the answer (400, 403). */
export interface Impersonator {
  impersonate(user: UserInfo, request: PipelineRequest): Promise<Result<UserInfo, Status>> | Result<UserInfo, Status>;
}

/** What is asked of the authorizer: authorization.k8s.io attributes. */
export interface AuthorizationAttributes {
  readonly user: UserInfo;
  /** get, list, watch, create, update, patch, delete, deletecollection; for other paths the HTTP verb in lower case. */
  readonly verb: string;
  readonly path: string;
  /** Undefined for a path that names no resource. */
  readonly resource?: {
    readonly group: string;
    readonly version: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    /** Also from `fieldSelector=metadata.name=X` of a list, watch or deletecollection. */
    readonly name?: string;
  };
}

export interface Decision {
  readonly allowed: boolean;
  /** Why, for SubjectAccessReview; never needed for the answer to the client. */
  readonly reason?: string;
  /** Text after the colon of the 403, when the authorizer has something to add. */
  readonly message?: string;
}

export interface Authorizer {
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision>;
}

/** A write on its way through admission. */
export interface AdmissionAttributes {
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  readonly user: UserInfo;
  readonly definition: ResourceDefinition;
  /** The version of the request. */
  readonly version: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly object?: K8sObject;
  readonly oldObject?: K8sObject;
  /** CreateOptions, UpdateOptions, PatchOptions or DeleteOptions as meta.k8s.io/v1. */
  readonly options: JsonObject;
  readonly dryRun: boolean;
  /** Collects a `Warning: 299` text for the answer. */
  warn(text: string): void;
}

/**
 * A step of admission, in-process or calling webhooks. `admit` may give another object; both refuse with the Status to
 * answer. Plugins run in the order they were registered: all `admit`, then schema validation, then all `validate`.
 */
export interface AdmissionPlugin {
  /** Plugins that do not care about a kind cost nothing. */
  handles(attributes: AdmissionAttributes): boolean;
  admit?(
    attributes: AdmissionAttributes,
  ): Promise<Result<K8sObject | undefined, Status>> | Result<K8sObject | undefined, Status>;
  validate?(attributes: AdmissionAttributes): Promise<Result<undefined, Status>> | Result<undefined, Status>;
}

/** A request for a resource, routed. */
export interface ResourceRequest {
  readonly request: PipelineRequest;
  readonly user: UserInfo;
  readonly definition: ResourceDefinition;
  readonly version: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** Rest of the path after the sub-resource, for proxies. */
  readonly subpath?: string;
  readonly verb: string;
}

/**
 * Serves a virtual resource (TokenReview, SubjectAccessReview) or a sub-resource (serviceaccounts/token, pods/log,
 * pods/eviction). It runs after authorization. `body` is the decoded, typed object for POST and PUT.
 */
export interface ConnectHandler {
  /** For example `tokenreviews.authentication.k8s.io` or `pods/log`. */
  readonly resource: string;
  handle(request: ResourceRequest, body: JsonValue | undefined): Promise<PipelineResponse>;
}

/** Decodes `application/vnd.kubernetes.protobuf` bodies of built-in kinds (spec: kube-api, section 2). */
export interface ProtobufDecoder {
  /** The object as JSON, or undefined when that kind is not known (answered with 415). */
  decode(bytes: Uint8Array): Result<JsonObject, string> | undefined;
}

/** Prints built-in kinds as `application/vnd.kubernetes.protobuf`, for clients that accept nothing else. */
export interface ProtobufEncoder {
  knows(apiVersion: string, kind: string): boolean;
  /** Undefined for an object, or a list of objects, of a kind that is not known. */
  encode(object: JsonObject): Uint8Array | undefined;
}

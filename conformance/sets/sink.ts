import { readFileSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import { connect } from "node:net";
import { basename } from "node:path";
import { inspect, isDeepStrictEqual } from "node:util";
import type { K8sObject } from "../../src/api/object.ts";
import { parseDefaults } from "../../src/api/triggers/configuration.ts";
import { defaultEventListener, defaultInterceptorObject, defaultTrigger } from "../../src/api/triggers/defaulting.ts";
import type {
  EventListener,
  InterceptorObject,
  Trigger,
  TriggerBinding,
  TriggerTemplate,
} from "../../src/api/triggers/objects.ts";
import { coreInterceptors } from "../../src/interceptors/core-interceptors.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { KubeClient } from "../../src/kube/client.ts";
import { clientFailure } from "../../src/kube/status.ts";
import type { ApiRequest, ApiResponse, KubeTransport } from "../../src/kube/transport.ts";
import { err, ok } from "../../src/result.ts";
import { ApiDiscovery } from "../../src/sink/api-discovery.ts";
import { CloudEventNotices } from "../../src/sink/cloud-event-notices.ts";
import { Dispatcher } from "../../src/sink/dispatcher.ts";
import { EventTracing } from "../../src/sink/event-tracing.ts";
import { KubeEventNotices } from "../../src/sink/kube-event-notices.ts";
import { decodeTriggersObject } from "../../src/sink/listener-caches.ts";
import { ListenerHandler } from "../../src/sink/listener-handler.ts";
import { KubeObjectCreator, userNameOf } from "../../src/sink/resource-creator.ts";
import { SinkLog } from "../../src/sink/sink-log.ts";
import { SinkMetrics } from "../../src/sink/sink-metrics.ts";
import { type SinkServer, startSinkServer } from "../../src/sink/sink-server.ts";
import { MemoryJournal } from "../../src/store/journal/memory-journal.ts";
import type { InterceptorHttp } from "../../src/triggers/interceptor-http.ts";
import type { ListenerRef } from "../../src/triggers/run-trigger.ts";
import type { EventHeader } from "../../src/triggers/trigger-event.ts";
import type { TriggerResources } from "../../src/triggers/trigger-resources.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

/** One request to a listener (README-events.md, sink.json). */
interface SinkCase {
  readonly name: string;
  readonly eventListener: JsonObject | null;
  readonly triggers?: readonly JsonObject[];
  readonly triggerBindings?: readonly JsonObject[];
  readonly clusterTriggerBindings?: readonly JsonObject[];
  readonly triggerTemplates?: readonly JsonObject[];
  readonly clusterInterceptors?: readonly JsonObject[];
  readonly interceptors?: readonly JsonObject[];
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly webhooks?: Readonly<Record<string, Webhook>>;
  readonly createErrors?: Readonly<Record<string, string>>;
  readonly options?: {
    readonly payloadValidation?: boolean;
    readonly cloudEventURI?: string;
    readonly authError?: string;
  };
  readonly request: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: readonly (readonly [string, string])[];
    readonly body?: string;
    readonly bodyBase64?: string;
  };
  readonly expect: Expectation;
}

interface Webhook {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Expectation {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly created?: readonly JsonValue[] | null;
  readonly webhookRequests?: readonly JsonValue[] | null;
  readonly k8sEvents?: readonly string[] | null;
  readonly cloudEvents?: readonly JsonValue[] | null;
  readonly logs?: readonly { readonly level: string; readonly msg: string }[] | null;
}

/** The listener that a case is about. */
function refOf({ eventListener }: SinkCase): ListenerRef {
  const { namespace = "ns1", name = "el" } = (eventListener?.["metadata"] ?? {}) as Partial<ListenerRef>;
  return { namespace, name };
}

const eventId = "12345678-aaaa-4bbb-8ccc-1234567890ab";
const uid = "00000000-0000-4000-8000-00000000000d";

/** What discovery knows. */
const served: Readonly<Record<string, readonly JsonObject[]>> = {
  "/api/v1": [
    { name: "pods", kind: "Pod", namespaced: true },
    { name: "configmaps", kind: "ConfigMap", namespaced: true },
    { name: "secrets", kind: "Secret", namespaced: true },
    { name: "namespaces", kind: "Namespace", namespaced: false },
    { name: "pods/eviction", kind: "Eviction", group: "policy", version: "v1", namespaced: true },
  ],
  "/apis/tekton.dev/v1": [
    { name: "taskruns", kind: "TaskRun", namespaced: true },
    { name: "pipelineruns", kind: "PipelineRun", namespaced: true },
  ],
  "/apis/tekton.dev/v1beta1": [
    { name: "pipelineruns", kind: "PipelineRun", namespaced: true },
    { name: "customruns", kind: "CustomRun", namespaced: true },
  ],
  "/apis/batch/v1": [{ name: "jobs", kind: "Job", namespaced: true }],
};

/** An API server that takes every object, but for the errors that the case wants. */
class RecordingTransport implements KubeTransport {
  readonly created: JsonValue[];
  readonly events: string[];
  readonly #errors: Readonly<Record<string, string>>;
  readonly #user: string | undefined;

  constructor(errors: Readonly<Record<string, string>>, shared?: RecordingTransport, user?: string) {
    this.#errors = errors;
    this.created = shared?.created ?? [];
    this.events = shared?.events ?? [];
    this.#user = user;
  }

  as({ userName }: { readonly userName: string }): KubeTransport {
    return new RecordingTransport(this.#errors, this, userName);
  }

  async send({ method, path, body }: ApiRequest): Promise<ApiResponse> {
    if (method === "GET") {
      const resources = served[path];
      if (resources) return { status: 200, headers: {}, body: { kind: "APIResourceList", resources } };
      return this.#fail(404, "NotFound", "not found");
    }
    const [, version = "", namespace, plural = ""] =
      /^\/(?:api|apis)\/(.*?)(?:\/namespaces\/([^/]+))?\/([^/]+(?:\/eviction)?)$/.exec(path) ?? [];
    const object = body as unknown as K8sObject;
    if (plural === "events") {
      this.events.push(`${String(object["type"])} ${String(object["reason"])} ${String(object["message"])}`);
      return { status: 201, headers: {}, body: body as JsonValue };
    }
    const error = this.#errors[plural];
    const name = `${plural} "${object.metadata?.name ?? ""}"`;
    if (error === "forbidden") return this.#fail(403, "Forbidden", `${name} is forbidden: denied by policy`);
    if (error === "unauthorized") return this.#fail(401, "Unauthorized", "not logged in");
    if (error === "exists") return this.#fail(409, "AlreadyExists", `${name} already exists`);
    if (error !== undefined) return this.#fail(400, "BadRequest", error);
    this.created.push({
      resource: `${version}/${plural}`,
      ...(namespace === undefined ? {} : { namespace }),
      object: body as JsonValue,
      ...(this.#user === undefined ? {} : { impersonate: this.#user }),
    });
    return { status: 201, headers: {}, body: body as JsonValue };
  }

  watch(): never {
    throw new Error("these vectors watch nothing");
  }

  stream(): never {
    throw new Error("these vectors stream nothing");
  }

  #fail(code: number, reason: string, message: string): ApiResponse {
    return { status: code, headers: {}, body: clientFailure(code, reason, message) as unknown as JsonValue };
  }
}

function decode<T>(version: "v1alpha1" | "v1beta1", kind: string, object: JsonObject, namespace: string): T {
  const metadata = (object["metadata"] ?? {}) as JsonObject;
  const isCluster = kind.startsWith("Cluster");
  const placed = isCluster ? metadata : { namespace, ...metadata };
  const decoded = decodeTriggersObject(version, kind, { ...object, metadata: placed } as unknown as K8sObject);
  if (decoded === undefined) throw new Error(`the vector's ${kind} does not decode`);
  return decoded as T;
}

function named(object: JsonObject, name: string): JsonObject {
  return { ...object, metadata: { name, ...(object["metadata"] as JsonObject | undefined) } };
}

function defaultsConfig() {
  const parsed = parseDefaults();
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function resourcesOf(test: SinkCase): TriggerResources & { readonly listener: EventListener | undefined } {
  const { namespace: ownNamespace, name: ownName } = refOf(test);
  const read = <T>(objects: readonly JsonObject[] | undefined, version: "v1alpha1" | "v1beta1", kind: string) =>
    (objects ?? []).map((object) => decode<T>(version, kind, object, ownNamespace));
  const triggers = read<Trigger>(test.triggers, "v1beta1", "Trigger").map((trigger) =>
    defaultTrigger(trigger, "v1beta1"),
  );
  const bindings = read<TriggerBinding>(test.triggerBindings, "v1beta1", "TriggerBinding");
  const clusterBindings = read<TriggerBinding>(test.clusterTriggerBindings, "v1beta1", "ClusterTriggerBinding");
  const templates = read<TriggerTemplate>(test.triggerTemplates, "v1beta1", "TriggerTemplate");
  const core = [...coreInterceptors.keys()].map((name): JsonObject => {
    const service = { name: "tekton-triggers-core-interceptors", namespace: "tekton-pipelines", port: 80, path: name };
    return { metadata: { name }, spec: { clientConfig: { service } } };
  });
  const custom = [...core, ...(test.clusterInterceptors ?? [])];
  const clusterInterceptors = read<InterceptorObject>(custom, "v1alpha1", "ClusterInterceptor");
  const interceptors = read<InterceptorObject>(test.interceptors, "v1alpha1", "Interceptor");
  type Named = { readonly metadata?: { readonly name?: string; readonly namespace?: string } };
  const find = <T extends Named>(objects: readonly T[], name: string, namespace?: string) =>
    objects.findLast(({ metadata }) => {
      return metadata?.name === name && (namespace === undefined || metadata.namespace === namespace);
    });
  const listener =
    test.eventListener === null
      ? undefined
      : defaultEventListener(
          decode("v1beta1", "EventListener", named(test.eventListener, ownName), ownNamespace),
          "v1beta1",
          defaultsConfig(),
        );
  const defaulted = (object: InterceptorObject | undefined) => object && defaultInterceptorObject(object);
  return {
    listener,
    trigger: (namespace, name) => find(triggers, name, namespace),
    triggers: (namespace) =>
      triggers.filter(({ metadata }) => (namespace ?? metadata?.namespace) === metadata?.namespace),
    triggerBinding: (namespace, name) => find(bindings, name, namespace),
    clusterTriggerBinding: (name) => find(clusterBindings, name),
    triggerTemplate: (namespace, name) => find(templates, name, namespace),
    clusterInterceptor: (name) => defaulted(find(clusterInterceptors, name)),
    interceptor: (namespace, name) => defaulted(find(interceptors, name, namespace)),
  };
}

/** The webhooks of the case; `requests` fills with what they were sent. */
function webhooksOf(test: SinkCase, requests: JsonValue[]): InterceptorHttp {
  return {
    post: async ({ url, header, body }) => {
      const target = URL.parse(url);
      if (target === null) return err('unsupported protocol scheme ""');
      const text = Buffer.from(body).toString("utf8");
      const host = /^[a-z]+:\/\/([^/?#]*)/.exec(url)?.[1] ?? "";
      requests.push({ request: `POST ${url}`, host, header: header as unknown as JsonObject, body: text });
      const webhook = test.webhooks?.[url];
      if (webhook === undefined) return err(`dial tcp: lookup ${target.hostname}: no such host`);
      const { status = 200, headers = {}, body: answer = "" } = webhook;
      const lists: EventHeader = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
      const reason = STATUS_CODES[status] ?? "";
      const bytes = Buffer.from(answer === "$ECHO" ? text : answer);
      return ok({ status, statusText: `${status} ${reason}`, header: lists, body: bytes });
    },
  };
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a request byte for byte, as Node's own client adds headers. */
function send(
  server: SinkServer,
  { method = "POST", path = "/", headers = [], body, bodyBase64 }: SinkCase["request"],
) {
  const bytes = bodyBase64 === undefined ? Buffer.from(body ?? "") : Buffer.from(bodyBase64, "base64");
  const all = [["Host", "el.example.com"], ...headers, ["Content-Length", String(bytes.length)]];
  const head = [`${method} ${path} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n");
  return new Promise<HttpAnswer>((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.end(Buffer.concat([Buffer.from(head), bytes])));
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("end", () => resolve(parseAnswer(Buffer.concat(chunks))));
    socket.on("error", reject);
  });
}

function parseAnswer(bytes: Buffer): HttpAnswer {
  const end = bytes.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const pairs = lines
    .map((line) => /^([^:]*): ?(.*)$/.exec(line) ?? [])
    .map(([, name = "", value = ""]) => [name, value]);
  return {
    status: Number(statusLine.split(" ")[1]),
    headers: Object.fromEntries(pairs.filter(([name]) => name !== "Date")) as Record<string, string>,
    body: bytes.subarray(end + 4).toString("utf8"),
  };
}

function sorted<T>(values: readonly T[]): readonly T[] {
  const keyOf = (value: T) => (typeof value === "string" ? value : inspectKey(value));
  return [...values].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** A text by which equal values compare equal, whatever the order of their keys. */
function inspectKey(value: unknown): string {
  return inspect(value, { sorted: true, depth: null, breakLength: Number.POSITIVE_INFINITY });
}

/** Values made in this run, shown as the vectors show them. */
function masked<T>(value: T): T {
  const text = JSON.stringify(value) ?? "null";
  return JSON.parse(text.replaceAll(eventId, "<EVENT_ID>").replaceAll(uid, "<UID>")) as T;
}

/** What may be compared of a log line. */
function comparable({ level, msg }: { readonly level: string; readonly msg: string }): string {
  return `${level} ${msg.startsWith("problem creating obj:") ? "problem creating obj:" : msg}`;
}

async function runCase(test: SinkCase, serve: (handler: ListenerHandler) => SinkServer): Promise<CaseOutcome> {
  const lines: { readonly severity: string; readonly message: string }[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]);
  const log = new SinkLog({ write, level: "debug", nowMs: Date.now });
  const webhookRequests: JsonValue[] = [];
  const cloudEvents: JsonValue[] = [];
  const transport = new RecordingTransport(test.createErrors ?? {});
  const client = new KubeClient(transport);
  const ref = refOf(test);
  const resources = resourcesOf(test);
  const journal = new MemoryJournal({ maxUnfinished: 100 });
  const metrics = new SinkMetrics();
  const discovery = new ApiDiscovery(Date.now);
  const { payloadValidation = true, cloudEventURI = "", authError } = test.options ?? {};
  const sender = async ({
    url,
    headers,
    body,
  }: {
    url: string;
    headers: Readonly<Record<string, string>>;
    body: string;
  }) => {
    cloudEvents.push({
      target: url,
      id: headers["Ce-Id"] ?? "",
      source: headers["Ce-Source"] ?? "",
      specversion: headers["Ce-Specversion"] ?? "",
      subject: headers["Ce-Subject"] ?? "",
      type: headers["Ce-Type"] ?? "",
      datacontenttype: headers["Content-Type"] ?? "",
      data: body,
    });
    return true;
  };
  const notices = [
    new KubeEventNotices(client, Date.now),
    ...(cloudEventURI === "" ? [] : [new CloudEventNotices(cloudEventURI, sender, log, { nowMs: Date.now })]),
  ];
  const dispatcher = new Dispatcher({
    listener: ref,
    engine: {
      resources,
      interceptors: {
        secrets: {
          read: async ({ namespace, name, key }) => {
            const secret = test.secrets?.[`${namespace}/${name}`];
            if (secret === undefined) return err(`secrets "${name}" not found`);
            const value = Object.hasOwn(secret, key) ? secret[key] : undefined;
            return value === undefined ? err(`cannot find ${key} key in secret ${namespace}/${name}`) : ok(value);
          },
        },
        codeHost: { get: async () => err("dial tcp: lookup api.github.com: no such host") },
        nowMs: Date.now,
      },
      core: coreInterceptors,
      http: webhooksOf(test, webhookRequests),
      discover: (account) => discovery.with(account ? client.as({ userName: userNameOf(account) }) : client),
      newUid: () => uid,
      ...(authError === undefined ? {} : { refuseImpersonation: () => authError }),
    },
    // The vectors show objects before the server names them.
    creator: new KubeObjectCreator(client, (metadata) => metadata),
    journal,
    metrics,
    retry: { baseDelayMs: 1, maxDelayMs: 1, giveUpAfterMs: 0 },
    maxConcurrent: 100,
    crowd: 1_000,
    nowMs: Date.now,
    random: () => 0,
    signal: new AbortController().signal,
    onSuccess: ({ id, header }) => {
      const listener = { ...ref, uid: resources.listener?.metadata?.uid ?? "" };
      const notice = { kind: "successful", eventId: id, listener, isEarly: false, message: "", header } as const;
      for (const receiver of notices) receiver.notify(notice);
    },
  });
  const handler = new ListenerHandler({
    ref,
    settings: {
      payloadValidation,
      maxBodyBytes: 25 * 1024 * 1024,
      timeoutMs: 5_000,
      maxUndispatched: 100,
    },
    listener: () => resources.listener,
    unreadyReason: () => undefined,
    resources,
    journal,
    dispatcher,
    isFull: () => false,
    tracing: new EventTracing(() => undefined, ref),
    notices,
    metrics,
    log,
    newId: () => eventId,
    nowMs: Date.now,
  });

  const answer = await send(serve(handler), test.request);
  while (dispatcher.undispatched > 0) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));

  const { expect } = test;
  const kept = lines
    .map(({ severity: level, message: msg }) => ({ level, msg }))
    .filter(({ level, msg }) => {
      return level === "debug" ? msg.startsWith("interceptor stopped trigger processing") : level !== "info";
    });
  const got = masked({
    status: answer.status,
    headers: answer.headers,
    body: answer.body,
    created: sorted(transport.created),
    webhookRequests: sorted(webhookRequests),
    k8sEvents: sorted(transport.events),
    cloudEvents: expect.cloudEvents ? sorted(cloudEvents) : null,
    logs: sorted(kept.map(comparable)),
  });
  const shown = (headers: Readonly<Record<string, string>>) => {
    // The length is that of the real body; the vectors give it for the real event ID.
    return {
      ...headers,
      ...("Content-Length" in headers ? { "Content-Length": String(realLength(expect.body)) } : {}),
    };
  };
  const want = masked({
    status: expect.status,
    headers: shown(expect.headers),
    body: expect.body,
    created: sorted(expect.created ?? []),
    webhookRequests: sorted(expect.webhookRequests ?? []),
    k8sEvents: sorted(expect.k8sEvents ?? []),
    cloudEvents: expect.cloudEvents ? sorted(expect.cloudEvents) : null,
    logs: sorted((expect.logs ?? []).map(comparable)),
  });
  const passed = isDeepStrictEqual(normal(got), normal(want));
  return { name: test.name, passed, ...(passed ? {} : { diff: difference(want, got) }) };
}

function realLength(body: string): number {
  return Buffer.byteLength(body.replaceAll("<EVENT_ID>", eventId));
}

/** Lists are compared in the order of their shown form: masking may have changed it. */
function normal(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, Array.isArray(part) ? sorted(part) : part]),
  );
}

function difference(want: Record<string, unknown>, got: Record<string, unknown>): string {
  const show = (value: unknown) => inspect(value, { depth: 12, breakLength: 160 });
  return Object.keys(want)
    .filter((name) => !isDeepStrictEqual(normal({ [name]: want[name] }), normal({ [name]: got[name] })))
    .map((name) => `${name}: want ${show(want[name])}\n${name}: got  ${show(got[name])}`)
    .join("\n");
}

export const set: ConformanceSet = {
  claim: (path) => (basename(path) === "sink.json" ? "sink" : undefined),
  async *run(_name, files) {
    let current: ListenerHandler | undefined;
    const started = await startSinkServer(
      { handle: (request, response) => current?.handle(request, response) },
      { host: "127.0.0.1", port: 0 },
    );
    if (!started.ok) throw new Error(started.error);
    const serve = (handler: ListenerHandler) => {
      current = handler;
      return started.value;
    };
    try {
      for (const file of files) {
        const cases = JSON.parse(readFileSync(file, "utf8")) as readonly SinkCase[];
        for (const test of cases) yield await runCase(test, serve);
      }
    } finally {
      await started.value.close(0);
    }
  },
};

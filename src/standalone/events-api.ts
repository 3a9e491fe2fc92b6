import { plainStrategy } from "../api/core/kind-strategy.ts";
import type { K8sObject, Status } from "../api/object.ts";
import type { ApiServer } from "../apiserver/api-server.ts";
import type { ConnectHandler, PipelineResponse, ResourceRequest } from "../apiserver/pipeline.ts";
import type { ResourceDefinition } from "../apiserver/resource-definition.ts";
import { badRequest, failure, notFound } from "../apiserver/status.ts";
import { type Negotiated, negotiate } from "../apiserver/wire/accept.ts";
import { jsonAnswer, listAnswer, objectAnswer, statusAnswer, watchForm } from "../apiserver/wire/answer.ts";
import { type JsonValue, member } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import type { EventChanges } from "../store/journal/event-changes.ts";
import { EventCounter } from "../store/journal/event-counter.ts";
import type { EventQuery, EventReader } from "../store/journal/event-reader.ts";
import type { AcceptedEvent, PairState, StoredEvent } from "../triggers/event-journal.ts";
import { eventApi, eventKind, eventObject } from "../triggers/event-object.ts";
import type { ListenerRef } from "../triggers/run-trigger.ts";
import { eventCounts } from "./event-counts.ts";
import { matchesQuery } from "./event-matches.ts";
import { inVersion, watchEvents } from "./events-watch.ts";

/** A listener that can take a stored event in again. */
interface ReplayTarget {
  replay(stored: StoredEvent): Promise<Result<AcceptedEvent, string>>;
}

export interface EventsApiOptions {
  readonly reader: EventReader;
  /** What the reader's journal has committed, for those who watch. */
  readonly changes: EventChanges;
  /** The listener, when it runs. */
  readonly running: (ref: ListenerRef) => ReplayTarget | undefined;
}

const definition: ResourceDefinition = {
  group: eventApi.group,
  resource: eventApi.resource,
  singular: "triggerevent",
  kind: eventKind,
  listKind: `${eventKind}List`,
  namespaced: true,
  shortNames: ["te"],
  categories: [],
  versions: [
    {
      version: eventApi.version,
      subresources: [],
      columns: [
        { name: "Listener", type: "string", jsonPath: ".spec.listener" },
        { name: "Repository", type: "string", jsonPath: ".spec.repository" },
        { name: "Verdicts", type: "string", jsonPath: ".status.verdicts[*].state" },
        { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
        { name: "Message", type: "string", jsonPath: ".status.verdicts[*].message", priority: 1 },
      ],
    },
  ],
  storageVersion: eventApi.version,
  verbs: ["create", "get", "list", "watch"],
  custom: true,
  collection: `${eventApi.group}/${eventApi.resource}`,
  strategy: plainStrategy,
};

const defaultLimit = 100;
const maxLimit = 1_000;
/** A page ends before the bodies of its events are larger than this, added up. */
const maxPageBytes = 16 * 1024 * 1024;

/** A page looks for a text in this many events at most; its `continue` goes on behind them. */
const maxLookedAt = 1_000;
/** Longer texts are no search. */
const maxTextLength = 200;

const states: ReadonlySet<string> = new Set<PairState>([
  "running",
  "retrying",
  "created",
  "filtered",
  "rejected",
  "failed",
  "dead",
]);

/**
 * Serves the journal as the virtual resource `triggerevents` of `events.tektite.dev/v1alpha1`: get, list and watch
 * read it, create replays an event. An event lives in its listener's namespace (docs/events.md).
 */
export function serveEvents(server: ApiServer, options: EventsApiOptions): void {
  server.registry.put(definition);
  server.addHandler(new EventsHandler(options));
}

class EventsHandler implements ConnectHandler {
  readonly resource = `${eventApi.resource}.${eventApi.group}`;
  readonly #options: EventsApiOptions;
  readonly #counter: EventCounter;

  constructor(options: EventsApiOptions) {
    this.#options = options;
    this.#counter = new EventCounter(options.reader, { nowMs: Date.now });
  }

  async handle(request: ResourceRequest, body: JsonValue | undefined): Promise<PipelineResponse> {
    const { headers, query } = request.request;
    const negotiated = negotiate(headers, query, { forms: true });
    if (!negotiated.ok) return statusAnswer(negotiated.error, { format: "json", pretty: false });
    if (request.verb === "watch") return this.#watch(request, negotiated.value);
    if (request.verb === "list" && query.get("view") === "counts") {
      const counts = await this.#counter.lastDay();
      return jsonAnswer(200, eventCounts(counts, request.namespace, Date.now()), negotiated.value);
    }
    const answer = await this.#answer(request, body);
    if (!answer.ok) return statusAnswer(answer.error, negotiated.value);
    const { value } = answer;
    if (value.kind === "object") {
      const outcome = { status: value.status, object: value.object, warnings: [] };
      const made = objectAnswer(request, outcome, negotiated.value, Date.now());
      return made.ok ? made.value : statusAnswer(made.error, negotiated.value);
    }
    if (negotiated.value.as === undefined) return jsonAnswer(200, listObject(value), negotiated.value);
    const items = value.items.map((object) => ({ object: () => object }));
    const made = listAnswer(request, { ...value, items }, negotiated.value, Date.now());
    return made.ok ? made.value : statusAnswer(made.error, negotiated.value);
  }

  #watch(request: ResourceRequest, negotiated: Negotiated): PipelineResponse {
    const query = readQuery(request.request.query, request.namespace);
    if (!query.ok) return statusAnswer(query.error, negotiated);
    if (query.value.text !== undefined) {
      return statusAnswer(badRequest("a watch looks into no bodies: text is for lists"), negotiated);
    }
    const form = watchForm(request, negotiated, Date.now);
    if (!form.ok) return statusAnswer(form.error, negotiated);
    const { reader, changes } = this.#options;
    const frames = watchEvents(request, {
      reader,
      changes,
      matches: (event) => matchesQuery(event, query.value),
      form: form.value,
    });
    return frames.ok ? { kind: "watch", status: 200, frames: frames.value } : statusAnswer(frames.error, negotiated);
  }

  /** The event as the API shows it, in its present version. */
  #object(stored: StoredEvent, isFull: boolean): K8sObject {
    return inVersion(eventObject(stored, isFull), this.#options.changes.versionOf(stored.event.id));
  }

  async #answer(request: ResourceRequest, body: JsonValue | undefined): Promise<Result<Answer, Status>> {
    switch (request.verb) {
      case "get": {
        const stored = await this.#find(request.namespace ?? "", request.name ?? "");
        return stored.ok ? ok({ kind: "object", status: 200, object: this.#object(stored.value, true) }) : stored;
      }
      case "list":
        return this.#list(request);
      case "create":
        return this.#replay(request.namespace ?? "", body);
      default:
        return err(failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"));
    }
  }

  async #find(namespace: string, id: string): Promise<Result<StoredEvent, Status>> {
    const stored = await this.#options.reader.event(id);
    if (stored === undefined || stored.event.listener.namespace !== namespace) {
      return err(notFound({ group: eventApi.group, resource: eventApi.resource }, id));
    }
    return ok(stored);
  }

  async #list(request: ResourceRequest): Promise<Result<Answer, Status>> {
    const { query } = request.request;
    const read = readQuery(query, request.namespace);
    if (!read.ok) return read;
    const isFull = query.get("view") === "full";
    // From before the journal was read: what changes meanwhile is told again rather than never.
    const resourceVersion = String(this.#options.changes.last);
    const { text, before } = read.value;
    // How far back this page looks for the text; undefined: to the oldest event.
    const [oldest] = text === undefined ? [] : await this.#options.reader.events(lookedAt(before));
    const wanted: EventQuery = { ...read.value, ...(oldest === undefined ? {} : { from: oldest.event.id }) };
    const limit = isFull ? await this.#fitting(wanted) : wanted.limit;
    const events = await this.#options.reader.events({ ...wanted, limit, isBrief: !isFull });
    const items = events.map((stored) => this.#object(stored, isFull));
    const next = events.length === limit ? items.at(-1)?.metadata.name : oldest?.event.id;
    return ok({ kind: "list", items, resourceVersion, ...(next === undefined ? {} : { continue: next }) });
  }

  /** How many events with their bodies make a page, found without reading a body: senders choose how large they are. */
  async #fitting(query: EventQuery): Promise<number> {
    const brief = await this.#options.reader.events({ ...query, isBrief: true });
    let bytes = 0;
    const at = brief.findIndex(({ bodyBytes = 0 }) => {
      bytes += bodyBytes;
      return bytes > maxPageBytes;
    });
    return at < 0 ? query.limit : Math.max(1, at);
  }

  async #replay(namespace: string, body: JsonValue | undefined): Promise<Result<Answer, Status>> {
    const spec = member(body, "spec");
    const id = member(spec, "replayOf");
    if (typeof id !== "string" || id === "") return err(badRequest("spec.replayOf must name the event to replay"));
    const stored = await this.#find(namespace, id);
    if (!stored.ok) return stored;
    const name = member(spec, "listener") ?? stored.value.event.listener.name;
    if (typeof name !== "string") return err(badRequest("spec.listener must be the name of an EventListener"));
    const target = this.#options.running({ namespace, name });
    if (target === undefined) {
      return err(failure(409, "Conflict", `EventListener "${name}" does not run in namespace "${namespace}"`));
    }
    const replayed = await target.replay(stored.value);
    if (!replayed.ok) return err(failure(503, "ServiceUnavailable", `the event was not accepted: ${replayed.error}`));
    const object = this.#object({ event: replayed.value, pairs: [], isFinished: false }, false);
    return ok({ kind: "object", status: 201, object });
  }
}

/** The event at which a search that begins there ends. */
function lookedAt(before: string | undefined): EventQuery {
  return { limit: 1, skip: maxLookedAt - 1, isBrief: true, ...(before === undefined ? {} : { before }) };
}

type Answer =
  | { readonly kind: "object"; readonly status: number; readonly object: K8sObject }
  | {
      readonly kind: "list";
      readonly items: readonly K8sObject[];
      readonly resourceVersion: string;
      readonly continue?: string;
    };

function listObject(list: Extract<Answer, { readonly kind: "list" }>): JsonValue {
  return {
    apiVersion: `${eventApi.group}/${eventApi.version}`,
    kind: `${eventKind}List`,
    metadata: {
      resourceVersion: list.resourceVersion,
      ...(list.continue === undefined ? {} : { continue: list.continue }),
    },
    items: list.items as unknown as JsonValue,
  };
}

/** The conditions in a request's query; times are RFC 3339. */
function readQuery(query: URLSearchParams, namespace: string | undefined): Result<EventQuery, Status> {
  const text = (name: string) => query.get(name) || undefined;
  const limit = Number(text("limit") ?? defaultLimit);
  if (!Number.isInteger(limit) || limit < 0) return err(badRequest("limit must be a whole number"));
  const state = text("verdict");
  if (state !== undefined && !states.has(state)) {
    return err(badRequest(`verdict must be one of ${[...states].join(", ")}`));
  }
  const times: { sinceMs?: number; untilMs?: number } = {};
  for (const [name, field] of [
    ["since", "sinceMs"],
    ["until", "untilMs"],
  ] as const) {
    const value = text(name);
    if (value === undefined) continue;
    // Date.parse alone takes `5` for a month.
    times[field] = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(times[field])) return err(badRequest(`${name} must be a time such as 2026-01-31T12:00:00Z`));
  }
  const [listener, trigger, repository, replayOf, wanted, before] = [
    text("listener"),
    text("trigger"),
    text("repository"),
    text("replayOf"),
    text("text"),
    text("continue"),
  ];
  if ((wanted?.length ?? 0) > maxTextLength) return err(badRequest(`text must have at most ${maxTextLength} letters`));
  return ok({
    listener: {
      ...(namespace === undefined ? {} : { namespace }),
      ...(listener === undefined ? {} : { name: listener }),
    },
    ...(trigger === undefined ? {} : { trigger }),
    ...(state === undefined ? {} : { state: state as PairState }),
    ...(repository === undefined ? {} : { repository }),
    ...(replayOf === undefined ? {} : { replayOf }),
    ...(wanted === undefined ? {} : { text: wanted }),
    ...times,
    ...(before === undefined ? {} : { before }),
    limit: Math.min(limit === 0 ? defaultLimit : limit, maxLimit),
  });
}

import type { IncomingMessage, ServerResponse } from "node:http";
import type { EventListener } from "../api/triggers/objects.ts";
import { decodeGoJsonObject } from "../json/go-decode.ts";
import type { Result } from "../result.ts";
import { spanTimeMs } from "../tracing/clock.ts";
import type { Acceptance, AcceptedEvent, EventJournal, JournalRefusal } from "../triggers/event-journal.ts";
import { repositoryOf } from "../triggers/event-repository.ts";
import type { ListenerRef } from "../triggers/run-trigger.ts";
import { selectTriggers } from "../triggers/select-triggers.ts";
import { EventBody, type EventHeader } from "../triggers/trigger-event.ts";
import type { TriggerResources } from "../triggers/trigger-resources.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { EventAcceptance } from "./event-acceptance.ts";
import { eventHeader } from "./event-header.ts";
import type { NoticeKind, NoticeReceiver } from "./event-notice.ts";
import type { EventTracing } from "./event-tracing.ts";
import { RateLimit } from "./rate-limit.ts";
import { readBody } from "./read-body.ts";
import { cleanLocation, splitTarget } from "./request-path.ts";
import { acceptedAnswer, emptyAnswer, refusalAnswer, type SinkAnswer, sendAnswer } from "./sink-answer.ts";
import type { SinkLog } from "./sink-log.ts";
import type { SinkMetrics } from "./sink-metrics.ts";

/** How a listener takes events. */
export interface ListenerSettings {
  /** Refuse bodies that are not a JSON object. */
  readonly payloadValidation: boolean;
  /** Larger bodies are answered 413. */
  readonly maxBodyBytes: number;
  /** For reading the body and accepting the event, in milliseconds; then 503. */
  readonly timeoutMs: number;
  /** More events that wait for their triggers are answered 503. */
  readonly maxUndispatched: number;
}

/** What a handler works with. */
export interface ListenerParts {
  readonly ref: ListenerRef;
  readonly settings: ListenerSettings;
  /** The EventListener, from the cache. */
  readonly listener: () => EventListener | undefined;
  /** Why nothing can be handled yet, such as a missing permission; undefined when all is well. */
  readonly unreadyReason: () => string | undefined;
  /** Whether so many events wait for their triggers that no more are taken. */
  readonly isFull: () => boolean;
  readonly resources: TriggerResources;
  /** Grows whenever the resources change; without it they are looked up for each event. */
  readonly resourcesVersion?: () => number;
  readonly journal: EventJournal;
  readonly dispatcher: Dispatcher;
  readonly notices: readonly NoticeReceiver[];
  readonly metrics: SinkMetrics;
  readonly tracing: EventTracing;
  readonly log: SinkLog;
  readonly newId: () => string;
  readonly nowMs: () => number;
}

/** Headers in which senders put their id of a delivery. */
const deliveryHeaders = [
  "X-Github-Delivery",
  "X-Gitea-Delivery",
  "X-Forgejo-Delivery",
  "X-Gogs-Delivery",
  "X-Gitlab-Event-Uuid",
  "X-Request-Uuid",
  "Ce-Id",
];

/** Answers the HTTP requests of one EventListener as Tekton's sink does (spec: event processing, section 1). */
export class ListenerHandler {
  readonly #parts: ListenerParts;
  readonly #acceptance: EventAcceptance;
  readonly #rateLimit = new RateLimit();
  readonly #logBug = (error: unknown): void => {
    this.#parts.log.error(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
  };
  #selected:
    | {
        readonly listener: EventListener;
        readonly version: number;
        readonly selection: ReturnType<typeof selectTriggers>;
      }
    | undefined;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
    this.#acceptance = new EventAcceptance(parts.journal, parts.log);
  }

  /** `url` is the path and query as the listener is to see them, without the prefix of a shared gateway. */
  handle(request: IncomingMessage, response: ServerResponse, url: string = request.url ?? "/"): void {
    const target = splitTarget(url);
    const location = cleanLocation(target);
    if (location !== undefined) {
      sendAnswer(response, redirect(request.method ?? "", location));
      return;
    }
    if (target.path === "/live") {
      sendAnswer(response, this.#live());
      return;
    }
    const exceeded = this.#rateLimit.exceededBy(
      request.socket.remoteAddress ?? "",
      this.#parts.listener(),
      this.#parts.nowMs(),
    );
    if (exceeded !== undefined) {
      request.resume();
      this.#parts.metrics.received("failed");
      sendAnswer(response, refusalAnswer(429, this.#parts.ref, exceeded, retryLater));
      return;
    }
    this.#answerEvent(request, response, url).catch((error: unknown) => {
      this.#logBug(error);
      sendAnswer(response, emptyAnswer(500));
    });
  }

  #live(): SinkAnswer {
    const headers = { "Content-Type": "text/plain; charset=utf-8" };
    const reason = this.#parts.unreadyReason();
    return reason === undefined
      ? { status: 200, headers, body: "ok" }
      : { status: 503, headers, body: `not ready: ${reason}\n` };
  }

  async #answerEvent(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
    const { settings, metrics, nowMs } = this.#parts;
    const startedMs = performance.now();
    const timer = setTimeout(() => {
      const headers = { "Content-Type": "text/plain; charset=utf-8", Connection: "close" };
      sendAnswer(response, { status: 503, headers, body: "EventListener Timeout!\n" });
    }, settings.timeoutMs);
    response.once("close", () => {
      clearTimeout(timer);
      metrics.answered((performance.now() - startedMs) / 1000);
    });
    const body = await readBody(request, settings.maxBodyBytes);
    if (response.headersSent) return;
    if (!body.ok) {
      sendAnswer(response, this.#refuseBody(body.error));
      return;
    }
    await this.#takeIn(request, response, url, new EventBody(body.value), {
      atMs: nowMs(),
      startMs: spanTimeMs() - (performance.now() - startedMs),
    });
  }

  #refuseBody(
    error: { readonly kind: "tooLarge" } | { readonly kind: "broken"; readonly message: string },
  ): SinkAnswer {
    const { ref, settings, log, metrics } = this.#parts;
    if (error.kind === "broken") {
      log.error(`Error reading event body: ${error.message}`);
      return emptyAnswer(500, { Connection: "close" });
    }
    metrics.received("failed");
    const message = `the event body is larger than ${settings.maxBodyBytes} bytes`;
    log.error(message);
    return refusalAnswer(413, ref, message);
  }

  async #takeIn(
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    body: EventBody,
    received: { readonly atMs: number; readonly startMs: number },
  ): Promise<void> {
    const { ref, dispatcher, metrics } = this.#parts;
    const refusal = this.#refuseEvent(body);
    if (refusal !== undefined) {
      sendAnswer(response, refusal);
      return;
    }
    const id = this.#parts.newId();
    const header = eventHeader(request.rawHeaders);
    const { method = "POST" } = request;
    const span = this.#parts.tracing.request({ id, header }, { method, path: splitTarget(url).path, ...received });
    if (span !== undefined) response.once("close", () => span.end(response.statusCode));
    const log = this.#parts.log.with({ eventlistener: ref.name, namespace: ref.namespace, "/triggers-eventid": id });
    const notify = (kind: NoticeKind, more: { uid?: string; message?: string; hasHeader?: boolean }) => {
      const { uid = "", message = "", hasHeader = false } = more;
      for (const receiver of this.#parts.notices) {
        const listener = { ...ref, uid };
        const isEarly = more.uid === undefined;
        receiver.notify({ kind, eventId: id, listener, isEarly, message, ...(hasHeader ? { header } : {}) });
      }
    };
    notify("started", { hasHeader: true });
    const listener = this.#parts.listener();
    if (listener === undefined) {
      const message = `eventlistener.triggers.tekton.dev "${ref.name}" not found`;
      log.error(`Error getting EventListener ${ref.name} in Namespace ${ref.namespace}: ${message}`);
      metrics.received("failed");
      notify("failed", { message, hasHeader: true });
      sendAnswer(response, emptyAnswer(500));
      return;
    }
    const uid = listener.metadata?.uid ?? "";
    const uidLog = log.with({ eventlistenerUID: uid });
    if (uidLog.isEnabled("debug")) uidLog.debug(`handling event with path ${url}`);
    const selection = this.#select(listener);
    if (!selection.ok) {
      for (const line of selection.error.log) this.#parts.log.error(line);
      notify("failed", { uid, message: selection.error.message });
      sendAnswer(response, emptyAnswer(500));
      return;
    }
    for (const line of selection.value.missing) this.#parts.log.error(line);

    const room = this.#parts.isFull() ? noRoom : dispatcher.room();
    if (room !== undefined && !(await room)) {
      this.#refuseForNow(response, "too many events are waiting for their triggers");
      return;
    }
    const deliveryId = deliveryIdOf(header);
    const event = acceptedEvent(id, ref, received.atMs, request, url, header, body, deliveryId);
    // A request that was answered with a time-out, or broken off, must not run: its sender will try again.
    if (response.headersSent || response.destroyed) return;
    const written = span?.journalWrite();
    // What was decoded must not fill the memory while the event waits.
    if (dispatcher.isBurst) body.forgetDecoded();
    let accepted: Result<Acceptance, JournalRefusal>;
    dispatcher.arriving();
    try {
      accepted = await this.#acceptance.accept(listener, event);
    } finally {
      dispatcher.arrived();
    }
    written?.(accepted.ok ? undefined : accepted.error.message);
    if (!accepted.ok) {
      this.#refuseForNow(response, accepted.error.message);
      return;
    }
    if (accepted.value.kind === "known") {
      const { eventId } = accepted.value;
      uidLog.info(`delivery ${deliveryId} is known already as event ${eventId}: nothing runs again`);
      sendAnswer(response, acceptedAnswer(header, { listener: ref, uid, eventId }));
      return;
    }
    metrics.received("succeeded");
    sendAnswer(response, acceptedAnswer(header, { listener: ref, uid, eventId: id }));
    notify("done", { uid });
    if (selection.value.triggers.length + selection.value.groups.length === 0) {
      uidLog.info("the event concerns no trigger: the EventListener selects none");
    }
    // Neither awaited nor followed by a function made here: request, response and body, which such functions share,
    // would live until the last trigger has finished.
    dispatcher.dispatch(event, selection.value, uidLog, { body }).catch(this.#logBug);
  }

  /** Why no event with that body is taken now, before there is an id for it. */
  #refuseEvent(body: EventBody): SinkAnswer | undefined {
    const { ref, settings, log, metrics } = this.#parts;
    const unready = this.#parts.unreadyReason();
    if (unready !== undefined) return refusalAnswer(503, ref, `the listener is not ready: ${unready}`, retryLater);
    const invalid = settings.payloadValidation ? refusePayload(body) : undefined;
    if (invalid === undefined) return undefined;
    const message = `Invalid event body format : ${invalid}`;
    log.error(message);
    metrics.received("failed");
    return refusalAnswer(400, ref, message);
  }

  /** What the listener selects, worked out again when anything of it may have changed. */
  #select(listener: EventListener): ReturnType<typeof selectTriggers> {
    const { resources, resourcesVersion } = this.#parts;
    const version = resourcesVersion?.();
    if (version === undefined) return selectTriggers(listener, resources);
    if (this.#selected?.listener !== listener || this.#selected.version !== version) {
      this.#selected = { listener, version, selection: selectTriggers(listener, resources) };
    }
    return this.#selected.selection;
  }

  #refuseForNow(response: ServerResponse, message: string): void {
    const { ref, log, metrics } = this.#parts;
    log.error(`event not accepted: ${message}`);
    metrics.received("failed");
    sendAnswer(response, refusalAnswer(503, ref, message, retryLater));
  }
}

const noRoom = Promise.resolve(false);
const retryLater = { "Retry-After": "1" } as const;

function refusePayload(body: EventBody): string | undefined {
  const decoded = body.json;
  if (decoded.ok && (decoded.value === null || (typeof decoded.value === "object" && !Array.isArray(decoded.value)))) {
    return undefined;
  }
  const asObject = decodeGoJsonObject(body.bytes);
  return asObject.ok ? undefined : asObject.error;
}

/** As Go's ServeMux redirects: a short page for GET, the type of one for HEAD, nothing for others. */
function redirect(method: string, location: string): SinkAnswer {
  const html = method === "GET" || method === "HEAD" ? { "Content-Type": "text/html; charset=utf-8" } : {};
  const escaped = location.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const body = method === "GET" ? `<a href="${escaped}">Temporary Redirect</a>.\n\n` : "";
  return { status: 307, headers: { ...html, Location: location }, body };
}

function acceptedEvent(
  id: string,
  listener: ListenerRef,
  receivedAtMs: number,
  request: IncomingMessage,
  url: string,
  header: EventHeader,
  body: EventBody,
  deliveryId: string | undefined,
): AcceptedEvent {
  const { remoteAddress } = request.socket;
  const repository = body.json.ok ? repositoryOf(body.json.value) : undefined;
  return {
    id,
    listener,
    receivedAtMs,
    method: request.method ?? "POST",
    url,
    header,
    body: body.bytes,
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...(repository === undefined ? {} : { repository }),
  };
}

function deliveryIdOf(header: EventHeader): string | undefined {
  for (const name of deliveryHeaders) {
    const value = header[name]?.[0];
    if (value !== undefined && value !== "") return `${name}:${value}`;
  }
  return undefined;
}

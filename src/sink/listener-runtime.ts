import type { IncomingMessage, ServerResponse } from "node:http";
import type { EventListener } from "../api/triggers/objects.ts";
import { takesAnyForm } from "../api/triggers/sink-settings.ts";
import type { CodeHostClient, CoreInterceptor, SecretReader } from "../interceptors/interceptor.ts";
import { sleep } from "../kube/backoff.ts";
import type { KubeClient } from "../kube/client.ts";
import { err, ok, type Result } from "../result.ts";
import type { Tracer } from "../tracing/tracer.ts";
import type { AcceptedEvent, EventJournal, PendingEvent, StoredEvent } from "../triggers/event-journal.ts";
import type { ListenerRef } from "../triggers/run-trigger.ts";
import { selectTriggers } from "../triggers/select-triggers.ts";
import { ApiDiscovery } from "./api-discovery.ts";
import { CloudEventNotices } from "./cloud-event-notices.ts";
import { postCloudEvent } from "./cloud-event-sender.ts";
import { Dispatcher, type RetryPolicy } from "./dispatcher.ts";
import { newEventId } from "./event-id.ts";
import type { NoticeReceiver } from "./event-notice.ts";
import { EventTracing } from "./event-tracing.ts";
import { InterceptorClient, type InterceptorClientOptions } from "./interceptor-client.ts";
import { KubeEventNotices } from "./kube-event-notices.ts";
import { ListenerCaches } from "./listener-caches.ts";
import { ListenerHandler, type ListenerSettings } from "./listener-handler.ts";
import { KubeObjectCreator, userNameOf } from "./resource-creator.ts";
import { runUid } from "./run-uid.ts";
import { type LogLevel, SinkLog } from "./sink-log.ts";
import { SinkMetrics } from "./sink-metrics.ts";
import { crowdShare, type TurnTaking } from "./turn-taking.ts";

/** What one EventListener runs with. */
export interface ListenerRuntimeOptions {
  readonly ref: ListenerRef;
  /** With the identity of the listener's ServiceAccount. */
  readonly client: KubeClient;
  /** Reads the Secrets that interceptors name; in Tekton that is the core interceptors' account. */
  readonly secrets: SecretReader;
  readonly codeHost: CodeHostClient;
  /** Hosts of GitHub Enterprise that tokens may be sent to. */
  readonly enterpriseHosts?: ReadonlySet<string>;
  /** Interceptors to run in this process; an empty map sends every request to the core interceptors' Service. */
  readonly core: ReadonlyMap<string, CoreInterceptor>;
  readonly journal: EventJournal;
  /** Takes the log, line by line. */
  readonly writeLog: (line: string) => void;
  readonly logLevel?: LogLevel;
  /** Watch the Triggers, bindings and templates of all namespaces, not just the listener's. */
  readonly isMultiNamespace?: boolean;
  /** Record Kubernetes Events on the EventListener (`EL_EVENT=enable`). */
  readonly recordsKubeEvents?: boolean;
  /** Where CloudEvents about the listener's events go; empty: nowhere. */
  readonly cloudEventUri?: string;
  /** CloudEvents with one well-formed `source` and ids of their own, where Tekton's differ and repeat. */
  readonly hasCorrectCloudEvents?: boolean;
  readonly settings?: Partial<ListenerSettings>;
  readonly retry?: Partial<RetryPolicy>;
  readonly interceptorClient?: Omit<InterceptorClientOptions, "trustedCas">;
  readonly metrics?: SinkMetrics;
  /** Records what becomes of events, while there is one. */
  readonly tracer?: () => Tracer | undefined;
  /** How many runs of triggers are under way at once. */
  readonly maxConcurrent?: number;
  /** Turns shared with other listeners, instead of `maxConcurrent`. */
  readonly turns?: TurnTaking;
  /** Whether listeners that share something with this one have so much to do that no more events are taken. */
  readonly isFull?: () => boolean;
}

const defaultSettings: ListenerSettings = {
  payloadValidation: true,
  maxBodyBytes: 25 * 1024 * 1024,
  timeoutMs: 30_000,
  maxUndispatched: 20_000,
};

const defaultRetry: RetryPolicy = { baseDelayMs: 500, maxDelayMs: 60_000, giveUpAfterMs: 15 * 60_000 };

const defaultMaxConcurrent = 64;

/** How often a listener that ends looks whether its events have. */
const drainPollMs = 20;

/** How often events are looked for that other sinks have left behind, in milliseconds. */
const takeOverEveryMs = 5_000;

/** How many events of an earlier process are taken up at once: more would only fill the memory. */
const maxResumed = 200;

/** One running EventListener: its caches, its way out, its HTTP face. Give its `handle` to a server or a gateway. */
export class ListenerRuntime {
  readonly ref: ListenerRef;
  readonly metrics: SinkMetrics;
  readonly #options: ListenerRuntimeOptions;
  readonly #caches: ListenerCaches;
  readonly #log: SinkLog;
  readonly #dispatcher: Dispatcher;
  readonly #handler: ListenerHandler;
  readonly #stopping = new AbortController();
  /** Events of an earlier process, or of another sink that is gone, are being taken up. */
  #isResuming = false;

  constructor(options: ListenerRuntimeOptions) {
    const { ref, client, journal } = options;
    this.ref = ref;
    this.#options = options;
    this.metrics = options.metrics ?? new SinkMetrics();
    const nowMs = Date.now;
    this.#log = new SinkLog({ write: options.writeLog, level: options.logLevel ?? "info", nowMs });
    const settings = { ...defaultSettings, ...options.settings };
    const isMultiNamespace = options.isMultiNamespace ?? false;
    this.#caches = new ListenerCaches(client, ref, this.#log, { isMultiNamespace });
    const caches = this.#caches;
    const notices = this.#noticeReceivers();
    const discovery = new ApiDiscovery(nowMs);
    const tracing = new EventTracing(options.tracer ?? (() => undefined), ref);
    this.#dispatcher = new Dispatcher({
      listener: ref,
      engine: {
        resources: this.#caches,
        interceptors: {
          secrets: options.secrets,
          codeHost: options.codeHost,
          nowMs,
          ...(options.enterpriseHosts ? { enterpriseHosts: options.enterpriseHosts } : {}),
        },
        core: options.core,
        get form() {
          return { isLenient: takesAnyForm(caches.listener() ?? {}) };
        },
        http: new InterceptorClient({ ...options.interceptorClient, trustedCas: () => this.#caches.trustedCas() }),
        discover: (account) => discovery.with(account ? client.as({ userName: userNameOf(account) }) : client),
        newUid: runUid,
      },
      creator: new KubeObjectCreator(client),
      journal,
      metrics: this.metrics,
      tracing,
      retry: { ...defaultRetry, ...options.retry },
      maxConcurrent: options.maxConcurrent ?? defaultMaxConcurrent,
      crowd: settings.maxUndispatched * crowdShare,
      ...(options.turns === undefined ? {} : { turns: options.turns }),
      nowMs,
      random: Math.random,
      signal: this.#stopping.signal,
      onSuccess: ({ id, header }) => {
        const listener = { ...ref, uid: this.#caches.listener()?.metadata?.uid ?? "" };
        const notice = { kind: "successful", eventId: id, listener, isEarly: false, message: "", header } as const;
        for (const receiver of notices) receiver.notify(notice);
      },
    });
    const unwatchQueue = this.metrics.watchQueue(
      () => this.#dispatcher.undispatched,
      () => nowMs() - (this.#dispatcher.oldestUndispatchedMs ?? nowMs()),
    );
    this.#stopping.signal.addEventListener("abort", unwatchQueue, { once: true });
    this.#handler = new ListenerHandler({
      ref,
      settings,
      listener: () => this.#caches.listener(),
      unreadyReason: () => this.#caches.unreadyReason(),
      isFull: () => this.#dispatcher.undispatched >= settings.maxUndispatched || options.isFull?.() === true,
      resources: this.#caches,
      resourcesVersion: () => this.#caches.version,
      journal,
      dispatcher: this.#dispatcher,
      notices,
      metrics: this.metrics,
      tracing,
      log: this.#log,
      newId: newEventId,
      nowMs,
    });
  }

  /** Accepted events that some trigger has not finished with. */
  get undispatched(): number {
    return this.#dispatcher.undispatched;
  }

  /** Whether events are taken; until then they are answered 503. */
  get isReady(): boolean {
    return this.unreadyReason === undefined;
  }

  /** What is still waited for, such as a permission. */
  get unreadyReason(): string | undefined {
    return this.#caches.unreadyReason();
  }

  /** Resolves once every accepted event has come to an end; false when that takes longer. */
  async drain(timeoutMs: number): Promise<boolean> {
    const endMs = Date.now() + timeoutMs;
    const isDrained = () => this.#dispatcher.undispatched === 0 && !this.#isResuming;
    while (!isDrained() && Date.now() < endMs) await sleep(drainPollMs);
    return isDrained();
  }

  /** Reads what the listener looks up, resolves when it is ready, and goes on with events an earlier process left. */
  async start(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => this.#stopping.abort(), { once: true });
    await this.#caches.start(signal);
    if (signal.aborted) return;
    this.#log.info(`Listening for events of EventListener ${this.ref.namespace}/${this.ref.name}`);
    await this.#resume(this.#options.journal.pending(this.ref));
    void this.#takeOver(signal);
  }

  /** Answers a request; `url` is path and query as the listener is to see them. */
  handle(request: IncomingMessage, response: ServerResponse, url?: string): void {
    this.#handler.handle(request, response, url);
  }

  /**
   * Takes a stored event in once more, as an event of its own that is linked to the stored one; resolves once it is on
   * disk. The error says why it was not taken.
   */
  async replay({ event }: StoredEvent): Promise<Result<AcceptedEvent, string>> {
    const unready = this.unreadyReason;
    if (unready !== undefined) return err(`the listener is not ready: ${unready}`);
    const listener = this.#caches.listener();
    if (listener === undefined) return err("the EventListener is gone");
    const selection = selectTriggers(listener, this.#caches);
    if (!selection.ok) return err(selection.error.message);
    // Without the sender's delivery id: it is not the sender who delivers again.
    const { deliveryId: _deliveryId, ...kept } = event;
    const again = { ...kept, id: newEventId(), listener: this.ref, receivedAtMs: Date.now(), replayOf: event.id };
    const accepted = await this.#options.journal.accept(again);
    if (!accepted.ok) return err(accepted.error.message);
    const log = this.#logOf(again.id, listener);
    log.info(`event ${event.id} is replayed`);
    this.#dispatcher.dispatch(again, selection.value, log, { isStored: true }).catch((error: unknown) => {
      log.error(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
    });
    return ok(again);
  }

  #logOf(eventId: string, listener: EventListener): SinkLog {
    return this.#log.with({
      eventlistener: this.ref.name,
      namespace: this.ref.namespace,
      "/triggers-eventid": eventId,
      eventlistenerUID: listener.metadata?.uid ?? "",
    });
  }

  /** Goes on with the events of other sinks whenever one is gone. */
  async #takeOver(signal: AbortSignal): Promise<void> {
    const { journal } = this.#options;
    while (journal.abandoned !== undefined && !signal.aborted) {
      await sleep(takeOverEveryMs, signal);
      if (signal.aborted) return;
      try {
        await this.#resume(journal.abandoned(this.ref));
      } catch (error) {
        this.#log.warn(`events of other sinks were not looked at: ${error instanceof Error ? error.message : error}`);
      }
    }
  }

  async #resume(events: AsyncIterable<PendingEvent>): Promise<void> {
    this.#isResuming = true;
    try {
      await this.#takeUp(events);
    } finally {
      this.#isResuming = false;
    }
  }

  async #takeUp(events: AsyncIterable<PendingEvent>): Promise<void> {
    let count = 0;
    for await (const { event, pairs } of events) {
      const listener = this.#caches.listener();
      if (listener === undefined || this.#stopping.signal.aborted) return;
      // It came in while the journal was being read, and is no one's legacy.
      if (this.#dispatcher.isUnderWay(event.id)) continue;
      const log = this.#logOf(event.id, listener);
      if (count++ === 0) log.info("events that were accepted before and not finished with go on now");
      const selection = selectTriggers(listener, this.#caches);
      if (!selection.ok) {
        for (const line of selection.error.log) log.error(line);
        return;
      }
      const dispatched = this.#dispatcher.dispatch(event, selection.value, log, { earlier: pairs });
      if (this.#dispatcher.undispatched > maxResumed) await dispatched;
    }
  }

  #noticeReceivers(): readonly NoticeReceiver[] {
    const { client, cloudEventUri = "", recordsKubeEvents = false, hasCorrectCloudEvents = false } = this.#options;
    const receivers: NoticeReceiver[] = [];
    if (recordsKubeEvents) receivers.push(new KubeEventNotices(client, Date.now));
    if (cloudEventUri !== "") {
      const attributes = { hasCorrectAttributes: hasCorrectCloudEvents, nowMs: Date.now };
      receivers.push(new CloudEventNotices(cloudEventUri, postCloudEvent, this.#log, attributes));
    }
    return receivers;
  }
}

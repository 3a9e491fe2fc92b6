import { isSecretHeader } from "../interceptors/secret-header.ts";
import { encodeGoJson } from "../json/go-encode.ts";
import { exponentialDelayMs, sleep } from "../kube/backoff.ts";
import type { EventHeader } from "../triggers/trigger-event.ts";
import { type Notice, type NoticeReceiver, noticeType } from "./event-notice.ts";
import type { SinkLog } from "./sink-log.ts";

/** A CloudEvent in binary mode: its attributes as headers. */
export interface CloudEventPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one CloudEvent; answers whether the receiver took it. */
export type SendCloudEvent = (post: CloudEventPost) => Promise<boolean>;

/** Attempts after the first, and the pause before the first of them in milliseconds. */
const maxRetries = 10;
const baseDelayMs = 10;
const maxDelayMs = 10_000;

/** How many events may be on their way at once; more are dropped with an error in the log. */
const maxInFlight = 256;

/** How CloudEvents are made. */
export interface CloudEventOptions {
  /** True: one well-formed `source` for all, and ids of their own, where Tekton's differ and repeat. */
  readonly hasCorrectAttributes?: boolean;
  readonly nowMs: () => number;
}

/** Sends notices as CloudEvents to the listener's `cloudEventURI` (spec: event processing, section 10). */
export class CloudEventNotices implements NoticeReceiver {
  readonly #url: string;
  readonly #send: SendCloudEvent;
  readonly #log: SinkLog;
  readonly #options: CloudEventOptions;
  #inFlight = 0;

  constructor(url: string, send: SendCloudEvent, log: SinkLog, options: CloudEventOptions) {
    this.#url = url;
    this.#send = send;
    this.#log = log;
    this.#options = options;
  }

  notify(notice: Notice): void {
    if (this.#inFlight >= maxInFlight) {
      this.#log.error("failed to send cloudevent.");
      return;
    }
    this.#inFlight++;
    const done = () => {
      this.#inFlight--;
    };
    this.#deliver(this.#postOf(notice)).then(done, done);
  }

  async #deliver(post: CloudEventPost): Promise<void> {
    for (let attempt = 0; attempt <= maxRetries; attempt++) {
      if (attempt > 0) await sleep(exponentialDelayMs(attempt - 1, baseDelayMs, maxDelayMs));
      if (await this.#send(post)) return;
    }
    this.#log.error("failed to send cloudevent.");
  }

  #postOf({ kind, eventId, listener, isEarly, header }: Notice): CloudEventPost {
    const { namespace, name } = listener;
    const type = noticeType(kind);
    const fixed = this.#options.hasCorrectAttributes === true;
    const source = fixed
      ? `/apis/triggers.tekton.dev/v1beta1/namespaces/${namespace}/eventlisteners/${name}`
      : isEarly
        ? `/apis//v1beta1/namespaces/${namespace}/EventListener/${name}`
        : `/apis///namespaces/${namespace}//${name}`;
    const headers = {
      "Ce-Id": fixed ? `${eventId}-${kind}` : eventId,
      "Ce-Source": source,
      "Ce-Specversion": "1.0",
      "Ce-Subject": `${name} processing ${eventId}`,
      "Ce-Time": new Date(this.#options.nowMs()).toISOString(),
      "Ce-Type": type,
      "Content-Type": "application/json",
      Connection: "close",
    };
    return { url: this.#url, headers, body: header === undefined ? "null" : encodeGoJson(withoutSecrets(header)) };
  }
}

function withoutSecrets(header: EventHeader): EventHeader {
  const shown = Object.entries(header).map(([name, values]) => [name, isSecretHeader(name) ? ["redacted"] : values]);
  return Object.fromEntries(shown) as EventHeader;
}

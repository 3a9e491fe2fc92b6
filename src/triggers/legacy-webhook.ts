import { encodeGoJson, sortedKeys } from "../json/go-encode.ts";
import { canonicalHeaderName } from "../json/go-header-name.ts";
import { setRawJson } from "../json/sjson-set.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import type { InterceptorHttp } from "./interceptor-http.ts";
import { EventBody, type EventHeader } from "./trigger-event.ts";
import type { LegacyWebhook } from "./trigger-spec.ts";

/** For the whole exchange. */
const timeoutMs = 5_000;

/** What a webhook failed with. */
export interface WebhookFailure {
  readonly message: string;
  readonly isTemporary: boolean;
}

/** Where a legacy webhook listens: its URL, else its Service in the trigger's namespace. */
export function webhookUrl(webhook: LegacyWebhook, namespace: string): Result<string, string> {
  if (webhook.url !== undefined) return ok(webhook.url);
  const ref = webhook.objectRef;
  if (ref?.kind !== "Service" || ref.apiVersion !== "v1") return err("invalid objRef");
  return ok(`http://${ref.name ?? ""}.${ref.namespace || namespace}.svc/`);
}

/**
 * Sends the event to a legacy webhook, whose answer replaces body and headers. The extensions so far go along inside
 * the body (spec: event processing, section 3).
 */
export async function callWebhook(
  url: string,
  webhook: LegacyWebhook,
  event: {
    readonly header: EventHeader;
    readonly body: EventBody;
    readonly extensions: JsonObject;
    readonly url: string;
  },
  http: InterceptorHttp,
): Promise<Result<{ readonly header: EventHeader; readonly body: EventBody }, WebhookFailure>> {
  const body = extendBody(event.body, event.extensions);
  if (!body.ok) return err({ message: body.error, isTemporary: false });
  const header: Record<string, readonly string[]> = Object.create(null);
  for (const [name, values] of Object.entries(event.header)) if (name !== "Content-Length") header[name] = values;
  header["Eventlistener-Request-Url"] = [event.url];
  for (const { name, values } of webhook.header) header[canonicalHeaderName(name)] = values;
  const answer = await http.post({ url, header, body: body.value, timeoutMs });
  if (!answer.ok) return err({ message: `Post "${url}": ${answer.error}`, isTemporary: true });
  const { status, statusText } = answer.value;
  const text = new EventBody(answer.value.body);
  if (status !== 200) {
    const message = `request rejected; status: ${statusText}; message: ${text.text}`;
    return err({ message, isTemporary: status >= 500 || status === 429 });
  }
  return ok({ header: answer.value.header, body: text });
}

function extendBody(body: EventBody, extensions: JsonObject): Result<Uint8Array | string, string> {
  const keys = sortedKeys(extensions);
  if (keys.length === 0) return ok(body.bytes);
  let text = body.text;
  for (const key of keys) {
    const extended = setRawJson(text, `extensions.${key}`, encodeGoJson(extensions[key] as JsonValue));
    if (!extended.ok) return extended;
    text = extended.value;
  }
  return ok(text);
}

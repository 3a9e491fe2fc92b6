import { isSecretHeader } from "../interceptors/secret-header.ts";
import type { JsonValue } from "../json/value.ts";
import type { StoredEvent } from "../triggers/event-journal.ts";
import { placedObject } from "./placed-object.ts";
import { yamlText } from "./yaml-text.ts";

const ofConnection: ReadonlySet<string> = new Set(["connection", "keep-alive", "transfer-encoding", "accept-encoding"]);

/** Whether a header is one of the connection, which says nothing about the event. */
export function isConnectionHeader(name: string): boolean {
  return ofConnection.has(name.toLowerCase());
}

/**
 * The event as a request file that `tektite trigger run --request` and curl-like tools take. Headers that hold secrets
 * are left out: only their hashes are stored.
 */
export function exportRequest({ event }: StoredEvent): Uint8Array {
  const head = [...headLines(event), `Content-Length: ${event.body.length}`];
  return Buffer.concat([Buffer.from(`${head.join("\n")}\n\n`), event.body]);
}

/** {@link exportRequest} as text to edit: without `Content-Length`. `isText`: the body is UTF-8. */
export function requestText(stored: StoredEvent): { readonly text: string; readonly isText: boolean } {
  const { event } = stored;
  const body = Buffer.from(event.body).toString("utf8");
  return { text: `${headLines(event).join("\n")}\n\n${body}`, isText: Buffer.from(body, "utf8").equals(event.body) };
}

/**
 * The event as a test for `tektite test`, which expects what became of it. `bodyFile` names the file that the body goes
 * to when it is no text; undefined when the test holds it.
 */
export function exportTest(
  stored: StoredEvent,
  name = `event ${stored.event.id}`,
): { readonly text: string; readonly bodyFile?: string } {
  const { event } = stored;
  const text = Buffer.from(event.body).toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(event.body);
  const bodyFile = `${event.id}.body`;
  const headers = exportedHeaders(event.header).map(([name, values]): [string, JsonValue] => [
    name,
    values.length === 1 ? (values[0] ?? "") : values,
  ]);
  const test = {
    apiVersion: "tektite.dev/v1alpha1",
    kind: "TriggerTest",
    metadata: { name },
    spec: {
      resources: ["."],
      namespace: event.listener.namespace,
      ...(event.listener.name === "" ? {} : { listener: event.listener.name }),
      eventId: event.id,
      time: new Date(event.receivedAtMs).toISOString(),
      request: {
        method: event.method,
        url: event.url,
        headers: Object.fromEntries(headers),
        ...(isText ? { body: text } : { bodyFile }),
      },
      cases: [{ name: "as it was", expect: expectations(stored) }],
    },
  };
  return { text: yamlText(test as unknown as JsonValue), ...(isText ? {} : { bodyFile }) };
}

/** Request line and headers, without the length of the body. */
function headLines({ method, url, header }: StoredEvent["event"]): readonly string[] {
  const headers = exportedHeaders(header).flatMap(([name, values]) =>
    name === "Content-Length" ? [] : values.map((value) => `${name}: ${value}`),
  );
  return [`${method} ${url} HTTP/1.1`, ...headers];
}

function exportedHeaders(header: StoredEvent["event"]["header"]): readonly [string, readonly string[]][] {
  return Object.entries(header).filter(([name]) => !isConnectionHeader(name) && !isSecretHeader(name));
}

function expectations({ pairs }: StoredEvent): JsonValue {
  const found = pairs.flatMap(({ trigger, state, verdict }): JsonValue[] => {
    const named = trigger.kind === "trigger" && trigger.name !== "" ? { trigger: trigger.name } : {};
    switch (state) {
      case "created": {
        const objects = (verdict?.objects ?? []).map((planned) => {
          const { apiVersion, kind, spec } = placedObject(planned);
          return { apiVersion, kind, ...(spec === undefined ? {} : { spec }) } as JsonValue;
        });
        return [{ ...named, created: objects }];
      }
      case "filtered":
      case "rejected":
        return [{ ...named, [state]: { interceptor: verdict?.interceptors.at(-1)?.name ?? "" } }];
      case "failed":
        return [{ ...named, failed: true }];
      default:
        return [];
    }
  });
  return found.length === 1 ? (found[0] ?? found) : found;
}

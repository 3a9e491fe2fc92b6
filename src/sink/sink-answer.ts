import type { ServerResponse } from "node:http";
import { encodeGoString } from "../json/go-encode.ts";
import { rememberNames } from "../json/remember-names.ts";
import type { EventHeader } from "../triggers/trigger-event.ts";

/** What a listener answers with. */
export interface SinkAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface AnswerBody {
  readonly listener: { readonly namespace: string; readonly name: string };
  /** Empty until the EventListener has been looked up. */
  readonly uid: string;
  readonly eventId?: string;
  readonly errorMessage?: string;
}

const json = { "Content-Type": "application/json" } as const;

/** An answer with nothing in it. */
export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): SinkAnswer {
  return { status, headers, body: "" };
}

/** A refusal that says why, before the event got an id. */
export function refusalAnswer(
  status: number,
  listener: AnswerBody["listener"],
  errorMessage: string,
  headers: Readonly<Record<string, string>> = {},
): SinkAnswer {
  return { status, headers: { ...json, ...headers }, body: `${encodeBody({ listener, uid: "", errorMessage })}\n` };
}

/** 202, in CloudEvents' binary mode when the event came as one (spec: event processing, section 1). */
export function acceptedAnswer(header: EventHeader, body: AnswerBody & { readonly eventId: string }): SinkAnswer {
  const text = encodeBody(body);
  if (!isCloudEvent(header)) return { status: 202, headers: json, body: `${text}\n` };
  const { namespace, name } = body.listener;
  const headers = {
    "Ce-Id": body.eventId,
    "Ce-Source": name,
    "Ce-Specversion": "1.0",
    "Ce-Subject": `${namespace}.${name} accepted ${body.eventId}`,
    "Ce-Type": "dev.tekton.event.triggers.accepted.v1",
    ...json,
  };
  return { status: 202, headers, body: text };
}

function encodeBody({ listener, uid, eventId = "", errorMessage = "" }: AnswerBody): string {
  const optional = (name: string, value: string) => (value === "" ? "" : `,"${name}":${encodeGoString(value)}`);
  return (
    `{"eventListener":${encodeGoString(listener.name)}${optional("namespace", listener.namespace)}` +
    `,"eventListenerUID":${encodeGoString(uid)}${optional("errorMessage", errorMessage)}${optional("eventID", eventId)}}`
  );
}

const structuredTypes: ReadonlySet<string> = new Set([
  "application/cloudevents+json",
  "application/cloudevents-batch+json",
]);
const isStructured = rememberNames((contentType) =>
  structuredTypes.has((contentType.split(";")[0] ?? "").trim().toLowerCase()),
);
const specVersions: ReadonlySet<string> = new Set(["1.0", "0.3"]);

function isCloudEvent(header: EventHeader): boolean {
  return isStructured(header["Content-Type"]?.[0] ?? "") || specVersions.has(header["Ce-Specversion"]?.[0] ?? "");
}

/** Sends an answer, with just the headers that Go's server would send. */
export function sendAnswer(response: ServerResponse, { status, headers, body }: SinkAnswer): void {
  if (response.headersSent || response.destroyed) return;
  // Node announces keep-alive, which is what HTTP/1.1 means anyway; Go's server does not.
  if (response.shouldKeepAlive) response.removeHeader("connection");
  response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

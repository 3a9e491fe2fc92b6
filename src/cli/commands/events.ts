import { writeFileSync } from "node:fs";
import type { EventSummary } from "../../dashboard/event-model.ts";
import { decodeGoUtf8 } from "../../json/go-utf8.ts";
import { visibleLine } from "../../offline/yaml-text.ts";
import { err, ok, type Result } from "../../result.ts";
import { formatAge } from "../age.ts";
import { endpointFailure, openEndpoints } from "../endpoints.ts";
import { type EventFilters, findEvent, getFoundEvent, listEvents as listStored, noEventsText } from "../event-query.ts";
import { eventName, explanationLines, verdictsText } from "../event-text.ts";
import { type Failure, failure } from "../failure.ts";
import { formatObject, listOf, type OutputFormat } from "../output.ts";
import { formatTable } from "../table.ts";

export interface EventsOptions extends EventFilters {
  readonly output?: OutputFormat;
}

const defaultLimit = 50;

/** `tektite events list`: what came in and what became of it, newest first. */
export async function listEvents(options: EventsOptions): Promise<Result<void, Failure>> {
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const filters = { limit: defaultLimit, ...options };
  const { output } = options;
  if (output === "json" || output === "yaml") {
    const objects = await listStored(connection.value, "events?view=full", filters);
    if (!objects.ok) return objects;
    process.stdout.write(formatObject(listOf(objects.value), output));
    return ok(undefined);
  }
  const events = await listStored(connection.value, "events", filters);
  if (!events.ok) return events;
  if (output === "name") {
    for (const { id } of events.value) process.stdout.write(`${eventName(id)}\n`);
    return ok(undefined);
  }
  if (events.value.length === 0) {
    process.stderr.write(`${noEventsText(connection.value, options)}\n`);
    return ok(undefined);
  }
  const isWide = output === "wide";
  const all = options.allNamespaces === true;
  const nowMs = Date.now();
  const rows = events.value.map((event) => [
    ...(all ? [event.namespace] : []),
    event.id,
    formatAge(nowMs - Date.parse(event.receivedAt)),
    event.listener,
    visibleLine(event.type || "---"),
    visibleLine(event.repository ?? "---"),
    ...(isWide ? wideCells(event) : []),
    verdictsText(event),
  ]);
  const header = [
    ...(all ? ["NAMESPACE"] : []),
    "ID",
    "AGE",
    "LISTENER",
    "EVENT",
    "REPOSITORY",
    ...(isWide ? ["SENDER", "PATH", "DELIVERY", "REPLAY OF"] : []),
    "VERDICTS",
  ];
  process.stdout.write(formatTable(header, rows));
  return ok(undefined);
}

function wideCells({
  remoteAddress = "---",
  url,
  deliveryId = "---",
  replayOf = "---",
}: EventSummary): readonly string[] {
  return [remoteAddress, url, deliveryId, replayOf].map(visibleLine);
}

/** `tektite events show`: all that is stored of an event. */
export async function showEvent(id: string | undefined, options: EventsOptions): Promise<Result<void, Failure>> {
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const { output } = options;
  if (output === "json" || output === "yaml") {
    const object = await getFoundEvent(connection.value, "events/:namespace/:id?view=full", id, options);
    if (!object.ok) return object;
    process.stdout.write(formatObject(object.value, output));
    return ok(undefined);
  }
  const event = await getFoundEvent(connection.value, "events/:namespace/:id", id, options);
  if (!event.ok) return event;
  if (output === "name") {
    process.stdout.write(`${eventName(event.value.id)}\n`);
    return ok(undefined);
  }
  const { namespace, method, url, headers, bodyBytes } = event.value;
  const body = await connection.value.endpoints.getText("events/:namespace/:id/body", {
    namespace,
    id: event.value.id,
  });
  if (!body.ok) return err(endpointFailure(body.error));
  const field = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`${`${name}:`.padEnd(14)} ${visibleLine(value)}`];
  const lines = [
    ...field("ID", event.value.id),
    ...field("Listener", `${namespace}/${event.value.listener}`),
    ...field("Received", event.value.receivedAt),
    ...field("Sender", event.value.remoteAddress),
    ...field("Delivery", event.value.deliveryId),
    ...field("Replay of", event.value.replayOf),
    ...field("Repository", event.value.repository),
    ...field("Request", `${method} ${url}`),
    "",
    "Headers",
    ...headers.map(({ name, value }) => visibleLine(`  ${name}: ${value}`)),
    "",
    `Body (${bodyBytes} bytes)`,
    ...bodyLines(body.value).map((line) => `  ${visibleLine(line)}`),
    "",
    "Verdicts",
    ...explanationLines(event.value).map((line) => `  ${line}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return ok(undefined);
}

function bodyLines(body: Uint8Array): readonly string[] {
  const text = decodeGoUtf8(body);
  try {
    return JSON.stringify(JSON.parse(text), null, 2).split("\n");
  } catch {
    return text.split(/\r?\n/);
  }
}

/** `tektite events explain`: why each trigger did or did not run, in plain words. */
export async function explainEvent(id: string | undefined, options: EventsOptions): Promise<Result<void, Failure>> {
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const found = await getFoundEvent(connection.value, "events/:namespace/:id", id, options);
  if (!found.ok) return found;
  const event = found.value;
  const { listener, namespace, repository, silence, triggers } = event;
  if (options.output === "json" || options.output === "yaml") {
    const document = {
      event: event.id,
      ...(silence === undefined ? {} : { summary: silence }),
      triggers: triggers.map(({ title, state, summary, details }) => ({ trigger: title, state, summary, details })),
    };
    process.stdout.write(formatObject(document, options.output));
    return ok(undefined);
  }
  const type = event.type || "an event of no known kind";
  const what = repository === undefined ? type : `${type} of ${repository}`;
  const age = formatAge(Date.now() - Date.parse(event.receivedAt));
  const title = `Event ${event.id}: ${what}, received ${age} ago by EventListener ${namespace}/${listener}.`;
  const isRejected = triggers.some(({ state }) => state === "rejected");
  const where = namespace === connection.value.namespace && options.namespace === undefined ? "" : ` -n ${namespace}`;
  const hint = `\`tektite doctor el ${listener}${where}\` finds out why the sender could not be verified.`;
  const lines = [visibleLine(title), ...explanationLines(event, { hasDetails: true }), ...(isRejected ? [hint] : [])];
  process.stdout.write(`${lines.join("\n")}\n`);
  return ok(undefined);
}

export interface ExportOptions extends EventsOptions {
  readonly format: "http" | "test";
  readonly file?: string;
}

/** `tektite events export`: an event as a request file, or as a test for `tektite test`. */
export async function exportEvent(id: string | undefined, options: ExportOptions): Promise<Result<void, Failure>> {
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const key = await findEvent(connection.value, id, options);
  if (!key.ok) return key;
  const { endpoints } = connection.value;
  const event = { ...key.value };
  try {
    if (options.format === "http") {
      const request = await endpoints.getText("events/:namespace/:id/request", event);
      if (!request.ok) return err(endpointFailure(request.error));
      write(options.file, request.value);
      return ok(undefined);
    }
    const test = await endpoints.get("events/:namespace/:id/test", event);
    if (!test.ok) return err(endpointFailure(test.error));
    if (test.value.bodyFile !== undefined) {
      const body = await endpoints.getText("events/:namespace/:id/body", event);
      if (!body.ok) return err(endpointFailure(body.error));
      writeFileSync(test.value.bodyFile, body.value);
    }
    write(options.file, test.value.text);
    return ok(undefined);
  } catch (error) {
    return err(failure(`the file cannot be written: ${error instanceof Error ? error.message : String(error)}`));
  }
}

function write(file: string | undefined, content: string | Uint8Array): void {
  if (file === undefined) process.stdout.write(content);
  else writeFileSync(file, content);
}

import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { K8sObject } from "../../api/object.ts";
import { decodeGoUtf8 } from "../../json/go-utf8.ts";
import { exportRequest, exportTest } from "../../offline/event-export.ts";
import { visibleLine } from "../../offline/yaml-text.ts";
import { err, ok, type Result } from "../../result.ts";
import type { PairRecord, StoredEvent } from "../../triggers/event-journal.ts";
import { eventApi, eventKind, readEventObject } from "../../triggers/event-object.ts";
import { explainPairs, explainSilence } from "../../triggers/explain.ts";
import { formatAge } from "../age.ts";
import { readChange } from "../backtest/changed-configuration.ts";
import { replayWith } from "../backtest/replay-with.ts";
import { type Connection, connect } from "../connection.ts";
import {
  type EventFilters,
  eventsFailure,
  fetchEvent,
  fetchEvents,
  followEvents,
  noEventsText,
  readEvent,
} from "../event-query.ts";
import { apiFailure, type Failure, failure, usageFailure } from "../failure.ts";
import { formatObject, listOf, type OutputFormat } from "../output.ts";
import { formatTable } from "../table.ts";

export interface EventsOptions extends EventFilters {
  readonly output?: OutputFormat;
}

const defaultLimit = 50;

/** `tektite events list`: what came in and what became of it, newest first. */
export async function listEvents(options: EventsOptions): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const { output } = options;
  const listed = await fetchEvents(
    connection.value,
    { limit: defaultLimit, ...options },
    { isFull: output === "json" || output === "yaml" },
  );
  if (!listed.ok) return listed;
  switch (output) {
    case "json":
    case "yaml":
      process.stdout.write(formatObject(listOf(listed.value), output));
      return ok(undefined);
    case "name":
      for (const { metadata } of listed.value) process.stdout.write(`${eventName(metadata.name ?? "")}\n`);
      return ok(undefined);
  }
  const events = readAll(listed.value);
  if (!events.ok) return events;
  if (events.value.length === 0) {
    process.stderr.write(`${noEventsText(connection.value, options)}\n`);
    return ok(undefined);
  }
  const isWide = output === "wide";
  const all = options.allNamespaces === true;
  const nowMs = Date.now();
  const rows = events.value.map((stored) => [
    ...(all ? [stored.event.listener.namespace] : []),
    stored.event.id,
    formatAge(nowMs - stored.event.receivedAtMs),
    stored.event.listener.name,
    visibleLine(typeOf(stored) ?? "---"),
    visibleLine(stored.event.repository ?? "---"),
    ...(isWide ? wideCells(stored) : []),
    verdictsText(stored),
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

/** `tektite events show`: all that is stored of an event. */
export async function showEvent(id: string | undefined, options: EventsOptions): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const object = await fetchEvent(connection.value, id, options);
  if (!object.ok) return object;
  if (options.output === "json" || options.output === "yaml") {
    process.stdout.write(formatObject(object.value, options.output));
    return ok(undefined);
  }
  if (options.output === "name") {
    process.stdout.write(`${eventName(object.value.metadata.name ?? "")}\n`);
    return ok(undefined);
  }
  const stored = readEventObject(object.value);
  if (!stored.ok) return err(failure(stored.error));
  const { event } = stored.value;
  const field = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`${`${name}:`.padEnd(14)} ${visibleLine(value)}`];
  const lines = [
    ...field("ID", event.id),
    ...field("Listener", `${event.listener.namespace}/${event.listener.name}`),
    ...field("Received", new Date(event.receivedAtMs).toISOString()),
    ...field("Sender", event.remoteAddress),
    ...field("Delivery", event.deliveryId),
    ...field("Replay of", event.replayOf),
    ...field("Repository", event.repository),
    ...field("Request", `${event.method} ${event.url}`),
    "",
    "Headers",
    ...Object.entries(event.header).flatMap(([name, values]) =>
      values.map((value) => visibleLine(`  ${name}: ${value}`)),
    ),
    "",
    `Body (${event.body.length} bytes)`,
    ...bodyLines(event.body).map((line) => `  ${visibleLine(line)}`),
    "",
    "Verdicts",
    ...explanationLines(stored.value, false).map((line) => `  ${line}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return ok(undefined);
}

/** `tektite events explain`: why each trigger did or did not run, in plain words. */
export async function explainEvent(id: string | undefined, options: EventsOptions): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const stored = await readEvent(connection.value, id, options);
  if (!stored.ok) return stored;
  const { event } = stored.value;
  if (options.output === "json" || options.output === "yaml") {
    const silence = explainSilence(stored.value);
    const document = {
      event: event.id,
      ...(silence === undefined ? {} : { summary: silence }),
      triggers: explainPairs(stored.value.pairs),
    };
    process.stdout.write(formatObject(document, options.output));
    return ok(undefined);
  }
  const what = [typeOf(stored.value) ?? "an event of no known kind", event.repository]
    .filter((part) => part !== undefined)
    .join(" of ");
  const age = formatAge(Date.now() - event.receivedAtMs);
  const title = `Event ${event.id}: ${what}, received ${age} ago by EventListener ${event.listener.namespace}/${event.listener.name}.`;
  const isRejected = stored.value.pairs.some(({ state }) => state === "rejected");
  const { name, namespace } = event.listener;
  const where = namespace === connection.value.namespace && options.namespace === undefined ? "" : ` -n ${namespace}`;
  const hint = `\`tektite doctor el ${name}${where}\` finds out why the sender could not be verified.`;
  const lines = [visibleLine(title), ...explanationLines(stored.value, true), ...(isRejected ? [hint] : [])];
  process.stdout.write(`${lines.join("\n")}\n`);
  return ok(undefined);
}

export interface ReplayOptions extends EventsOptions {
  /** Another EventListener of the namespace. */
  readonly to?: string;
  /** Without IDs: all that the filters let through. */
  readonly all?: boolean;
  /** Run with the objects of these files, put over those of the server. */
  readonly filename?: readonly string[];
  /** Wait for the verdicts, and print them. */
  readonly wait?: boolean;
  readonly signal: AbortSignal;
}

/** `tektite events replay`: takes stored events in again, as new events that are linked to them. */
export async function replayEvents(ids: readonly string[], options: ReplayOptions): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const names = await namesToReplay(connection.value, ids, options);
  if (!names.ok) return names;
  if (names.value.length === 0) process.stderr.write(`${noEventsText(connection.value, options)}\n`);
  const { filename = [] } = options;
  if (filename.length > 0) return replayConfigured(connection.value, names.value, { ...options, filename });
  const namespace = connection.value.namespace;
  const replayed: string[] = [];
  for (const name of names.value) {
    const body = {
      apiVersion: `${eventApi.group}/${eventApi.version}`,
      kind: eventKind,
      metadata: { namespace },
      spec: { replayOf: name, ...(options.to === undefined ? {} : { listener: options.to }) },
    };
    const made = await connection.value.client.create(eventApi, body, { namespace });
    if (!made.ok) return err(apiFailure(made.error));
    replayed.push(made.value.metadata.name ?? "");
    process.stdout.write(
      options.output === "name"
        ? `${eventName(made.value.metadata.name ?? "")}\n`
        : `event ${name} replayed as ${made.value.metadata.name}\n`,
    );
  }
  if (options.wait !== true) return ok(undefined);
  for (const name of replayed) {
    const finished = await finishedEvent(connection.value, name, options.signal);
    if (!finished.ok) return finished;
    process.stdout.write(`event ${name}\n`);
    for (const line of explanationLines(finished.value, false)) process.stdout.write(`  ${line}\n`);
  }
  return ok(undefined);
}

async function replayConfigured(
  connection: Connection,
  names: readonly string[],
  options: ReplayOptions & { readonly filename: readonly string[] },
): Promise<Result<void, Failure>> {
  const change = await readChange(connection, options);
  if (!change.ok) return change;
  for (const name of names) {
    const stored = await readEvent(connection, name, {});
    if (!stored.ok) return stored;
    const listener = options.to ?? stored.value.event.listener.name;
    const replay = await replayWith(connection, change.value.changed, stored.value, listener);
    if (replay === undefined) return err(failure(`there is no EventListener ${listener}`));
    process.stdout.write(`event ${name} replayed as ${replay.eventId}\n`);
    const silence = replay.pairs.length === 0 ? ["No trigger looked at it."] : [];
    const lines = [...silence, ...explainPairs(replay.pairs).map(({ summary }) => visibleLine(summary))];
    process.stdout.write(`${lines.map((line) => `  ${line}`).join("\n")}\n`);
  }
  return ok(undefined);
}

export interface ExportOptions extends EventsOptions {
  readonly format: "http" | "test";
  readonly file?: string;
}

/** `tektite events export`: an event as a request file, or as a test for `tektite test`. */
export async function exportEvent(id: string | undefined, options: ExportOptions): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const stored = await readEvent(connection.value, id, options);
  if (!stored.ok) return stored;
  try {
    if (options.format === "http") write(options.file, exportRequest(stored.value));
    else {
      const test = exportTest(stored.value);
      if (test.bodyFile !== undefined) writeFileSync(test.bodyFile, stored.value.event.body);
      write(options.file, test.text);
    }
    return ok(undefined);
  } catch (error) {
    return err(failure(error instanceof Error ? error.message : String(error)));
  }
}

/** How many events are looked at when the command begins, and after a lost connection. */
const tailLimit = 500;
/** How many lines are known to have been told. */
const maxToldLines = 10_000;

/** `tektite events tail`: a line for each verdict, as it comes. */
export async function tailEvents(
  options: EventsOptions & { readonly signal: AbortSignal },
): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const filters = { ...options, since: options.since ?? new Date().toISOString() };
  const changes = followEvents(connection.value, filters, options.signal);
  if (!changes.ok) return changes;
  const told = new Map<string, string>();
  const tell = (stored: StoredEvent): void => {
    for (const { key: trigger, text } of tailLines(stored)) {
      const key = `${stored.event.id} ${trigger}`;
      if (told.get(key) === text) continue;
      told.set(key, text);
      process.stdout.write(`${text}\n`);
      const oldest = told.keys().next();
      if (told.size > maxToldLines && !oldest.done) told.delete(oldest.value);
    }
  };
  let hasBegun = false;
  /** Told once, however often it is tried. */
  let isAway = false;
  for await (const followed of changes.value) {
    if (followed.kind === "refused") {
      const { status } = followed;
      const isPassing = hasBegun && (status.code ?? 500) >= 500;
      if (!isPassing) return err(eventsFailure(status.code ?? 500, status));
      if (!isAway) process.stderr.write(`warning: ${status.message}; trying again\n`);
      isAway = true;
      continue;
    }
    hasBegun = true;
    isAway = false;
    const objects = followed.kind === "change" ? ok([followed.object]) : await fetchNewest(connection.value, filters);
    if (!objects.ok) return objects;
    const events = readAll(objects.value);
    if (!events.ok) return events;
    for (const stored of events.value) tell(stored);
  }
  return ok(undefined);
}

/** Oldest first. */
async function fetchNewest(
  connection: Connection,
  filters: EventFilters,
): Promise<Result<readonly K8sObject[], Failure>> {
  const listed = await fetchEvents(connection, { ...filters, limit: tailLimit });
  return listed.ok ? ok([...listed.value].reverse()) : listed;
}

function tailLines(stored: StoredEvent): readonly { readonly key: string; readonly text: string }[] {
  const { event, isFinished } = stored;
  const time = new Date(event.receivedAtMs).toISOString().slice(11, 23);
  const start = `${time}  ${event.id}  ${event.listener.name}  ${typeOf(stored) ?? "---"}  ${event.repository ?? "---"}`;
  if (stored.pairs.length === 0) {
    return isFinished ? [{ key: "", text: visibleLine(`${start}  no trigger`) }] : [];
  }
  return stored.pairs
    .filter(({ state }) => state !== "running")
    .map((pair) => ({ key: pair.trigger.path, text: visibleLine(`${start}  ${pairText(pair)}`) }));
}

async function namesToReplay(
  connection: Connection,
  ids: readonly string[],
  options: ReplayOptions,
): Promise<Result<readonly string[], Failure>> {
  if (ids.length > 0) {
    const names: string[] = [];
    for (const id of ids) {
      const event = await fetchEvent(connection, id, options);
      if (!event.ok) return event;
      names.push(event.value.metadata.name ?? "");
    }
    return ok(names);
  }
  const { listener, trigger, verdict, repository, since } = options;
  const isFiltered = [listener, trigger, verdict, repository, since].some((filter) => filter !== undefined);
  if (!isFiltered && options.all !== true) {
    return err(usageFailure("name events by ID, or say which with --verdict, --since and the like, or --all"));
  }
  const listed = await fetchEvents(connection, options);
  // Oldest first, as they came.
  return listed.ok ? ok(listed.value.map(({ metadata }) => metadata.name ?? "").reverse()) : listed;
}

async function finishedEvent(
  connection: Connection,
  id: string,
  signal: AbortSignal,
): Promise<Result<StoredEvent, Failure>> {
  for (;;) {
    const stored = await readEvent(connection, id, {});
    if (!stored.ok || stored.value.isFinished || signal.aborted) return stored;
    await sleep(100);
  }
}

function explanationLines(stored: StoredEvent, hasDetails: boolean): readonly string[] {
  const silence = explainSilence(stored);
  if (silence !== undefined) return [silence];
  return explainPairs(stored.pairs).flatMap(({ summary, details }) => [
    visibleLine(summary),
    ...(hasDetails ? details.map((line) => `  ${visibleLine(line)}`) : []),
  ]);
}

function readAll(objects: readonly K8sObject[]): Result<readonly StoredEvent[], Failure> {
  const events: StoredEvent[] = [];
  for (const object of objects) {
    const stored = readEventObject(object);
    if (!stored.ok) return err(failure(stored.error));
    events.push(stored.value);
  }
  return ok(events);
}

/** Headers that say what kind of event it is. */
const typeHeaders = [
  "X-Gitea-Event",
  "X-Forgejo-Event",
  "X-Gogs-Event",
  "X-Github-Event",
  "X-Gitlab-Event",
  "X-Event-Key",
  "Ce-Type",
];

function typeOf({ event }: StoredEvent): string | undefined {
  for (const name of typeHeaders) {
    const value = Object.hasOwn(event.header, name) ? event.header[name]?.[0] : undefined;
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

function wideCells({ event }: StoredEvent): readonly string[] {
  const { remoteAddress = "---", url, deliveryId = "---", replayOf = "---" } = event;
  return [remoteAddress, url, deliveryId, replayOf].map(visibleLine);
}

function verdictsText({ pairs, isFinished }: StoredEvent): string {
  if (pairs.length === 0) return isFinished ? "no trigger" : "waiting";
  return pairs.map(pairText).join(", ");
}

function pairText({ trigger, state, created }: PairRecord): string {
  const name = visibleLine(trigger.name === "" ? trigger.path : trigger.name);
  const objects = created.map((object) => object.name).join(" ");
  return state === "created" && objects !== "" ? `${name}: created ${objects}` : `${name}: ${state}`;
}

function bodyLines(body: Uint8Array): readonly string[] {
  const text = decodeGoUtf8(body);
  try {
    return JSON.stringify(JSON.parse(text), null, 2).split("\n");
  } catch {
    return text.split(/\r?\n/);
  }
}

function eventName(id: string): string {
  return `triggerevent.${eventApi.group}/${id}`;
}

function write(file: string | undefined, content: string | Uint8Array): void {
  if (file === undefined) process.stdout.write(content);
  else writeFileSync(file, content);
}

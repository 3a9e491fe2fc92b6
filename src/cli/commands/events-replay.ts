import { setTimeout as sleep } from "node:timers/promises";
import type { EventView } from "../../dashboard/views/event-view.ts";
import { visibleLine } from "../../offline/yaml-text.ts";
import { err, ok, type Result } from "../../result.ts";
import { readEventObject } from "../../triggers/event-object.ts";
import { explainPairs } from "../../triggers/explain.ts";
import { type EndpointConnection, endpointFailure, openEndpoints } from "../endpoints.ts";
import { type EventKey, findEvent, isFiltered, listEvents, noEventsText } from "../event-query.ts";
import { eventName, explanationLines } from "../event-text.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";
import type { EventsOptions } from "./events.ts";

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
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const events = await chosenEvents(connection.value, ids, options);
  if (!events.ok) return events;
  if (events.value.length === 0) process.stderr.write(`${noEventsText(connection.value, options)}\n`);
  const { filename = [], to: listener } = options;
  if (filename.length > 0) return replayConfigured(connection.value, events.value, { filename, listener });
  const { endpoints } = connection.value;
  const replayed: EventKey[] = [];
  let refused = 0;
  for (const event of events.value) {
    const body = listener === undefined ? {} : { listener };
    const made = await endpoints.post("events/:namespace/:id/replay", { ...event }, body);
    if (!made.ok) {
      const { message, exitCode } = endpointFailure(made.error);
      // About this event alone, whose listener may be gone: what stands for the others is another matter.
      const isOwn = made.error.reason === "Conflict" || made.error.reason === "NotFound";
      if (!isOwn || events.value.length === 1) return err({ message, exitCode });
      process.stderr.write(`event ${event.id} was not replayed: ${message}\n`);
      refused++;
      continue;
    }
    replayed.push(made.value);
    const { id } = made.value;
    process.stdout.write(`${options.output === "name" ? eventName(id) : `event ${event.id} replayed as ${id}`}\n`);
  }
  const outcome = refused === 0 ? ok(undefined) : err(failure(`${refused} of ${events.value.length} not replayed`));
  if (options.wait !== true) return outcome;
  for (const event of replayed) {
    const finished = await finishedEvent(connection.value, event, options.signal);
    if (!finished.ok) return finished;
    process.stdout.write(`event ${event.id}\n`);
    for (const line of explanationLines(finished.value)) process.stdout.write(`  ${line}\n`);
  }
  return outcome;
}

/** With another configuration: the engine runs here, so that whoever has the files needs the rights to create. */
async function replayConfigured(
  connection: EndpointConnection,
  events: readonly EventKey[],
  options: { readonly filename: readonly string[]; readonly listener: string | undefined },
): Promise<Result<void, Failure>> {
  const { readChange } = await import("../backtest/changed-configuration.ts");
  const { replayWith } = await import("../backtest/replay-with.ts");
  const change = await readChange(connection, options);
  if (!change.ok) return change;
  for (const event of events) {
    const object = await connection.endpoints.get("events/:namespace/:id?view=full", { ...event });
    if (!object.ok) return err(endpointFailure(object.error));
    const stored = readEventObject(object.value);
    if (!stored.ok) return err(failure(stored.error));
    const listener = options.listener ?? stored.value.event.listener.name;
    const replay = await replayWith(connection, change.value.changed, stored.value, listener);
    if (replay === undefined) return err(failure(`there is no EventListener ${listener}`));
    process.stdout.write(`event ${event.id} replayed as ${replay.eventId}\n`);
    const silence = replay.pairs.length === 0 ? ["No trigger looked at it."] : [];
    const lines = [...silence, ...explainPairs(replay.pairs).map(({ summary }) => visibleLine(summary))];
    process.stdout.write(`${lines.map((line) => `  ${line}`).join("\n")}\n`);
  }
  return ok(undefined);
}

/** By ID, or by the filters; oldest first, as they came. */
async function chosenEvents(
  connection: EndpointConnection,
  ids: readonly string[],
  options: ReplayOptions,
): Promise<Result<readonly EventKey[], Failure>> {
  if (ids.length > 0) {
    const events: EventKey[] = [];
    for (const id of ids) {
      const event = await findEvent(connection, id, options);
      if (!event.ok) return event;
      events.push(event.value);
    }
    return ok(events);
  }
  if (!isFiltered(options) && options.all !== true) {
    return err(usageFailure("name events by ID, or say which with --verdict, --since and the like, or --all"));
  }
  const listed = await listEvents(connection, "events", options);
  return listed.ok ? ok(listed.value.map(({ namespace, id }) => ({ namespace, id })).reverse()) : listed;
}

const waitPauseMs = 100;

async function finishedEvent(
  { endpoints }: EndpointConnection,
  event: EventKey,
  signal: AbortSignal,
): Promise<Result<EventView, Failure>> {
  for (;;) {
    const view = await endpoints.get("events/:namespace/:id", { ...event });
    if (!view.ok) return err(endpointFailure(view.error));
    if (view.value.isFinished || signal.aborted) return view;
    await sleep(waitPauseMs);
  }
}

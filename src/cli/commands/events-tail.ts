import type { EventSummary } from "../../dashboard/event-model.ts";
import { visibleLine } from "../../offline/yaml-text.ts";
import { err, ok, type Result } from "../../result.ts";
import { endpointFailure, openEndpoints } from "../endpoints.ts";
import { type EventFilters, eventValues } from "../event-query.ts";
import { verdictText } from "../event-text.ts";
import type { Failure } from "../failure.ts";

/** How many lines are known to have been told. */
const maxToldLines = 10_000;

/** `tektite events tail`: a line for each verdict, as it comes. */
export async function tailEvents(
  options: EventFilters & { readonly signal: AbortSignal },
): Promise<Result<void, Failure>> {
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const values = eventValues(connection.value, options);
  if (!values.ok) return values;
  const records = await connection.value.endpoints.follow("events?follow=true", values.value);
  if (!records.ok) return err(endpointFailure(records.error));
  const told = new Map<string, string>();
  for await (const record of records.value) {
    if (record.kind === "problem") {
      if (record.isOver) return err(endpointFailure(record.status));
      process.stderr.write(`warning: ${record.status.message}; trying again\n`);
      continue;
    }
    for (const { key, text } of tailLines(record.event)) {
      if (told.get(key) === text) continue;
      told.set(key, text);
      process.stdout.write(`${text}\n`);
      const oldest = told.keys().next();
      if (told.size > maxToldLines && !oldest.done) told.delete(oldest.value);
    }
  }
  return ok(undefined);
}

function tailLines(event: EventSummary): readonly { readonly key: string; readonly text: string }[] {
  const { id, listener, type, repository = "---", receivedAt, verdicts, isFinished } = event;
  const start = `${receivedAt.slice(11, 23)}  ${id}  ${listener}  ${type || "---"}  ${repository}`;
  if (verdicts.length === 0) return isFinished ? [{ key: id, text: visibleLine(`${start}  no trigger`) }] : [];
  return verdicts
    .filter(({ state }) => state !== "running")
    .map((verdict) => ({
      key: `${id} ${verdict.path}`,
      text: visibleLine(`${start}  ${verdictText(verdict)}`),
    }));
}

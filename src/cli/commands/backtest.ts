import { encodeObject } from "../../json/object-text.ts";
import { type JsonObject, type JsonValue, member } from "../../json/value.ts";
import { calling, offline } from "../../offline/outgoing.ts";
import { outcomeText, triggerText } from "../../offline/verdict-text.ts";
import { visibleLine } from "../../offline/yaml-text.ts";
import { err, ok, type Result } from "../../result.ts";
import { readEventObject } from "../../triggers/event-object.ts";
import type { PlannedObject } from "../../triggers/render.ts";
import type { TriggerVerdict } from "../../triggers/verdict.ts";
import { Backtest, type EventChange } from "../backtest/backtest.ts";
import { readChange } from "../backtest/changed-configuration.ts";
import type { RunChange, ValueChange } from "../backtest/compare-runs.ts";
import { openEndpoints } from "../endpoints.ts";
import { type EventFilters, readEvents } from "../event-query.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";
import { formatObject } from "../output.ts";
import { expectShortLivedObjects } from "../short-lived-objects.ts";

export interface BacktestOptions extends EventFilters {
  readonly filename: readonly string[];
  readonly recursive?: boolean;
  readonly callRemote?: boolean;
  readonly output?: "text" | "json" | "yaml";
}

/**
 * `tektite backtest`: what the objects of files, put over those of the server, would have done to the stored events.
 * Nothing is created. Exit code 2 when a file is wrong.
 */
export async function backtest(options: BacktestOptions): Promise<Result<void, Failure>> {
  if (options.filename.length === 0) return err(usageFailure("no configuration is given: -f FILE (may be repeated)"));
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const change = await readChange(connection.value, options);
  if (!change.ok) return change;
  const { current, changed } = change.value;
  const outgoing = options.callRemote === true ? calling(changed.caBundles()) : offline;
  expectShortLivedObjects();
  const run = new Backtest(current, changed, {
    outgoing,
    ...(options.trigger === undefined ? {} : { trigger: options.trigger }),
  });
  const compared: EventChange[] = [];
  const counts = { added: 0, removed: 0, changed: 0, broken: 0, same: 0 };
  let count = 0;
  let problem: string | undefined;
  const { trigger: _trigger, ...filters } = options;
  const read = await readEvents(connection.value, "events?view=full", filters, async (page) => {
    for (const object of page) {
      const stored = readEventObject(object);
      if (!stored.ok) {
        problem = stored.error;
        return;
      }
      count++;
      const { changes } = await run.compare(stored.value);
      for (const { kind } of changes) counts[kind]++;
      const different = changes.filter(({ kind }) => kind !== "same");
      // Without their bodies, or the events of a month would fill the memory.
      const event = { ...stored.value.event, body: new Uint8Array(0) };
      if (different.length > 0) compared.push({ stored: { ...stored.value, event }, changes: different });
    }
  });
  if (!read.ok) return read;
  if (problem !== undefined) return err(failure(problem));
  process.stdout.write(format(compared, { events: count, ...counts }, options.output ?? "text"));
  return ok(undefined);
}

interface Counts extends Readonly<Record<RunChange["kind"], number>> {
  readonly events: number;
}

function format(compared: readonly EventChange[], counts: Counts, output: "text" | "json" | "yaml"): string {
  if (output !== "text") {
    const items = compared.flatMap(({ stored, changes }) =>
      changes.map((change) => ({ event: stored.event.id, ...document(change) })),
    );
    return formatObject({ ...counts, runs: items }, output);
  }
  const lines = compared.flatMap(({ stored, changes }) => {
    const { id, receivedAtMs, repository } = stored.event;
    const title = `event ${id}  ${new Date(receivedAtMs).toISOString()}  ${repository ?? ""}`.trimEnd();
    return [title, ...changes.flatMap(changeLines).map((line) => `  ${line}`)];
  });
  const summary = `events: ${counts.events}, runs added: ${counts.added}, removed: ${counts.removed}, changed: ${counts.changed}, the same: ${counts.same}`;
  const broken = counts.broken === 0 ? "" : `, failing: ${counts.broken}`;
  return `${[...lines, summary + broken].map(visibleLine).join("\n")}\n`;
}

function document(change: RunChange): JsonObject {
  return { kind: change.kind, ...(change as unknown as JsonObject) };
}

function changeLines(change: RunChange): readonly string[] {
  switch (change.kind) {
    case "added":
      return [
        `+ ${triggerText(change.after)} would run: ${objectsText(change.after)}`,
        ...change.after.params.map(({ name, value }) => `    param ${name} = ${JSON.stringify(value)}`),
        `    so far: ${stateText(change.before)}`,
      ];
    case "removed":
      return [
        `- ${triggerText(change.before)} would not run: ${objectsText(change.before)}`,
        `    it would be: ${stateText(change.after)}`,
      ];
    case "changed":
      return [
        `~ ${triggerText(change.after)} would run differently: ${objectsText(change.after)}`,
        ...change.params.map((param) => `    param ${changeText(param)}`),
        ...change.objects.flatMap((changes, index) => {
          const planned = change.after.objects[index] ?? change.before.objects[index];
          return changes.map(
            (one) => `    ${planned === undefined ? "" : `${objectText(planned)}: `}${changeText(one)}`,
          );
        }),
      ];
    case "broken":
      return [
        `! ${triggerText(change.after)} would be ${stateText(change.after)}`,
        `    so far: ${stateText(change.before)}`,
      ];
    case "same":
      return [];
    default:
      return change satisfies never;
  }
}

function stateText(verdict: TriggerVerdict | undefined): string {
  return verdict === undefined ? "there is no such trigger" : outcomeText(verdict.outcome, verdict);
}

function objectsText({ objects }: TriggerVerdict): string {
  return objects.map(objectText).join(", ");
}

function objectText({ object, namespace }: PlannedObject): string {
  const metadata = member(object, "metadata");
  const name = member(metadata, "name") ?? `${String(member(metadata, "generateName") ?? "")}…`;
  return `${String(member(object, "kind"))} ${namespace === undefined ? "" : `${namespace}/`}${String(name)}`;
}

function changeText({ what, before, after }: ValueChange): string {
  return `${what}: ${valueText(before)} -> ${valueText(after)}`;
}

function valueText(value: JsonValue | undefined): string {
  return value === undefined ? "nothing" : encodeObject(value);
}

import type { EventSummary, VerdictSummary } from "../dashboard/event-model.ts";
import type { EventView } from "../dashboard/views/event-view.ts";
import { visibleLine } from "../offline/yaml-text.ts";
import { eventApi } from "../triggers/event-object.ts";

/** What became of an event, in a cell. */
export function verdictsText({ verdicts, isFinished }: EventSummary): string {
  if (verdicts.length === 0) return isFinished ? "no trigger" : "waiting";
  return verdicts.map(verdictText).join(", ");
}

/** `push: created hello-x7k2p`, `push: filtered`. */
export function verdictText({ trigger, state, created }: VerdictSummary): string {
  const objects = created.map(({ name }) => name).join(" ");
  return visibleLine(state === "created" && objects !== "" ? `${trigger}: created ${objects}` : `${trigger}: ${state}`);
}

/** Why each trigger did or did not run, a sentence each; `hasDetails`: with what it is based on. */
export function explanationLines(
  { silence, triggers }: Pick<EventView, "silence" | "triggers">,
  { hasDetails = false }: { readonly hasDetails?: boolean } = {},
): readonly string[] {
  if (silence !== undefined) return [silence];
  return triggers.flatMap(({ summary, details }) => [
    visibleLine(summary),
    ...(hasDetails ? details.map((line) => `  ${visibleLine(line)}`) : []),
  ]);
}

/** The event as `-o name` names it. */
export function eventName(id: string): string {
  return `triggerevent.${eventApi.group}/${id}`;
}

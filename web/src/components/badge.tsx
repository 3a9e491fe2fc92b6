import type { ReactNode } from "react";
import type { VerdictState } from "../../../src/dashboard/event-model.ts";
import type { TaskState } from "../../../src/dashboard/views/run-view.ts";
import { useMessages } from "../messages/messages-provider.tsx";

/** The state of a run, task or step. */
export function StateBadge({
  state,
  reason,
}: {
  readonly state: TaskState | "waiting";
  readonly reason?: string;
}): ReactNode {
  const messages = useMessages();
  return (
    <span className={`badge ${state}`} title={reason}>
      {messages.stateNames[state]}
    </span>
  );
}

/** What became of an event at a trigger; `name` says it in other words. */
export function VerdictBadge({
  state,
  name,
}: {
  readonly state: VerdictState | "none";
  readonly name?: string | undefined;
}): ReactNode {
  const { verdictNames } = useMessages();
  return <span className={`badge ${state}`}>{name ?? verdictNames[state]}</span>;
}

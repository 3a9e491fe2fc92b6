import type { ReactNode } from "react";
import type { RunStep } from "../../../../src/dashboard/views/run-view.ts";
import { StateBadge } from "../../components/badge.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { Duration } from "../../components/time.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";

/** Steps, or sidecars, with how they ended. */
export function StepTable({
  steps,
  label,
  logs,
}: {
  readonly steps: readonly RunStep[];
  readonly label: string;
  /** A link to a step's output. */
  readonly logs?: (step: RunStep) => ReactNode;
}): ReactNode {
  const messages = useMessages();
  if (steps.length === 0) return null;
  return (
    <DataTable
      label={label}
      rows={steps}
      rowKey={({ name }) => name}
      columns={[
        { heading: messages.name, cell: ({ name }) => <code>{name}</code> },
        { heading: messages.state, cell: ({ state }) => <StateBadge state={state} /> },
        { heading: messages.runPage.exitCode, cell: ({ exitCode }) => exitCode },
        {
          heading: messages.duration,
          cell: ({ startedAt, completedAt }) => <Duration from={startedAt} to={completedAt} />,
        },
        { heading: messages.reason, cell: ({ reason }) => reason !== "" && <span lang="en">{reason}</span> },
        ...(logs === undefined ? [] : [{ heading: messages.logs, cell: logs }]),
      ]}
    />
  );
}

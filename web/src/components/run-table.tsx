import type { ReactNode } from "react";
import { Link } from "wouter";
import type { RunSummary } from "../../../src/dashboard/run-model.ts";
import { useLinkTo } from "../link-to.ts";
import { useMessages } from "../messages/messages-provider.tsx";
import { StateBadge } from "./badge.tsx";
import { DataTable } from "./data-table.tsx";
import { Duration, TimeAgo } from "./time.tsx";
import { VirtualTable } from "./virtual-table.tsx";

/** A longer table is drawn in part. */
const fewRuns = 60;

/** Runs in a table, each with its state and the event that caused it. */
export function RunTable({ label, runs }: { readonly label: string; readonly runs: readonly RunSummary[] }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const Table = runs.length > fewRuns ? VirtualTable : DataTable;
  return (
    <Table
      label={label}
      rows={runs}
      rowKey={({ kind, namespace, name }) => `${kind}/${namespace}/${name}`}
      columns={[
        {
          heading: messages.run,
          cell: ({ kind, namespace, name }) => (
            <Link href={linkTo(["runs", kind, namespace, name])}>
              {namespace}/{name}
            </Link>
          ),
        },
        { heading: messages.state, cell: ({ state, reason }) => <StateBadge state={state} reason={reason} /> },
        { heading: messages.started, cell: ({ startedAt, createdAt }) => <TimeAgo at={startedAt ?? createdAt} /> },
        {
          heading: messages.duration,
          cell: ({ startedAt, completedAt }) => <Duration from={startedAt} to={completedAt} />,
        },
        {
          heading: messages.causedBy,
          cell: ({ namespace, eventId, listener = "", trigger = "" }) =>
            eventId !== undefined && (
              <Link href={linkTo(["events", namespace, eventId])}>
                {[listener, trigger].filter((part) => part !== "").join(" / ") || eventId}
              </Link>
            ),
        },
        {
          heading: messages.message,
          cell: ({ state, message }) => state !== "succeeded" && <span className="clip">{message}</span>,
        },
      ]}
    />
  );
}

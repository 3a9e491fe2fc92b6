import type { ReactNode } from "react";
import { Link } from "wouter";
import type { RunDetail, RunTask } from "../../../../src/dashboard/views/run-view.ts";
import { StateBadge } from "../../components/badge.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { Duration, TimeAgo } from "../../components/time.tsx";
import { VirtualTable } from "../../components/virtual-table.tsx";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { TaskName } from "./task-name.tsx";
import { firstStart } from "./task-of-graph.ts";

/** A longer table is drawn in part. */
const fewTasks = 100;

/** The tasks of a run as text: what the graph shows, and why a task was skipped or failed. */
export function TaskTable({
  run,
  onChoose,
}: {
  readonly run: RunDetail;
  readonly onChoose: (task: string) => void;
}): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const after = new Map(run.graph.map((entry) => [entry.task, entry.after]));
  const path = ["runs", run.kind, run.namespace, run.name, "logs"];
  const Table = run.tasks.length > fewTasks ? VirtualTable : DataTable;
  return (
    <Table
      label={messages.tasks}
      rows={run.tasks}
      rowKey={({ task, name }) => name ?? task}
      columns={[
        {
          heading: messages.task,
          cell: (task) => <TaskName task={task} onChoose={onChoose} />,
        },
        { heading: messages.state, cell: ({ state, reason }) => <StateBadge state={state} reason={reason} /> },
        { heading: messages.runPage.waitsFor, cell: ({ task }) => after.get(task)?.join(", ") },
        { heading: messages.started, cell: (task) => <TimeAgo at={firstStart(task)} /> },
        {
          heading: messages.duration,
          cell: (task) => <Duration from={firstStart(task)} to={task.completedAt} />,
        },
        { heading: messages.steps, cell: (task) => <StepStates task={task} /> },
        {
          heading: messages.message,
          cell: ({ state, reason, message, when }) =>
            state !== "succeeded" && (
              <span className="clip" lang="en">
                {message === "" ? reason : message}
                {state === "skipped" && when.length > 0 && `: ${when.join("; ")}`}
              </span>
            ),
        },
        {
          heading: messages.logs,
          cell: ({ name, kind }) =>
            name !== undefined &&
            kind === "TaskRun" && <Link href={linkTo(path, { taskRun: name })}>{messages.logs}</Link>,
        },
      ]}
    />
  );
}

function StepStates({ task }: { readonly task: RunTask }): ReactNode {
  if (task.steps.length === 0) return null;
  return (
    <ul className="plain">
      {task.steps.map(({ name, state, exitCode }) => (
        <li key={name}>
          {name} <StateBadge state={state} />
          {exitCode !== undefined && exitCode !== 0 && ` ${exitCode}`}
        </li>
      ))}
    </ul>
  );
}

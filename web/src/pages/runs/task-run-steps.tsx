import type { ReactNode } from "react";
import { Link } from "wouter";
import type { RunDetail } from "../../../../src/dashboard/views/run-view.ts";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { StepTable } from "./step-table.tsx";
import { TaskAttempts } from "./task-attempts.tsx";

/** The steps of a TaskRun, its sidecars and earlier attempts. */
export function TaskRunSteps({ run }: { readonly run: RunDetail }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const task = run.tasks[0];
  if (task === undefined) return null;
  const path = ["runs", run.kind, run.namespace, run.name, "logs"];
  return (
    <>
      {task.steps.length === 0 && <p className="empty">{messages.noLog}</p>}
      <StepTable
        steps={task.steps}
        label={messages.steps}
        logs={({ name, state }) =>
          state !== "waiting" && <Link href={linkTo(path, { taskRun: run.name, step: name })}>{messages.logs}</Link>
        }
      />
      <TaskAttempts attempts={task.attempts} />
      {task.sidecars.length > 0 && (
        <>
          <h3>{messages.runPage.sidecars}</h3>
          <StepTable steps={task.sidecars} label={messages.runPage.sidecars} />
        </>
      )}
    </>
  );
}

import type { ReactNode } from "react";
import { Link } from "wouter";
import type { RunDetail, RunTask } from "../../../../src/dashboard/views/run-view.ts";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { taskTitle } from "./task-title.ts";

/** Enough to see what went wrong; the graph has them all. */
const maxShown = 5;

/** What failed in a PipelineRun, in the words of its tasks: its own message only counts them. */
export function FailedTasks({ run }: { readonly run: RunDetail }): ReactNode {
  const messages = useMessages();
  const failed = run.tasks.filter(({ state }) => state === "failed");
  if (run.kind !== "pipelineruns" || failed.length === 0) return null;
  return (
    <>
      <ul className="plain failed-tasks" aria-label={messages.runPage.failedTasks}>
        {failed.slice(0, maxShown).map((task) => (
          <FailedTask key={task.name ?? task.task} run={run} task={task} />
        ))}
      </ul>
      {failed.length > maxShown && <p className="muted">{messages.runPage.moreFailed(failed.length - maxShown)}</p>}
    </>
  );
}

function FailedTask({ run, task }: { readonly run: RunDetail; readonly task: RunTask }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const path = ["runs", run.kind, run.namespace, run.name];
  return (
    <li>
      <Link href={linkTo(path, { task: task.task })}>{taskTitle(task)}</Link>{" "}
      <span lang="en">{task.message === "" ? task.reason : task.message}</span>{" "}
      {task.name !== undefined && task.kind === "TaskRun" && task.steps.length > 0 && (
        <Link href={linkTo([...path, "logs"], { taskRun: task.name })}>{messages.logs}</Link>
      )}
    </li>
  );
}

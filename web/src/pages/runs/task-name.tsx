import type { ReactNode } from "react";
import type { RunTask } from "../../../../src/dashboard/views/run-view.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { taskTitle } from "./task-title.ts";

/** A run of a task by its title, which chooses the task. */
export function TaskName({
  task,
  onChoose,
}: {
  readonly task: RunTask;
  readonly onChoose: (task: string) => void;
}): ReactNode {
  const messages = useMessages();
  return (
    <span>
      <button type="button" className="link" onClick={() => onChoose(task.task)}>
        {taskTitle(task)}
      </button>
      {task.isFinally && <span className="muted"> {messages.finallyTask}</span>}
    </span>
  );
}

import { type ReactNode, useId } from "react";
import type { RunDetail, RunTask } from "../../../../../src/dashboard/views/run-view.ts";
import { useMessages } from "../../../messages/messages-provider.tsx";
import { taskTitle } from "../task-title.ts";

/** Which part of a run's output is shown; everything where nothing is said. */
export interface LogSelection {
  readonly task: string | undefined;
  readonly taskRun: string | undefined;
  readonly step: string | undefined;
}

/** Chooses a task or a step of it. */
export function StepChoice({
  run,
  selection,
  onChange,
}: {
  readonly run: RunDetail;
  readonly selection: LogSelection;
  readonly onChange: (selection: LogSelection) => void;
}): ReactNode {
  const messages = useMessages();
  const id = useId();
  const tasks = run.tasks.filter(({ name, kind }) => name !== undefined && kind === "TaskRun");
  const chosen = tasks.find(
    ({ name, task }) => (selection.taskRun ?? name) === name && (selection.task ?? task) === task,
  );
  const value = selection.task === undefined && selection.taskRun === undefined ? "" : choiceOf(chosen, selection.step);
  return (
    <span className="field">
      <label htmlFor={id}>{messages.logPage.show}</label>
      <select
        id={id}
        value={run.kind === "taskruns" ? choiceOf(tasks[0], selection.step) : value}
        onChange={(event) => onChange(selectionOf(event.target.value))}
      >
        {run.kind === "pipelineruns" && <option value="">{messages.logPage.allTasks}</option>}
        {tasks.map((task) => (
          <optgroup key={task.name} label={`${taskTitle(task)} · ${messages.stateNames[task.state]}`}>
            <option value={choiceOf(task, undefined)}>{messages.logPage.allSteps(taskTitle(task))}</option>
            {task.steps.map(({ name, state }) => (
              <option key={name} value={choiceOf(task, name)}>
                {taskTitle(task)} : {name}
                {state !== "succeeded" && ` (${messages.stateNames[state]})`}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </span>
  );
}

/** Names of runs and steps are names of DNS: a slash is in none. */
function choiceOf(task: RunTask | undefined, step: string | undefined): string {
  return task === undefined ? "" : `${task.name}/${step ?? ""}`;
}

function selectionOf(value: string): LogSelection {
  const [taskRun = "", step = ""] = value.split("/");
  return { task: undefined, taskRun: taskRun || undefined, step: step || undefined };
}

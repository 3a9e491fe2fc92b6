import type { ReactNode } from "react";
import { Link } from "wouter";
import type { RunDetail, RunTask } from "../../../../src/dashboard/views/run-view.ts";
import { StateBadge } from "../../components/badge.tsx";
import { Duration } from "../../components/time.tsx";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { StepTable } from "./step-table.tsx";
import { TaskAttempts } from "./task-attempts.tsx";
import { firstStart, type TaskOfGraph } from "./task-of-graph.ts";
import { taskTitle } from "./task-title.ts";
import { ValueTable } from "./value-table.tsx";

/** Everything about the chosen task: each of its runs with steps, attempts, results, and why it was skipped. */
export function TaskPanel({
  run,
  task,
  onClose,
}: {
  readonly run: RunDetail;
  readonly task: TaskOfGraph;
  readonly onClose: () => void;
}): ReactNode {
  const messages = useMessages();
  const { graph, runs } = task;
  return (
    <section className="card task-panel" aria-labelledby="chosen-task">
      <div className="task-panel-head">
        <h3 id="chosen-task">{graph.displayName ?? graph.task}</h3>
        <button type="button" className="quiet" onClick={onClose}>
          {messages.runPage.close}
        </button>
      </div>
      <dl className="facts">
        <Fact label={messages.runPage.definition} value={graph.definition} />
        <Fact label={messages.runPage.waitsFor} value={graph.after.join(", ")} />
        <Fact
          label={messages.runPage.when}
          value={(runs.find(({ state }) => state === "skipped") ?? runs[0])?.when.join("; ")}
        />
      </dl>
      {runs.map((entry) => (
        <TaskRunPart key={entry.name ?? entry.task} run={run} task={entry} isTitled={runs.length > 1} />
      ))}
    </section>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: string | undefined }): ReactNode {
  if (value === undefined || value === "") return null;
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <code>{value}</code>
      </dd>
    </>
  );
}

function TaskRunPart({
  run,
  task,
  isTitled,
}: {
  readonly run: RunDetail;
  readonly task: RunTask;
  readonly isTitled: boolean;
}): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const { name, kind, state, reason, message, completedAt } = task;
  const first = firstStart(task);
  const path = ["runs", run.kind, run.namespace, run.name, "logs"];
  return (
    <div className="task-run-part">
      {isTitled && <h4>{taskTitle(task)}</h4>}
      <p className="task-run-line">
        <StateBadge state={state} />
        {first !== undefined && <Duration from={first} to={completedAt} />}
        {name !== undefined && kind === "TaskRun" && (
          <Link href={linkTo(path, { taskRun: name })}>{messages.logs}</Link>
        )}
        <RunLink namespace={run.namespace} task={task} />
      </p>
      {state !== "succeeded" && (message !== "" || reason !== "") && (
        <p className="message" lang="en">
          {message === "" ? reason : message}
        </p>
      )}
      <StepTable
        steps={task.steps}
        label={messages.steps}
        logs={({ name: step, state: stepState }) =>
          name !== undefined &&
          stepState !== "waiting" && <Link href={linkTo(path, { taskRun: name, step })}>{messages.logs}</Link>
        }
      />
      <TaskAttempts attempts={task.attempts} />
      {task.sidecars.length > 0 && (
        <>
          <h4>{messages.runPage.sidecars}</h4>
          <StepTable steps={task.sidecars} label={messages.runPage.sidecars} />
        </>
      )}
      {task.results.length > 0 && (
        <>
          <h4>{messages.results}</h4>
          <ValueTable label={messages.results} values={task.results} />
        </>
      )}
    </div>
  );
}

/** The page of the task's own run; custom runs have none. */
function RunLink({ namespace, task }: { readonly namespace: string; readonly task: RunTask }): ReactNode {
  const linkTo = useLinkTo();
  const { name, kind } = task;
  if (name === undefined) return null;
  if (kind === "CustomRun") return <span>CustomRun {name}</span>;
  const resource = kind === "PipelineRun" ? "pipelineruns" : "taskruns";
  return <Link href={linkTo(["runs", resource, namespace, name])}>{`${kind} ${name}`}</Link>;
}

import type { ReactNode } from "react";
import { isActive } from "../../../../src/dashboard/run-model.ts";
import type { RunDetail, RunTask } from "../../../../src/dashboard/views/run-view.ts";
import { StateBadge } from "../../components/badge.tsx";
import { durationText, useNowMs } from "../../components/time.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";
import { TaskName } from "./task-name.tsx";
import { firstStart } from "./task-of-graph.ts";
import "./task-timeline.css";
import { percentOf, type TimeSpan, ticks, timeSpan } from "./timeline-scale.ts";

const mostTicks = 6;

/** When each task of a run began and ended, attempts one after another in their row. */
export function TaskTimeline({
  run,
  onChoose,
}: {
  readonly run: RunDetail;
  readonly onChoose: (task: string) => void;
}): ReactNode {
  const messages = useMessages();
  const nowMs = useNowMs(isActive(run) ? 1000 : 60_000);
  const span = timeSpan(run, nowMs);
  return (
    <div className="scroll">
      <table className="task-timeline" aria-label={messages.timeline}>
        <thead>
          <tr>
            <th scope="col">{messages.task}</th>
            <th scope="col">{messages.state}</th>
            <th scope="col">
              <span className="hidden">{messages.timeline}</span>
              <Axis span={span} />
            </th>
            <th scope="col">{messages.duration}</th>
          </tr>
        </thead>
        <tbody>
          {run.tasks.map((task) => (
            <TimelineRow key={task.name ?? task.task} task={task} span={span} nowMs={nowMs} onChoose={onChoose} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Axis({ span }: { readonly span: TimeSpan }): ReactNode {
  return (
    <span className="timeline-axis" aria-hidden="true">
      {ticks(span, mostTicks).map((ms) => (
        <span key={ms} className="timeline-tick" style={{ left: `${percentOf(span, span.fromMs + ms)}%` }}>
          {wholeSeconds(ms)}
        </span>
      ))}
    </span>
  );
}

function TimelineRow({
  task,
  span,
  nowMs,
  onChoose,
}: {
  readonly task: RunTask;
  readonly span: TimeSpan;
  readonly nowMs: number;
  readonly onChoose: (task: string) => void;
}): ReactNode {
  const messages = useMessages();
  const first = firstStart(task);
  const endMs = task.completedAt === undefined ? nowMs : Date.parse(task.completedAt);
  return (
    <tr>
      <td data-column={messages.task}>
        <TaskName task={task} onChoose={onChoose} />
      </td>
      <td data-column={messages.state}>
        <StateBadge state={task.state} reason={task.reason} />
      </td>
      <td data-column={messages.timeline}>
        <span className="timeline-track" aria-hidden="true">
          {task.attempts.map((attempt) => (
            <Bar key={attempt.startedAt} {...attempt} state="failed" span={span} nowMs={nowMs} />
          ))}
          <Bar {...task} span={span} nowMs={nowMs} />
        </span>
      </td>
      <td data-column={messages.duration}>
        {first !== undefined && (
          <span>
            {wholeSeconds(endMs - Date.parse(first))}{" "}
            <span className="muted">{messages.runPage.sinceStart(wholeSeconds(Date.parse(first) - span.fromMs))}</span>
          </span>
        )}
      </td>
    </tr>
  );
}

/** Kubernetes writes whole seconds: nothing is known of less. */
function wholeSeconds(ms: number): string {
  return ms < 1000 ? "0 s" : durationText(ms);
}

function Bar({
  state,
  startedAt,
  completedAt,
  span,
  nowMs,
}: {
  readonly state: RunTask["state"];
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
  readonly span: TimeSpan;
  readonly nowMs: number;
}): ReactNode {
  if (startedAt === undefined) return null;
  const left = percentOf(span, Date.parse(startedAt));
  const right = percentOf(span, completedAt === undefined ? nowMs : Date.parse(completedAt));
  return <span className={`timeline-bar ${state}`} style={{ left: `${left}%`, width: `${right - left}%` }} />;
}

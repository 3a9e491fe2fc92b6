import type { ReactNode } from "react";
import type { TaskAttempt } from "../../../../src/dashboard/views/run-view.ts";
import { Duration } from "../../components/time.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";
import { StepTable } from "./step-table.tsx";

/** Earlier attempts of a task, each with its steps. */
export function TaskAttempts({ attempts }: { readonly attempts: readonly TaskAttempt[] }): ReactNode {
  const messages = useMessages();
  return attempts.map((attempt) => (
    <details key={attempt.number} className="task-attempt">
      <summary>
        {messages.runPage.attempt(attempt.number)} · <span lang="en">{attempt.reason}</span> ·{" "}
        <Duration from={attempt.startedAt} to={attempt.completedAt} />
      </summary>
      <p className="message" lang="en">
        {attempt.message}
      </p>
      <StepTable steps={attempt.steps} label={messages.steps} />
    </details>
  ));
}

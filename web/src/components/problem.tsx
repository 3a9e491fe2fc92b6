import type { ReactNode } from "react";
import type { Status } from "../../../src/api/object.ts";
import { ProblemError } from "../api/problem.ts";
import { useMessages } from "../messages/messages-provider.tsx";

/** Why something cannot be shown or done, in the server's words, and what to do about it. */
export function Problem({ error }: { readonly error: unknown }): ReactNode {
  const messages = useMessages();
  const status = error instanceof ProblemError ? error.status : undefined;
  if (status !== undefined) return <StatusProblem status={status} />;
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{messages.problems.other}</strong>
      </p>
      <p>{error instanceof Error ? error.message : String(error)}</p>
    </div>
  );
}

export function StatusProblem({ status }: { readonly status: Status }): ReactNode {
  const messages = useMessages();
  const { code } = status;
  const heading =
    code === 401 || code === 403 || code === 404 || code === 409 ? messages.problems[code] : messages.problems.other;
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{heading}</strong>
      </p>
      <p>
        {messages.serverSays} <span lang="en">{status.message}</span>
      </p>
      {code === 403 && <p>{messages.forbiddenHelp}</p>}
    </div>
  );
}

import type { ReactNode } from "react";
import { Link } from "wouter";
import type { RunDetail } from "../../../../src/dashboard/views/run-view.ts";
import { StateBadge } from "../../components/badge.tsx";
import { Duration, TimeAgo } from "../../components/time.tsx";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { FailedTasks } from "./failed-tasks.tsx";

/** How a run went, what caused it and what it belongs to. */
export function RunFacts({ run }: { readonly run: RunDetail }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const { namespace, kind, eventId, pipelineRun, rerunOf } = run;
  const origin = [run.listener, run.trigger].filter((part) => part !== undefined).join(" / ");
  return (
    <>
      <p className="headline">
        <span role="status">
          <StateBadge state={run.state} />{" "}
          {run.reason.toLowerCase() !== run.state && (
            <span className="muted" lang="en">
              {run.reason}
            </span>
          )}
        </span>
        <Duration from={run.startedAt} to={run.completedAt} />
      </p>
      {run.message !== "" && (
        <p className="message" lang="en">
          {run.message}
        </p>
      )}
      <FailedTasks run={run} />
      <dl className="facts">
        <Fact label={messages.namespace}>{namespace}</Fact>
        <Fact label={messages.started}>
          <TimeAgo at={run.startedAt ?? run.createdAt} />
        </Fact>
        <Fact label={messages.runPage.definition}>{run.definition}</Fact>
        <Fact label={messages.causedBy}>
          {eventId !== undefined && (
            <>
              <Link href={linkTo(["events", namespace, eventId])}>{eventId}</Link> {origin !== "" && `(${origin})`}
            </>
          )}
        </Fact>
        <Fact label={messages.partOf}>
          {pipelineRun !== undefined && (
            <Link href={linkTo(["runs", "pipelineruns", namespace, pipelineRun])}>{pipelineRun}</Link>
          )}
        </Fact>
        <Fact label={messages.runPage.rerunOf}>
          {rerunOf !== undefined && <Link href={linkTo(["runs", kind, namespace, rerunOf])}>{rerunOf}</Link>}
        </Fact>
        <Fact label={messages.runPage.serviceAccount}>{run.serviceAccount}</Fact>
        <Fact label={messages.runPage.pod}>{run.pod}</Fact>
        <Fact label={messages.runPage.askedToEnd}>
          {run.askedToEnd !== undefined && <span lang="en">{run.askedToEnd}</span>}
        </Fact>
      </dl>
    </>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  if (children === undefined || children === false) return null;
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

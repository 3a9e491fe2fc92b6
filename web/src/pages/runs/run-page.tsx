import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { RunDetail } from "../../../../src/dashboard/views/run-view.ts";
import { apiPath, getJson } from "../../api/fetch-json.ts";
import { StateBadge } from "../../components/badge.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem } from "../../components/problem.tsx";
import { Duration } from "../../components/time.tsx";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";

interface RunKey {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A run: how it went, and its tasks. */
export function RunPage({ kind, namespace, name }: RunKey): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const run = useQuery({
    queryKey: ["run", kind, namespace, name],
    queryFn: ({ signal }) => getJson<RunDetail>(apiPath(["runs", kind, namespace, name]), signal),
  });
  return (
    <>
      <PageTitle kind={kind === "pipelineruns" ? "PipelineRun" : "TaskRun"} name={name} />
      {run.isPending && <Loading />}
      {run.isError && <Problem error={run.error} />}
      {run.data !== undefined && (
        <>
          <p className="headline">
            <StateBadge state={run.data.state} /> <span className="muted">{run.data.reason}</span>
          </p>
          <p>
            <Link href={linkTo(["runs", kind, namespace, name, "logs"])}>{messages.logs}</Link>
          </p>
          <DataTable
            label={messages.tasks}
            rows={run.data.tasks}
            rowKey={({ task, name: taskRun }) => taskRun ?? task}
            columns={[
              { heading: messages.task, cell: ({ task }) => task },
              { heading: messages.state, cell: ({ state }) => <StateBadge state={state} /> },
              {
                heading: messages.duration,
                cell: ({ startedAt, completedAt }) => <Duration from={startedAt} to={completedAt} />,
              },
            ]}
          />
        </>
      )}
    </>
  );
}

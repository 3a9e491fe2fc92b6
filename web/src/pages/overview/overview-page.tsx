import type { ReactNode } from "react";
import type { Status } from "../../../../src/api/object.ts";
import type { OverviewView } from "../../../../src/dashboard/views/overview-view.ts";
import { isStatus } from "../../api/problem.ts";
import { useOverview } from "../../api/queries.ts";
import { Commands } from "../../components/commands.tsx";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem, StatusProblem } from "../../components/problem.tsx";
import { RunTable } from "../../components/run-table.tsx";
import { useNamespace } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { EventTotals } from "./event-totals.tsx";
import { ListenerTable } from "./listener-table.tsx";
import "./overview.css";

/** What there is, what came in, what goes on, what failed. */
export function OverviewPage(): ReactNode {
  const messages = useMessages();
  const overview = useOverview(useNamespace());
  return (
    <>
      <PageTitle kind={messages.overview} />
      {overview.isPending && <Loading />}
      {overview.isError && <Problem error={overview.error} />}
      {overview.data !== undefined && <Sections overview={overview.data} />}
    </>
  );
}

function Sections({ overview: { listeners, events, runs } }: { readonly overview: OverviewView }): ReactNode {
  const messages = useMessages();
  const first = isStatus(listeners) ? undefined : listeners[0];
  return (
    <>
      <section aria-labelledby="last-day">
        <h2 id="last-day">{messages.lastDay}</h2>
        <Part part={events}>{({ all }) => <EventTotals counts={all} listener={first} />}</Part>
      </section>
      <section aria-labelledby="listeners">
        <h2 id="listeners">{messages.listeners}</h2>
        <Part part={listeners}>
          {(list) => <ListenerTable listeners={list} counts={isStatus(events) ? undefined : events.byListener} />}
        </Part>
      </section>
      <Part part={runs}>{(found) => <Runs runs={found} />}</Part>
    </>
  );
}

/** Starts a PipelineRun that needs nothing else. */
const firstRun = `kubectl create -f - <<'EOF'
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {generateName: try-}
spec:
  pipelineSpec:
    tasks:
      - name: say
        taskSpec:
          steps: [{name: say, image: busybox, script: echo hello}]
EOF`;

function Runs({
  runs: { active, failed, total },
}: {
  readonly runs: Exclude<OverviewView["runs"], Status>;
}): ReactNode {
  const messages = useMessages();
  if (total === 0) {
    return (
      <section aria-labelledby="active">
        <h2 id="active">{messages.runsInProgress}</h2>
        <div className="empty">
          <p>{messages.noRunsYet}</p>
          <Commands lines={firstRun.split("\n")} />
        </div>
      </section>
    );
  }
  return (
    <>
      <section aria-labelledby="active">
        <h2 id="active">{messages.runsInProgress}</h2>
        {active.length === 0 ? (
          <p className="empty">{messages.nothingRuns}</p>
        ) : (
          <RunTable label={messages.runsInProgress} runs={active} />
        )}
      </section>
      <section aria-labelledby="failed">
        <h2 id="failed">{messages.lastFailures}</h2>
        {failed.length === 0 ? (
          <p className="empty">{messages.noFailures}</p>
        ) : (
          <RunTable label={messages.lastFailures} runs={failed} />
        )}
      </section>
    </>
  );
}

/** A part of the overview, or why the account may not see it. */
function Part<T extends object>({
  part,
  children,
}: {
  readonly part: T | Status;
  readonly children: (part: T) => ReactNode;
}): ReactNode {
  return isStatus(part) ? <StatusProblem status={part} /> : children(part);
}

import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Status } from "../../../src/api/object.ts";
import type { EventCounts, ListenerSummary, OverviewView } from "../../../src/dashboard/views/overview-view.ts";
import { isStatus } from "../api/problem.ts";
import { useOverview } from "../api/queries.ts";
import { useSession } from "../api/session.ts";
import { VerdictBadge } from "../components/badge.tsx";
import { Commands } from "../components/commands.tsx";
import { DataTable } from "../components/data-table.tsx";
import { Loading } from "../components/loading.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { Problem, StatusProblem } from "../components/problem.tsx";
import { RunTable } from "../components/run-table.tsx";
import { useLinkTo, useNamespace } from "../link-to.ts";
import { useMessages } from "../messages/messages-provider.tsx";

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
  return (
    <>
      <section aria-labelledby="listeners">
        <h2 id="listeners">{messages.listeners}</h2>
        <Part part={listeners}>{(list) => <ListenerTable listeners={list} />}</Part>
      </section>
      <section aria-labelledby="last-day">
        <h2 id="last-day">{messages.lastDay}</h2>
        <Part part={events}>
          {(counts) => <EventTotals counts={counts} listener={isStatus(listeners) ? undefined : listeners[0]} />}
        </Part>
      </section>
      <Part part={runs}>
        {({ active, failed, total }) =>
          total === 0 ? (
            <section aria-labelledby="active">
              <h2 id="active">{messages.runsInProgress}</h2>
              <div className="empty">
                <p>{messages.noRunsYet}</p>
                <Commands lines={["tektite run list -A", "kubectl create -f pipelinerun.yaml"]} />
              </div>
            </section>
          ) : (
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
          )
        }
      </Part>
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

function ListenerTable({ listeners }: { readonly listeners: readonly ListenerSummary[] }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const { webhooks } = useSession();
  if (listeners.length === 0) {
    return (
      <div className="empty">
        <p>{messages.noListeners}</p>
        <Commands lines={["tektite apply -f examples/hello", "tektite el list -A"]} />
      </div>
    );
  }
  return (
    <DataTable
      label={messages.listeners}
      rows={listeners}
      rowKey={({ namespace, name }) => `${namespace}/${name}`}
      columns={[
        {
          heading: messages.listener,
          cell: ({ namespace, name }) => (
            <Link href={linkTo(["events"], { namespace, listener: name })}>
              {namespace}/{name}
            </Link>
          ),
        },
        {
          heading: messages.state,
          cell: ({ isReady }) => (
            <span className={`badge ${isReady ? "succeeded" : "failed"}`}>
              {isReady ? messages.ready : messages.notReady}
            </span>
          ),
        },
        {
          heading: messages.webhook,
          cell: ({ namespace, name, address }) => (
            <code>{webhooks === undefined ? address : `${webhooks}/${namespace}/${name}`}</code>
          ),
        },
        { heading: messages.triggers, cell: ({ triggers }) => triggers.join(", ") },
        { heading: messages.reason, cell: ({ reason }) => reason },
      ]}
    />
  );
}

function EventTotals({
  counts,
  listener,
}: {
  readonly counts: EventCounts;
  readonly listener: ListenerSummary | undefined;
}): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  if (counts.total === 0) {
    const { name = "NAME", namespace = "default" } = listener ?? {};
    return (
      <div className="empty">
        <p>{messages.noEventsYet}</p>
        <Commands
          lines={[
            `tektite el describe ${name} --namespace ${namespace}`,
            `tektite el logs ${name} --namespace ${namespace} --follow`,
          ]}
        />
      </div>
    );
  }
  const states = (Object.keys(counts.byVerdict) as (keyof EventCounts["byVerdict"])[]).filter(
    (state) => counts.byVerdict[state] > 0,
  );
  const most = Math.max(...counts.perMinute);
  const caption = `${messages.perMinute}: ${messages.minuteRange(most)}`;
  return (
    <>
      <p>{messages.eventCount(counts.total, counts.isCapped)}</p>
      <ul className="tiles">
        {states.map((state) => {
          const content = (
            <>
              <b>{counts.byVerdict[state]}</b> <VerdictBadge state={state} />
            </>
          );
          return (
            <li key={state}>
              {state === "none" ? (
                content
              ) : (
                <Link href={linkTo(["events"], { verdict: state, since: "24h" })}>{content}</Link>
              )}
            </li>
          );
        })}
      </ul>
      <figure>
        <Sparkline values={counts.perMinute} label={caption} />
        <figcaption>{caption}</figcaption>
      </figure>
    </>
  );
}

/** Bars, the newest at the right. */
function Sparkline({ values, label }: { readonly values: readonly number[]; readonly label: string }): ReactNode {
  const most = Math.max(...values, 1);
  const bars = values.map((value, index) => {
    const height = Math.max(1, (value / most) * 32);
    return `M${index * 4} 32v-${height.toFixed(1)}h3v${height.toFixed(1)}z`;
  });
  return (
    <svg className="sparkline" viewBox={`0 0 ${values.length * 4} 32`} role="img" aria-label={label}>
      <path d={bars.join("")} />
    </svg>
  );
}

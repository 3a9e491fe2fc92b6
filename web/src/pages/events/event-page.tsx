import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { EventView, HeaderView } from "../../../../src/dashboard/views/event-view.ts";
import { apiPath, getJson } from "../../api/fetch-json.ts";
import { Commands } from "../../components/commands.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem } from "../../components/problem.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { EventActions } from "./event-actions.tsx";
import { EventBody } from "./event-body.tsx";
import "./event.css";
import { TriggerPath } from "./trigger-path.tsx";

/** An event: what was sent, and for each trigger the path that it took. */
export function EventPage({ namespace, id }: { readonly namespace: string; readonly id: string }): ReactNode {
  const messages = useMessages();
  const event = useQuery({
    queryKey: ["event", namespace, id],
    queryFn: ({ signal }) => getJson<EventView>(apiPath(["events", namespace, id]), signal),
  });
  return (
    <>
      <PageTitle kind={messages.event} name={id} />
      {event.isPending && <Loading />}
      {event.isError && <Problem error={event.error} />}
      {event.data !== undefined && <Parts event={event.data} />}
    </>
  );
}

function Parts({ event }: { readonly event: EventView }): ReactNode {
  const messages = useMessages();
  const { namespace, id, triggers, silence } = event;
  return (
    <>
      <Facts event={event} />
      <EventActions event={event} />
      <section aria-labelledby="what-happened">
        <h2 id="what-happened">{messages.whatHappened}</h2>
        <div aria-live="polite">
          {silence !== undefined && (
            <p className="empty" lang="en">
              {silence}
            </p>
          )}
          {triggers.map((path) => (
            <TriggerPath key={path.path} path={path} />
          ))}
        </div>
      </section>
      <section aria-labelledby="request">
        <h2 id="request">{messages.request}</h2>
        <p>
          <code>
            {event.method} {event.url}
          </code>
        </p>
        <Headers headers={event.headers} />
        <h3>{messages.body}</h3>
        <EventBody event={event} />
      </section>
      <section aria-labelledby="commands">
        <h2 id="commands">{messages.commands}</h2>
        <Commands
          lines={[
            `tektite events explain ${id} --namespace ${namespace}`,
            `tektite events replay ${id} --namespace ${namespace} --wait`,
            `tektite events export ${id} --namespace ${namespace} --format test --file event.test.yaml`,
          ]}
        />
      </section>
    </>
  );
}

function Facts({ event }: { readonly event: EventView }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const { namespace, listener, receivedAt, type, repository, remoteAddress, deliveryId, replayOf, replays } = event;
  const fact = (name: string, value: ReactNode) =>
    value !== undefined &&
    value !== "" && (
      <>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </>
    );
  return (
    <dl className="facts">
      {fact(messages.type, type)}
      {fact(messages.repository, repository)}
      {fact(
        messages.listener,
        <Link href={linkTo(["events"], { namespace, listener })}>
          {namespace}/{listener}
        </Link>,
      )}
      {fact(
        messages.received,
        <>
          <TimeAgo at={receivedAt} /> <span className="muted">{receivedAt}</span>
        </>,
      )}
      {fact(messages.eventPage.sender, remoteAddress)}
      {fact(messages.eventPage.delivery, deliveryId)}
      {replayOf !== undefined &&
        fact(
          messages.replayOf,
          <Link className="id" href={linkTo(["events", namespace, replayOf])}>
            {replayOf}
          </Link>,
        )}
      {replays.length > 0 &&
        fact(
          messages.eventPage.replays,
          <ul className="plain">
            {replays.map(({ id, receivedAt: at }) => (
              <li key={id}>
                <Link className="id" href={linkTo(["events", namespace, id])}>
                  {id}
                </Link>{" "}
                <span className="muted">
                  <TimeAgo at={at} />
                </span>
              </li>
            ))}
          </ul>,
        )}
    </dl>
  );
}

function Headers({ headers }: { readonly headers: readonly HeaderView[] }): ReactNode {
  const messages = useMessages();
  return (
    <details className="headers">
      <summary>
        {messages.headers} ({headers.length})
      </summary>
      {headers.some(({ kind }) => kind === "hashed") && <p className="muted">{messages.hashNote}</p>}
      <DataTable
        label={messages.headers}
        rows={headers}
        rowKey={({ name }, index) => `${index} ${name}`}
        columns={[
          { heading: messages.name, cell: ({ name }) => <code>{name}</code> },
          { heading: messages.value, cell: ({ value }) => <code>{value}</code> },
        ]}
      />
    </details>
  );
}

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { EventPage } from "../../../../src/dashboard/views/overview-view.ts";
import { apiPath, getJson } from "../../api/fetch-json.ts";
import { VerdictBadge } from "../../components/badge.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem } from "../../components/problem.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { useLinkTo, useNamespace } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";

/** Events, newest first. */
export function EventsPage(): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const namespace = useNamespace();
  const events = useQuery({
    queryKey: ["events", namespace],
    queryFn: ({ signal }) => getJson<EventPage>(apiPath(["events"], { namespace }), signal),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageTitle kind={messages.events} />
      {events.isPending && <Loading />}
      {events.isError && <Problem error={events.error} />}
      {events.data !== undefined && (
        <DataTable
          label={messages.events}
          rows={events.data.items}
          rowKey={({ id }) => id}
          columns={[
            {
              heading: messages.event,
              cell: (event) => <Link href={linkTo(["events", event.namespace, event.id])}>{event.id}</Link>,
            },
            { heading: messages.received, cell: ({ receivedAt }) => <TimeAgo at={receivedAt} /> },
            {
              heading: messages.verdicts,
              cell: ({ verdicts }) =>
                verdicts.map(({ trigger, state }) => <VerdictBadge key={trigger} state={state} />),
            },
          ]}
        />
      )}
    </>
  );
}

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { apiPath, getJson } from "../../api/fetch-json.ts";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem } from "../../components/problem.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";

/** An event: what was sent, and what became of it. */
export function EventPage({ namespace, id }: { readonly namespace: string; readonly id: string }): ReactNode {
  const messages = useMessages();
  const event = useQuery({
    queryKey: ["event", namespace, id],
    queryFn: ({ signal }) => getJson<unknown>(apiPath(["events", namespace, id]), signal),
  });
  return (
    <>
      <PageTitle kind={messages.event} name={id} />
      {event.isPending && <Loading />}
      {event.isError && <Problem error={event.error} />}
      {event.data !== undefined && <pre>{JSON.stringify(event.data, null, 2)}</pre>}
    </>
  );
}

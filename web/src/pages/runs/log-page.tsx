import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { apiPath, getText } from "../../api/fetch-json.ts";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem } from "../../components/problem.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";

interface RunKey {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The output of a run's steps. */
export function LogPage({ kind, namespace, name }: RunKey): ReactNode {
  const messages = useMessages();
  const log = useQuery({
    queryKey: ["log", kind, namespace, name],
    queryFn: ({ signal }) => getText(apiPath(["runs", kind, namespace, name, "logs"]), signal),
  });
  return (
    <>
      <PageTitle kind={messages.logs} name={name} />
      {log.isPending && <Loading />}
      {log.isError && <Problem error={log.error} />}
      {log.data !== undefined && <pre>{log.data}</pre>}
    </>
  );
}

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { RunSummary } from "../../../../src/dashboard/run-model.ts";
import { apiPath, getJson } from "../../api/fetch-json.ts";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem } from "../../components/problem.tsx";
import { RunTable } from "../../components/run-table.tsx";
import { useNamespace } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";

/** Runs, newest first. */
export function RunsPage(): ReactNode {
  const messages = useMessages();
  const namespace = useNamespace();
  const runs = useQuery({
    queryKey: ["runs", "pipelineruns", namespace],
    queryFn: ({ signal }) =>
      getJson<{ readonly items: readonly RunSummary[] }>(apiPath(["runs"], { namespace }), signal),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageTitle kind={messages.runs} />
      {runs.isPending && <Loading />}
      {runs.isError && <Problem error={runs.error} />}
      {runs.data !== undefined && <RunTable label={messages.runs} runs={runs.data.items} />}
    </>
  );
}

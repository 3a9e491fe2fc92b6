import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { RunSummary } from "../../../../src/dashboard/run-model.ts";
import { apiPath, getJson } from "../../api/fetch-json.ts";
import { Commands } from "../../components/commands.tsx";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem } from "../../components/problem.tsx";
import { RunTable } from "../../components/run-table.tsx";
import { useNamespace } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import "./run-page.css";
import { RunFilters } from "./run-filters.tsx";
import { useRunsFilter } from "./use-runs-filter.ts";

/** Runs, newest first; the filter is in the URL. */
export function RunsPage(): ReactNode {
  const messages = useMessages();
  const namespace = useNamespace();
  const { filter, change } = useRunsFilter();
  const { kind, state, text } = filter;
  const runs = useQuery({
    queryKey: ["runs", kind, namespace, state, text],
    queryFn: ({ signal }) =>
      getJson<{ readonly items: readonly RunSummary[] }>(apiPath(["runs"], { namespace, kind, state, text }), signal),
    placeholderData: keepPreviousData,
  });
  const isFiltered = state !== undefined || text !== undefined;
  return (
    <>
      <PageTitle kind={messages.runs} />
      <RunFilters filter={filter} change={change} />
      {runs.isPending && <Loading />}
      {runs.isError && <Problem error={runs.error} />}
      {runs.data !== undefined && <RunList runs={runs.data.items} isFiltered={isFiltered} />}
    </>
  );
}

function RunList({
  runs,
  isFiltered,
}: {
  readonly runs: readonly RunSummary[];
  readonly isFiltered: boolean;
}): ReactNode {
  const messages = useMessages();
  if (runs.length === 0 && isFiltered) return <p className="empty">{messages.noMatch}</p>;
  if (runs.length === 0) {
    return (
      <div className="empty">
        <p>{messages.noRunsYet}</p>
        <Commands lines={["tektite run list -A", "kubectl create -f pipelinerun.yaml"]} />
      </div>
    );
  }
  return (
    <>
      <p className="muted" role="status">
        {messages.runPage.runCount(runs.length)}
      </p>
      <RunTable label={messages.runs} runs={runs} />
    </>
  );
}

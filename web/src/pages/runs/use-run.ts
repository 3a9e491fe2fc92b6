import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { RunDetail } from "../../../../src/dashboard/views/run-view.ts";
import { apiPath, getJson } from "../../api/fetch-json.ts";

/** A run as the page's path names it; `kind` is `pipelineruns` or `taskruns`. */
export interface RunKey {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A run with its tasks. */
export function useRun({ kind, namespace, name }: RunKey): UseQueryResult<RunDetail> {
  return useQuery({
    queryKey: ["run", kind, namespace, name],
    queryFn: ({ signal }) => getJson(apiPath(["runs", kind, namespace, name]), signal),
  });
}

import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { ListenerSummary } from "../../../src/dashboard/views/listener-view.ts";
import type { OverviewView } from "../../../src/dashboard/views/overview-view.ts";
import type { PermissionView } from "../../../src/dashboard/views/permission-view.ts";
import { apiPath, getJson } from "./fetch-json.ts";

/** The overview of a namespace, or of all. */
export function useOverview(namespace: string | undefined): UseQueryResult<OverviewView> {
  return useQuery({
    queryKey: ["overview", namespace],
    queryFn: ({ signal }) => getJson(apiPath(["overview"], { namespace }), signal),
    placeholderData: keepPreviousData,
    // Minutes pass without changes, too.
    refetchInterval: 60_000,
  });
}

/** The names of the namespaces that the account may list; an error when it may not. */
export function useNamespaces(): UseQueryResult<readonly string[]> {
  return useQuery({
    queryKey: ["namespaces"],
    queryFn: async ({ signal }) =>
      (await getJson<{ readonly items: readonly string[] }>(apiPath(["namespaces"]), signal)).items,
    refetchInterval: 60_000,
  });
}

/** The listeners of a namespace, or of all. */
export function useListeners(
  namespace: string | undefined,
  { enabled = true }: { readonly enabled?: boolean } = {},
): UseQueryResult<readonly ListenerSummary[]> {
  return useQuery({
    queryKey: ["listeners", namespace],
    queryFn: async ({ signal }) =>
      (await getJson<{ readonly items: readonly ListenerSummary[] }>(apiPath(["listeners"], { namespace }), signal))
        .items,
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** Whether the account may do that; `resource` with its group, such as `pipelineruns.tekton.dev`. */
export function usePermission(
  verb: "create" | "patch" | "get",
  resource: string,
  namespace: string,
): UseQueryResult<PermissionView> {
  return useQuery({
    queryKey: ["permission", verb, resource, namespace],
    queryFn: ({ signal }) => getJson(apiPath(["permissions"], { verb, resource, namespace }), signal),
  });
}

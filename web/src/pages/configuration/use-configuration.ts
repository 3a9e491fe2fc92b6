import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { ConfigurationView, DoctorView, ObjectName } from "../../../../src/dashboard/views/configuration-view.ts";
import type { Finding } from "../../../../src/doctor/finding.ts";
import { apiPath, getJson, getText } from "../../api/fetch-json.ts";

/** A listener as the address names it. */
export interface ListenerKey {
  readonly namespace: string;
  readonly name: string;
}

/** What becomes of a listener's events. */
export function useConfiguration({ namespace, name }: ListenerKey): UseQueryResult<ConfigurationView> {
  return useQuery({
    queryKey: ["configuration", namespace, name],
    queryFn: ({ signal }) => getJson(apiPath(["configuration", namespace, name]), signal),
  });
}

/** What `tektite doctor` finds. */
export function useDoctor({ namespace, name }: ListenerKey): UseQueryResult<readonly Finding[]> {
  return useQuery({
    queryKey: ["configuration", namespace, name, "doctor"],
    queryFn: async ({ signal }) => {
      const { listeners } = await getJson<DoctorView>(apiPath(["doctor"], { namespace, listener: name }), signal);
      return listeners.flatMap(({ findings }) => findings);
    },
  });
}

/** The YAML of an object of Tekton. */
export function useYaml({ kind, namespace, name }: ObjectName): UseQueryResult<string> {
  return useQuery({
    queryKey: ["configuration", "yaml", kind, namespace, name],
    queryFn: ({ signal }) => getText(apiPath(["yaml"], { kind, namespace, name }), signal),
  });
}

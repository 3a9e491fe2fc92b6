import type { Resource } from "../api/object.ts";
import { triggersGroup } from "../api/triggers/kinds.ts";

/** Resources that more than one part asks the API server for, in the versions in which components read them. */
export const configMaps: Resource = { group: "", version: "v1", resource: "configmaps" };
export const events: Resource = { group: "", version: "v1", resource: "events" };
export const namespaces: Resource = { group: "", version: "v1", resource: "namespaces" };
export const pods: Resource = { group: "", version: "v1", resource: "pods" };
export const secrets: Resource = { group: "", version: "v1", resource: "secrets" };
export const serviceAccounts: Resource = { group: "", version: "v1", resource: "serviceaccounts" };
export const services: Resource = { group: "", version: "v1", resource: "services" };
export const deployments: Resource = { group: "apps", version: "v1", resource: "deployments" };

export const eventListeners: Resource = { group: triggersGroup, version: "v1beta1", resource: "eventlisteners" };
export const clusterInterceptors: Resource = {
  group: triggersGroup,
  version: "v1alpha1",
  resource: "clusterinterceptors",
};
export const interceptors: Resource = { group: triggersGroup, version: "v1alpha1", resource: "interceptors" };

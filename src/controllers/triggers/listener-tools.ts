import type { K8sObject, Status } from "../../api/object.ts";
import type { EventListenerStatus } from "../../api/triggers/objects.ts";
import type { ListenerConfig } from "./listener-config.ts";
import { messageOf, type ReconcileTools } from "./reconciler-client.ts";
import type { Conditions } from "./status-conditions.ts";

/** The caches of Deployments and Services that belong to listeners. */
interface ListenerCache {
  deployment(namespace: string, name: string): K8sObject | undefined;
  service(namespace: string, name: string): K8sObject | undefined;
}

export interface ListenerTools extends ReconcileTools {
  readonly cache: ListenerCache;
  readonly config: ListenerConfig;
}

/** The parts of a status that a reconcile changes. */
export interface StatusDraft {
  conditions: Conditions;
  address: EventListenerStatus["address"] | undefined;
}

/** Why a part of a reconcile failed. */
export interface Failure {
  readonly message: string;
  readonly isConflict: boolean;
}

/** A failed request, as a reconcile reports it. */
export function failureOf(status: Status): Failure {
  return { message: messageOf(status), isConflict: status.reason === "Conflict" };
}

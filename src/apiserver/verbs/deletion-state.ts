import type { K8sObject } from "../../api/object.ts";

/** Whether an object marked for deletion has nothing left to wait for. */
export function isReadyToGo(object: K8sObject): boolean {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = object.metadata;
  if (deletionTimestamp === undefined) return false;
  if ((finalizers?.length ?? 0) > 0 || (deletionGracePeriodSeconds ?? 0) > 0) return false;
  if (object.kind === "Namespace" && object.apiVersion === "v1") {
    const spec = object["spec"] as { readonly finalizers?: readonly string[] } | undefined;
    return (spec?.finalizers?.length ?? 0) === 0;
  }
  return true;
}

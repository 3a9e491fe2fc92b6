import type { K8sObject } from "../api/object.ts";

/** How work queues call an object: `NAMESPACE/NAME`, or `/NAME` of one without namespace. */
export function keyOf({ metadata }: Pick<K8sObject, "metadata">): string {
  return `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

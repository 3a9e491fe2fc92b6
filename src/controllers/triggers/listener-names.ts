import { RE2JS } from "re2js";
import type { OwnerReference } from "../../api/object.ts";
import { generatedName } from "../../api/triggers/generated-name.ts";
import type { EventListener } from "../../api/triggers/objects.ts";

/** The labels that every object of a listener has; they select its pods. */
export function staticLabels(listener: EventListener): Readonly<Record<string, string>> {
  return {
    "app.kubernetes.io/managed-by": "EventListener",
    "app.kubernetes.io/part-of": "Triggers",
    eventlistener: listener.metadata?.name ?? "",
  };
}

/** By these a cache finds the objects of all listeners. */
export const managedSelector = "app.kubernetes.io/managed-by=EventListener,app.kubernetes.io/part-of=Triggers";

/** The listener's own labels that are handed on: those whose key the pattern does not match anywhere. */
export function ownLabels(listener: EventListener, exclusionPattern: string): Readonly<Record<string, string>> {
  const labels = listener.metadata?.labels ?? {};
  if (exclusionPattern === "") return labels;
  // Checked when the ConfigMap was read.
  const pattern = RE2JS.compile(exclusionPattern);
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !pattern.matcher(key).find()));
}

/** Name of a listener's Deployment and Service, and of its custom resource when that has none. */
export function workloadName(listener: EventListener): string {
  return generatedName(listener.metadata?.name ?? "");
}

/** Makes the listener the controller of an object, so that garbage collection removes both. */
export function ownerReference(listener: EventListener): OwnerReference {
  return {
    apiVersion: "triggers.tekton.dev/v1beta1",
    kind: "EventListener",
    name: listener.metadata?.name ?? "",
    uid: listener.metadata?.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

import type { K8sObject, Status } from "../api/object.ts";
import { sleep } from "../kube/backoff.ts";
import { statusText } from "../kube/status-text.ts";
import { pods } from "./resources.ts";
import type { RunnerContext } from "./runner-context.ts";

/** What came of creating the pod of a TaskRun. */
export type PodCreation =
  | { readonly kind: "created"; readonly pod: K8sObject }
  /** An earlier process made it, for the same TaskRun. */
  | { readonly kind: "existed"; readonly pod: K8sObject }
  | { readonly kind: "refused"; readonly cause: string };

const accountTries = 100;
const accountPauseMs = 50;

/** Creates a pod, whose first owner is its TaskRun. */
export async function createPod({ client, signal }: RunnerContext, object: K8sObject): Promise<PodCreation> {
  let created = await client.create(pods, object);
  // A new namespace gets its default account from a controller, a moment later.
  for (let tries = 0; !created.ok && lacksAccount(object, created.error) && tries < accountTries; tries++) {
    await sleep(accountPauseMs, signal);
    created = await client.create(pods, object);
  }
  if (created.ok) return { kind: "created", pod: created.value };
  if (created.error.reason === "AlreadyExists") {
    const { namespace, name = "", ownerReferences } = object.metadata;
    const existing = await client.get(pods, { namespace, name });
    const uid = ownerReferences?.[0]?.uid;
    if (existing.ok && existing.value.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true) {
      return { kind: "existed", pod: existing.value };
    }
  }
  return { kind: "refused", cause: statusText(created.error) };
}

function lacksAccount(object: K8sObject, { reason, message = "" }: Status): boolean {
  const { serviceAccountName = "default" } = (object["spec"] ?? {}) as { readonly serviceAccountName?: string };
  return serviceAccountName === "default" && reason === "Forbidden" && message.includes("service account");
}

import type { K8sObject } from "../../api/object.ts";
import type { GoObject } from "../../api/triggers/go-decode.ts";
import { encodeStruct } from "../../api/triggers/go-encode.ts";
import { equalStructs } from "../../api/triggers/go-equal.ts";
import { structOf } from "../../api/triggers/go-type.ts";
import type { EventListener, EventListenerStatus } from "../../api/triggers/objects.ts";
import { triggersTypes } from "../../api/triggers/trigger-types.ts";
import type { JsonValue } from "../../json/value.ts";
import { eventListeners } from "../../kube/known-resources.ts";
import { err, ok, type Result } from "../../result.ts";
import { defined } from "./defined.ts";
import { decodeListener, listenerStruct } from "./listener-input.ts";
import { workloadName } from "./listener-names.ts";
import type { Failure, ListenerTools, StatusDraft } from "./listener-tools.ts";
import { reconcileCustomResource } from "./reconcile-custom-resource.ts";
import { reconcileDeployment, reconcileService } from "./reconcile-workloads.ts";
import { messageOf } from "./reconciler-client.ts";
import { keepTimes, readiness, sameConditions, setCondition } from "./status-conditions.ts";
import { finishReconcile } from "./write-status.ts";

const statusStruct = structOf(triggersTypes.v1beta1, "EventListenerStatus");
const oldFinalizer = "eventlisteners.triggers.tekton.dev";

/** Brings what belongs to an EventListener in line with it (spec: controller, section 2). */
export async function reconcileListener(
  object: K8sObject | undefined,
  tools: ListenerTools,
): Promise<Result<undefined, string>> {
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return ok(undefined);
  const decoded = decodeListener(object as unknown as JsonValue, tools.config);
  if (!decoded.ok) {
    tools.warn(object, "InternalError", decoded.error);
    return err(decoded.error);
  }
  const listener = decoded.value;

  const before = listener.status ?? {};
  const draft: StatusDraft = { conditions: before.conditions ?? [], address: before.address };
  for (const type of ["Service", "Deployment", "Ready"]) {
    draft.conditions = setCondition(draft.conditions, { type, status: "False" }, tools.now());
  }

  const custom = listener.spec?.resources?.customResource;
  if (custom !== undefined) {
    const failure = await reconcileCustomResource(listener, custom, draft, tools);
    return finish(object, listener, draft, failure, tools);
  }
  const deploymentFailure = await reconcileDeployment(listener, draft, tools);
  const serviceFailure = await reconcileService(listener, draft, tools);
  draft.conditions = setCondition(draft.conditions, readiness(draft.conditions), tools.now());
  const current = await removeOldFinalizer(object, listener, tools);
  return finish(current, listener, draft, bothOf(serviceFailure, deploymentFailure), tools);
}

function bothOf(service: Failure | undefined, deployment: Failure | undefined): Failure | undefined {
  if (service === undefined || deployment === undefined) return service ?? deployment;
  return { message: `${service.message} : ${deployment.message}`, isConflict: false };
}

function finish(
  object: K8sObject,
  listener: EventListener,
  draft: StatusDraft,
  failure: Failure | undefined,
  tools: ListenerTools,
): Promise<Result<undefined, string>> {
  const before = listener.status ?? {};
  const status = defined({
    ...before,
    conditions: keepTimes(draft.conditions, before.conditions ?? []),
    address: draft.address,
    configuration: { generatedName: workloadName(listener) },
  });
  return finishReconcile(
    eventListeners,
    object,
    {
      status: sameStatus(before, status) ? undefined : encodeStruct(statusStruct, status),
      error: failure?.message,
      isConflict: failure?.isConflict ?? false,
    },
    tools,
  );
}

function sameStatus(before: EventListenerStatus, after: EventListenerStatus): boolean {
  const rest = (status: EventListenerStatus) => ({ ...status, conditions: [] }) as unknown as GoObject;
  return (
    sameConditions(before.conditions ?? [], after.conditions ?? []) &&
    equalStructs(statusStruct, rest(before), rest(after))
  );
}

/**
 * Releases before v0.20 guarded listeners by a finalizer that nobody removes any more. The update also writes the
 * defaults; that it fails does not matter. Returns the object as it is now.
 */
async function removeOldFinalizer(
  object: K8sObject,
  listener: EventListener,
  { client, log }: ListenerTools,
): Promise<K8sObject> {
  const finalizers = object.metadata.finalizers ?? [];
  const at = finalizers.indexOf(oldFinalizer);
  if (at < 0) return object;
  const updated = await client.update(eventListeners, {
    ...object,
    metadata: { ...object.metadata, finalizers: finalizers.toSpliced(at, 1) },
    spec: encodeStruct(listenerStruct, listener as unknown as GoObject)["spec"],
  });
  if (updated.ok) return updated.value;
  log(`cannot remove an old finalizer of EventListener ${listener.metadata?.name}: ${messageOf(updated.error)}`);
  return object;
}

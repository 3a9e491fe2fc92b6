import type { K8sObject, Resource } from "../../api/object.ts";
import { decodeStruct, type GoObject } from "../../api/triggers/go-decode.ts";
import { encodeStruct } from "../../api/triggers/go-encode.ts";
import { equalStructs } from "../../api/triggers/go-equal.ts";
import { type GoStruct, structOf } from "../../api/triggers/go-type.ts";
import { parsedJson } from "../../api/triggers/json-source.ts";
import type { EventListener } from "../../api/triggers/objects.ts";
import { sameJson } from "../../json/same-json.ts";
import type { JsonValue } from "../../json/value.ts";
import { deployments, services } from "../../kube/known-resources.ts";
import { defined } from "./defined.ts";
import { buildDeployment } from "./listener-deployment.ts";
import { journalParts } from "./listener-journal.ts";
import { buildService, listenerAddress } from "./listener-service.ts";
import { type Failure, failureOf, type ListenerTools, type StatusDraft } from "./listener-tools.ts";
import { messageOf } from "./reconciler-client.ts";
import { type Conditions, conditionsOf, existence, mirrorConditions, setCondition } from "./status-conditions.ts";
import { workloadTypes } from "./workload-types.ts";

const deploymentSpec = structOf(workloadTypes, "DeploymentSpec");
const serviceSpec = structOf(workloadTypes, "ServiceSpec");

/** Creates or corrects a listener's Deployment and mirrors its conditions. */
export async function reconcileDeployment(
  listener: EventListener,
  draft: StatusDraft,
  tools: ListenerTools,
): Promise<Failure | undefined> {
  const journal = journalParts(listener, tools.config);
  if (!journal.ok) {
    // Other failures to build a Deployment leave no message in the condition, as upstream; this one is ours.
    draft.conditions = setCondition(draft.conditions, existence("Deployment", journal.error), tools.now());
    return { message: journal.error, isConflict: false };
  }
  const built = buildDeployment(listener, tools.config);
  if (!built.ok) return { message: built.error, isConflict: false };
  const desired = built.value;
  const existing = tools.cache.deployment(desired.metadata.namespace ?? "", desired.metadata.name ?? "");
  if (existing === undefined) return create("Deployment", deployments, desired, draft, tools);

  draft.conditions = mirrorDeployment(draft.conditions, existing, tools.now());
  draft.conditions = setCondition(draft.conditions, existence("Deployment"), tools.now());
  return correct(deployments, deploymentSpec, existing, desired, tools, (spec, current) =>
    // Autoscalers keep control of a count that the listener does not set.
    spec["replicas"] === undefined && current["replicas"] !== undefined
      ? { ...spec, replicas: current["replicas"] }
      : spec,
  );
}

/** Creates or corrects a listener's Service and sets the address. */
export async function reconcileService(
  listener: EventListener,
  draft: StatusDraft,
  tools: ListenerTools,
): Promise<Failure | undefined> {
  const desired = buildService(listener, tools.config);
  const address = { ...draft.address, url: listenerAddress(listener, tools.config) };
  const existing = tools.cache.service(desired.metadata.namespace ?? "", desired.metadata.name ?? "");
  if (existing === undefined) {
    const failure = await create("Service", services, desired, draft, tools);
    if (failure === undefined) draft.address = address;
    return failure;
  }
  draft.conditions = setCondition(draft.conditions, existence("Service"), tools.now());
  draft.address = address;
  return correct(services, serviceSpec, existing, desired, tools, keepAssigned);
}

async function create(
  type: "Deployment" | "Service",
  resource: Resource,
  desired: K8sObject,
  draft: StatusDraft,
  { client, now }: ListenerTools,
): Promise<Failure | undefined> {
  const created = await client.create(resource, desired);
  const error = created.ok ? undefined : messageOf(created.error);
  draft.conditions = setCondition(draft.conditions, existence(type, error), now());
  if (!created.ok) return failureOf(created.error);
  if (type === "Deployment") draft.conditions = mirrorDeployment(draft.conditions, created.value, now());
  return undefined;
}

/** A failure that is over is no longer reported; of other types the last word stays. */
function mirrorDeployment(conditions: Conditions, deployment: K8sObject, now: string): Conditions {
  const others = conditions.filter(({ type }) => type !== "ReplicaFailure");
  return mirrorConditions(others, conditionsOf(deployment) ?? [], now);
}

/**
 * Updates an object whose spec, labels or annotations differ from what is desired. Annotations that are there win over
 * desired ones (a quirk); the rest is replaced as a whole, so that fields which the API server defaults always differ:
 * such an update changes nothing there.
 */
async function correct(
  resource: Resource,
  struct: GoStruct,
  existing: K8sObject,
  desired: K8sObject,
  { client }: ListenerTools,
  keep: (desired: GoObject, existing: GoObject) => GoObject,
): Promise<Failure | undefined> {
  const current = decodeStruct(struct, specOf(existing), parsedJson, { strict: false });
  const wanted = decodeStruct(struct, specOf(desired), parsedJson, { strict: false });
  if (!current.ok) return { message: current.error, isConflict: false };
  if (!wanted.ok) return { message: wanted.error, isConflict: false };
  const spec = keep(wanted.value, current.value);
  const labels = desired.metadata.labels ?? {};
  const annotations = { ...desired.metadata.annotations, ...existing.metadata.annotations };
  const same =
    equalStructs(struct, spec, current.value) &&
    sameJson(labels, existing.metadata.labels ?? {}) &&
    sameJson(annotations, existing.metadata.annotations ?? {});
  if (same) return undefined;

  const { annotations: _, ...metadata } = existing.metadata;
  const updated = await client.update(resource, {
    ...existing,
    metadata: { ...metadata, labels, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: encodeStruct(struct, spec),
  });
  return updated.ok ? undefined : failureOf(updated.error);
}

function specOf(object: K8sObject): JsonValue {
  return (object["spec"] ?? {}) as JsonValue;
}

/** Of what the API server assigned to a Service, these are kept. */
function keepAssigned(desired: GoObject, existing: GoObject): GoObject {
  const spec: GoObject = { ...desired };
  if (existing["clusterIP"] !== undefined) spec["clusterIP"] = existing["clusterIP"];
  if (desired["type"] !== "NodePort" || existing["type"] !== "NodePort") return spec;
  const assigned = (existing["ports"] ?? []) as readonly GoObject[];
  spec["ports"] = ((desired["ports"] ?? []) as readonly GoObject[]).map((port, i) => {
    const nodePort = assigned[i]?.["nodePort"];
    return assigned[i] === undefined ? port : defined({ ...port, nodePort });
  });
  return spec;
}

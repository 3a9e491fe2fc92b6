import { matchesLabelSelector } from "../../api/label-selector.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import type { ConnectHandler, PipelineResponse, ResourceRequest } from "../pipeline.ts";
import { failure, plainError } from "../status.ts";
import { findPod, type PodReader } from "./pod-location.ts";
import { statusResponse } from "./pod-log.ts";

/** What eviction needs of the server. */
export interface EvictionParts {
  readonly reader: PodReader;
  /** The PodDisruptionBudgets of a namespace. */
  budgets(namespace: string): readonly K8sObject[];
  /** Deletes the pod as DELETE with these DeleteOptions would; the answer's Status when that is refused. */
  deletePod(request: ResourceRequest, options: JsonObject): Promise<Status | undefined>;
}

const refusal = "Cannot evict pod as it would violate the pod's disruption budget.";

/** POST pods/NAME/eviction: a deletion that disruption budgets may refuse (spec: kube-api, section 11). */
export function podEviction(parts: EvictionParts): ConnectHandler {
  return { resource: "pods/eviction", handle: (request, body) => evict(parts, request, body) };
}

async function evict(
  parts: EvictionParts,
  request: ResourceRequest,
  body: JsonValue | undefined,
): Promise<PipelineResponse> {
  const namespace = request.namespace ?? "";
  const pod = findPod(parts.reader, namespace, request.name ?? "");
  if (!pod.ok) return statusResponse(pod.error);
  const refused = isUnprotected(pod.value) ? undefined : refusalBy(parts.budgets(namespace), pod.value);
  if (refused !== undefined) return statusResponse(refused);
  const asked = isJsonObject(body) ? body["deleteOptions"] : undefined;
  const failed = await parts.deletePod(request, isJsonObject(asked) ? asked : {});
  if (failed !== undefined) return statusResponse(failed);
  const done = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
  return { kind: "json", status: 201, body: done };
}

/** Pods that have ended, never ran or are going away anyway are nobody's loss. */
function isUnprotected(pod: K8sObject): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return true;
  const phase = objectOf(pod["status"])["phase"];
  return phase === "Succeeded" || phase === "Failed" || phase === "Pending";
}

function refusalBy(budgets: readonly K8sObject[], pod: K8sObject): Status | undefined {
  const matching = budgets.filter((budget) =>
    matchesLabelSelector(objectOf(budget["spec"])["selector"], pod.metadata.labels),
  );
  const [budget, another] = matching;
  if (budget === undefined) return undefined;
  if (another !== undefined)
    return plainError(
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  const status = objectOf(budget["status"]);
  const name = budget.metadata.name ?? "";
  const observed = numberOf(status["observedGeneration"]);
  if (observed < (budget.metadata.generation ?? 0))
    return tooMany(`The disruption budget ${name} is still being processed by the server.`, 10);
  if (numberOf(status["disruptionsAllowed"]) > 0) return undefined;
  const needed = numberOf(status["desiredHealthy"]);
  const healthy = numberOf(status["currentHealthy"]);
  return tooMany(`The disruption budget ${name} needs ${needed} healthy pods and has ${healthy} currently`);
}

function tooMany(message: string, retryAfterSeconds?: number): Status {
  return failure(429, "TooManyRequests", refusal, {
    causes: [{ reason: "DisruptionBudget", message }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value as JsonValue | undefined) ? (value as JsonObject) : {};
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 0;
}

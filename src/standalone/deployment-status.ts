import type { K8sObject } from "../api/object.ts";
import { sameJson } from "../json/same-json.ts";
import { type JsonObject, member } from "../json/value.ts";

export interface ReplicaCounts {
  readonly replicas: number;
  /** Pods of the present template. */
  readonly updated: number;
  readonly ready: number;
  /** Why a Pod could not be created. */
  readonly createError: string | undefined;
  /** What the Pods say about not being ready. */
  readonly message: string;
  /** The name that a ReplicaSet of this template would have; only shown in messages. */
  readonly replicaSet: string;
  readonly now: Date;
}

/** The status that Kubernetes' Deployment controller would write; undefined when nothing would change. */
export function deploymentStatus(deployment: K8sObject, counts: ReplicaCounts): JsonObject | undefined {
  const before = (deployment["status"] ?? {}) as JsonObject;
  const available = counts.ready >= counts.replicas;
  const unavailable = Math.max(0, counts.replicas - counts.ready);
  const reasonless = counts.message === "" ? "" : ` ${counts.message}`;
  const wanted: readonly Condition[] = [
    available
      ? {
          type: "Available",
          status: "True",
          reason: "MinimumReplicasAvailable",
          message: "Deployment has minimum availability.",
        }
      : {
          type: "Available",
          status: "False",
          reason: "MinimumReplicasUnavailable",
          message: `Deployment does not have minimum availability.${reasonless}`,
        },
    available && counts.updated >= counts.replicas
      ? {
          type: "Progressing",
          status: "True",
          reason: "NewReplicaSetAvailable",
          message: `ReplicaSet "${counts.replicaSet}" has successfully progressed.`,
        }
      : {
          type: "Progressing",
          status: "True",
          reason: "ReplicaSetUpdated",
          message: `ReplicaSet "${counts.replicaSet}" is progressing.`,
        },
    ...(counts.createError === undefined
      ? []
      : [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: counts.createError } as const]),
  ];
  const now = `${counts.now.toISOString().slice(0, 19)}Z`;
  const old = conditionsOf(before);
  const conditions = wanted.map((condition): JsonObject => {
    const same = old.find((entry) => entry["type"] === condition.type);
    const unchanged =
      same?.["status"] === condition.status &&
      same["reason"] === condition.reason &&
      same["message"] === condition.message;
    return {
      ...condition,
      lastUpdateTime: unchanged ? (same["lastUpdateTime"] ?? now) : now,
      lastTransitionTime: same?.["status"] === condition.status ? (same["lastTransitionTime"] ?? now) : now,
    };
  });
  const status: JsonObject = {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...(counts.updated > 0 ? { replicas: counts.updated, updatedReplicas: counts.updated } : {}),
    ...(counts.ready > 0 ? { readyReplicas: counts.ready, availableReplicas: counts.ready } : {}),
    ...(unavailable > 0 ? { unavailableReplicas: unavailable } : {}),
    conditions,
  };
  return sameJson(before, status) ? undefined : status;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function conditionsOf(status: JsonObject): readonly JsonObject[] {
  const conditions = member(status, "conditions");
  return Array.isArray(conditions) ? (conditions as readonly JsonObject[]) : [];
}

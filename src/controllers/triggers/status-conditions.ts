import type { K8sObject } from "../../api/object.ts";
import { decodeStruct } from "../../api/triggers/go-decode.ts";
import { structOf } from "../../api/triggers/go-type.ts";
import { parsedJson } from "../../api/triggers/json-source.ts";
import type { Condition } from "../../api/triggers/objects.ts";
import { triggersTypes } from "../../api/triggers/trigger-types.ts";
import { compareUtf8 } from "../../json/go-utf8.ts";
import { type JsonObject, type JsonValue, member } from "../../json/value.ts";

export type Conditions = readonly Condition[];

/** Sets the condition of that type and sorts all by type. Nothing changes when only the time would. */
export function setCondition(conditions: Conditions, condition: Condition, now: string): Conditions {
  const old = conditions.find(({ type }) => type === condition.type);
  if (old !== undefined && sameCondition(old, condition)) return conditions;
  const others = conditions.filter(({ type }) => type !== condition.type);
  return [...others, { ...condition, lastTransitionTime: now }].sort((a, b) => compareUtf8(a.type ?? "", b.type ?? ""));
}

/** Sets conditions as another object reports them: type, status, reason and message. */
export function mirrorConditions(conditions: Conditions, reported: Conditions, now: string): Conditions {
  return reported.reduce((all, { type = "", status = "", reason, message }) => {
    return setCondition(all, { type, status, ...(reason && { reason }), ...(message && { message }) }, now);
  }, conditions);
}

/** A condition that says whether something exists, or why it does not. */
export function existence(type: string, error?: string): Condition {
  return error === undefined
    ? { type, status: "True", message: `${type} exists` }
    : { type, status: "False", message: error };
}

/** In this order the first that is not true decides. */
const readyDependsOn = ["Service", "Deployment", "Progressing", "Available"];

/** The condition Ready; of those it depends on, one that is missing does not matter (spec: controller, section 2). */
export function readiness(conditions: Conditions): Condition {
  const blocking = readyDependsOn
    .map((type) => conditions.find((condition) => condition.type === type))
    .find((condition) => condition !== undefined && condition.status !== "True");
  if (blocking === undefined) return { type: "Ready", status: "True", message: "EventListener is ready" };
  const { type, status = "", message = "" } = blocking;
  return {
    type: "Ready",
    status: "False",
    message: `Condition ${type} has status: ${status} with message: ${message}`,
  };
}

/** Whether both lists say the same, times aside. */
export function sameConditions(a: Conditions, b: Conditions): boolean {
  return a.length === b.length && a.every((condition, i) => sameCondition(condition, b[i] ?? {}));
}

/** Conditions that ended up as they were before keep the time of their last real change. */
export function keepTimes(conditions: Conditions, before: Conditions): Conditions {
  return conditions.map((condition) => {
    const old = before.find(({ type }) => type === condition.type);
    return old !== undefined && sameCondition(old, condition) ? old : condition;
  });
}

function sameCondition(a: Condition, b: Condition): boolean {
  const fields = ["type", "status", "severity", "reason", "message"] as const;
  return fields.every((field) => (a[field] ?? "") === (b[field] ?? ""));
}

/** Conditions of any object's status; undefined when it reports none at all. */
export function conditionsOf(object: K8sObject): Conditions | undefined {
  const conditions = member(object["status"] as JsonValue | undefined, "conditions");
  if (!Array.isArray(conditions)) return undefined;
  const status: JsonObject = { conditions };
  const decoded = decodeStruct(structOf(triggersTypes.v1beta1, "Status"), status, parsedJson, { strict: false });
  return decoded.ok ? ((decoded.value["conditions"] as unknown as Conditions | undefined) ?? []) : [];
}

import { child, items, text } from "../../api/core/fields.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { age, type Cells, count, nameOf, none, specOf, statusOf, unset } from "./cell-texts.ts";

const webhookCells: Cells = (object, nowMs) => [nameOf(object), items(object, "webhooks").length, age(object, nowMs)];

/** An admission policy, by the list in its spec that counts. */
function policyCells(list: "validations" | "mutations"): Cells {
  return (object, nowMs) => {
    const kind = child(specOf(object), "paramKind");
    const shown = kind ? `${text(kind, "apiVersion")}/${text(kind, "kind")}` : unset;
    return [nameOf(object), items(specOf(object), list).length, shown, age(object, nowMs)];
  };
}

const policyBindingCells: Cells = (object, nowMs) => {
  const ref = child(specOf(object), "paramRef");
  const shown = [text(ref, "namespace"), text(ref, "name")].filter((part) => part !== "").join("/");
  return [nameOf(object), text(specOf(object), "policyName"), ref ? shown : unset, age(object, nowMs)];
};

const flowSchemaCells: Cells = (object, nowMs) => {
  const spec = specOf(object);
  const dangling = items(statusOf(object), "conditions").find((condition) => text(condition, "type") === "Dangling");
  return [
    nameOf(object),
    text(child(spec, "priorityLevelConfiguration"), "name") || none,
    count(spec, "matchingPrecedence"),
    text(child(spec, "distinguisherMethod"), "type") || none,
    age(object, nowMs),
    text(dangling, "status") || "?",
  ];
};

const priorityLevelCells: Cells = (object, nowMs) => {
  const limited = child(specOf(object), "limited");
  const queuing = child(child(limited, "limitResponse"), "queuing");
  const amount = (from: JsonObject | undefined, key: string): JsonValue => (from ? count(from, key) : none);
  return [
    nameOf(object),
    text(specOf(object), "type"),
    amount(limited, "nominalConcurrencyShares"),
    amount(queuing, "queues"),
    amount(queuing, "handSize"),
    amount(queuing, "queueLengthLimit"),
    age(object, nowMs),
  ];
};

/** Cells of the kinds that steer the server itself - admission, flow control - by `group/resource`. */
export const controlCells: Readonly<Record<string, Cells>> = {
  "admissionregistration.k8s.io/mutatingadmissionpolicies": policyCells("mutations"),
  "admissionregistration.k8s.io/mutatingadmissionpolicybindings": policyBindingCells,
  "admissionregistration.k8s.io/mutatingwebhookconfigurations": webhookCells,
  "admissionregistration.k8s.io/validatingadmissionpolicies": policyCells("validations"),
  "admissionregistration.k8s.io/validatingadmissionpolicybindings": policyBindingCells,
  "admissionregistration.k8s.io/validatingwebhookconfigurations": webhookCells,
  "flowcontrol.apiserver.k8s.io/flowschemas": flowSchemaCells,
  "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations": priorityLevelCells,
};

import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../../json/value.ts";
import { type FieldProblem, invalid, required } from "../field-problem.ts";
import { child, text } from "../fields.ts";
import { type KindStrategy, plainStrategy } from "../kind-strategy.ts";
import { qualifiedNameProblems } from "../names.ts";

function fieldLabels(object: JsonObject): Readonly<Record<string, string>> {
  const about = child(object, "involvedObject") ?? child(object, "regarding");
  const source = child(object, "source") ?? child(object, "deprecatedSource");
  const reporting = text(object, "reportingComponent") || text(object, "reportingController");
  return {
    "involvedObject.kind": text(about, "kind"),
    "involvedObject.namespace": text(about, "namespace"),
    "involvedObject.name": text(about, "name"),
    "involvedObject.uid": text(about, "uid"),
    "involvedObject.apiVersion": text(about, "apiVersion"),
    "involvedObject.resourceVersion": text(about, "resourceVersion"),
    "involvedObject.fieldPath": text(about, "fieldPath"),
    "regarding.kind": text(about, "kind"),
    "regarding.namespace": text(about, "namespace"),
    "regarding.name": text(about, "name"),
    reason: text(object, "reason"),
    reportingComponent: reporting,
    source: text(source, "component") || reporting,
    type: text(object, "type"),
  };
}

function namespaceProblems(object: JsonObject, about: JsonObject | undefined): readonly FieldProblem[] {
  const namespace = text(about, "namespace");
  const own = text(child(object, "metadata"), "namespace");
  if (namespace === own || (namespace === "" && own === "default")) return [];
  return [invalid("involvedObject.namespace", namespace, "does not match event.namespace")];
}

/** Events as core/v1 has them: lenient (spec: kube-api, section 13). */
export const coreEventStrategy: KindStrategy = {
  ...plainStrategy,
  fieldLabels,
  validate: (object) => namespaceProblems(object, child(object, "involvedObject")),
};

/** What an update of an event may not change, with the names that messages use. */
const fixedFields: readonly (readonly [string, string])[] = [
  ["regarding", "involvedObject"],
  ["reason", "reason"],
  ["note", "message"],
  ["deprecatedSource", "source"],
  ["deprecatedFirstTimestamp", "firstTimestamp"],
  ["deprecatedLastTimestamp", "lastTimestamp"],
  ["deprecatedCount", "count"],
  ["type", "type"],
  ["eventTime", "eventTime"],
  ["action", "action"],
  ["related", "related"],
  ["reportingController", "reportingController"],
  ["reportingInstance", "reportingInstance"],
];

/** Events as events.k8s.io/v1 has them: complete, and only the series changes (spec: kube-api, section 13). */
export const newEventStrategy: KindStrategy = {
  ...plainStrategy,
  fieldLabels,
  validate: (object) => {
    const problems: FieldProblem[] = [...namespaceProblems(object, child(object, "regarding"))];
    if (text(object, "eventTime") === "") problems.push(required("eventTime"));
    const controller = text(object, "reportingController");
    if (controller === "") problems.push(required("reportingController"));
    for (const detail of qualifiedNameProblems(controller)) {
      problems.push(invalid("reportingController", controller, detail));
    }
    const instance = text(object, "reportingInstance");
    if (instance === "") problems.push(required("reportingInstance"));
    if (instance.length > 128) problems.push(invalid("reportingInstance", "", "can have at most 128 characters"));
    const action = text(object, "action");
    if (action === "") problems.push(required("action"));
    if (action.length > 128) problems.push(invalid("action", "", "can have at most 128 characters"));
    const reason = text(object, "reason");
    if (reason === "") problems.push(required("reason"));
    if (reason.length > 128) problems.push(invalid("reason", "", "can have at most 128 characters"));
    if (text(object, "note").length > 1024) problems.push(invalid("message", "", "can have at most 1024 characters"));
    const type = text(object, "type");
    if (type !== "Normal" && type !== "Warning") problems.push(invalid("type", "", `has invalid value: ${type}`));
    return problems;
  },
  validateUpdate: (object, old) =>
    fixedFields.flatMap(([field, name]) =>
      isDeepStrictEqual(object[field] ?? null, old[field] ?? null)
        ? []
        : [invalid(name, object[field] ?? null, "field is immutable")],
    ),
};

const pairs: readonly (readonly [core: string, event: string])[] = [
  ["eventTime", "eventTime"],
  ["series", "series"],
  ["reportingComponent", "reportingController"],
  ["reportingInstance", "reportingInstance"],
  ["action", "action"],
  ["reason", "reason"],
  ["involvedObject", "regarding"],
  ["related", "related"],
  ["message", "note"],
  ["type", "type"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
];

/** An event in the form of the other group; both are one store. */
export function convertEvent(event: JsonObject, group: "" | "events.k8s.io"): JsonObject {
  const toCore = group === "";
  const out: Record<string, JsonObject[string]> = {
    kind: "Event",
    apiVersion: toCore ? "v1" : "events.k8s.io/v1",
    metadata: event["metadata"]!,
  };
  for (const [core, modern] of pairs) {
    const [from, to] = toCore ? [modern, core] : [core, modern];
    const value = event[from];
    // Empty texts are only written in the older form, and there only for the reporter.
    if (value !== undefined && (toCore || value !== "")) out[to] = value;
  }
  if (toCore) {
    out["source"] ??= {};
    out["firstTimestamp"] ??= null;
    out["lastTimestamp"] ??= null;
    out["eventTime"] ??= null;
    out["reportingComponent"] ??= "";
    out["reportingInstance"] ??= "";
  } else {
    out["eventTime"] ??= null;
    out["deprecatedSource"] ??= {};
    out["deprecatedFirstTimestamp"] ??= null;
    out["deprecatedLastTimestamp"] ??= null;
  }
  return out;
}

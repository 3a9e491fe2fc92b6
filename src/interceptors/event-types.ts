import { isJsonArray, type JsonObject } from "../json/value.ts";
import { stop } from "./answer.ts";
import type { GoType } from "./go-struct.ts";
import { Code, type InterceptorResponse } from "./interceptor.ts";

/** The `eventTypes` param. */
export const eventTypesParam: GoType = { kind: "list", name: "[]string", element: { kind: "string" } };

/**
 * Stops unless the event is on the `eventTypes` list; without a list every event may pass, with an empty one none
 * (spec: event processing, section 7). `header` names where the event's type was read.
 */
export function refuseEventType(params: JsonObject, event: string, header: string): InterceptorResponse | undefined {
  const allowed = Object.hasOwn(params, "eventTypes") ? params["eventTypes"] : undefined;
  if (!isJsonArray(allowed) || allowed.includes(event)) return undefined;
  return stop(Code.failedPrecondition, `event type ${event} is not allowed`, {
    evidence: [
      event === "" ? { subject: header, error: "the request has no such header" } : { subject: header, value: event },
      { subject: "eventTypes", value: allowed },
    ],
  });
}

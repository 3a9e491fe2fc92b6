import { defaultEventListener } from "../../api/triggers/defaulting.ts";
import { decodeStruct } from "../../api/triggers/go-decode.ts";
import { structOf } from "../../api/triggers/go-type.ts";
import { parsedJson } from "../../api/triggers/json-source.ts";
import type { EventListener } from "../../api/triggers/objects.ts";
import { triggersTypes } from "../../api/triggers/trigger-types.ts";
import type { JsonValue } from "../../json/value.ts";
import { ok, type Result } from "../../result.ts";
import type { ListenerConfig } from "./listener-config.ts";

/** EventListeners are read in this version, whichever they were written in. */
export const listenerStruct = structOf(triggersTypes.v1beta1, "EventListener");

/** An EventListener as the reconciler sees it: unknown fields ignored, defaults applied. */
export function decodeListener(object: JsonValue, config: ListenerConfig): Result<EventListener, string> {
  const decoded = decodeStruct(listenerStruct, object, parsedJson, { strict: false });
  if (!decoded.ok) return decoded;
  return ok(defaultEventListener(decoded.value as EventListener, "v1beta1", config.defaults));
}

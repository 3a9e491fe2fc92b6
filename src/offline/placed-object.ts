import { isJsonObject, type JsonObject, member } from "../json/value.ts";
import type { PlannedObject } from "../triggers/render.ts";

/** The object with the namespace that it goes to. */
export function placedObject({ object, namespace }: PlannedObject): JsonObject {
  const metadata = member(object, "metadata");
  if (namespace === undefined || (metadata !== undefined && !isJsonObject(metadata))) return object;
  return { ...object, metadata: { ...metadata, namespace } };
}

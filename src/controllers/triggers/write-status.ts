import type { K8sObject, Resource, Status } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { messageOf, type ReconcileTools } from "./reconciler-client.ts";

const attempts = 10;

/** The end of every reconcile: what came of it. */
export interface Outcome {
  /** The status to have; undefined when it is that already. */
  readonly status: JsonObject | undefined;
  readonly error: string | undefined;
  /** Whether the error is one of two writers meeting, which is not worth an event. */
  readonly isConflict?: boolean;
}

/**
 * Writes the status if it changed, then reports the error, if any, as an event (spec: controller, section 2, step 7). A
 * status that cannot be written is an event and an error of its own.
 */
export async function finishReconcile(
  resource: Resource,
  object: K8sObject,
  { status, error, isConflict = false }: Outcome,
  tools: ReconcileTools,
): Promise<Result<undefined, string>> {
  if (status !== undefined) {
    const written = await writeStatus(resource, object, status, tools);
    if (!written.ok) {
      const message = messageOf(written.error);
      tools.warn(object, "UpdateFailed", `Failed to update status for "${object.metadata.name}": ${message}`);
      return err(message);
    }
  }
  if (error === undefined) return ok(undefined);
  if (!isConflict) tools.warn(object, "InternalError", error);
  return err(error);
}

/** On a conflict the newest object is taken and its status replaced. */
async function writeStatus(
  resource: Resource,
  object: K8sObject,
  status: JsonObject,
  { client }: ReconcileTools,
): Promise<Result<K8sObject, Status>> {
  let current = object;
  for (let attempt = 1; ; attempt++) {
    const written = await client.update(resource, { ...current, status }, { subresource: "status" });
    if (written.ok || written.error.reason !== "Conflict" || attempt === attempts) return written;
    const { namespace, name = "" } = object.metadata;
    const newest = await client.get(resource, { namespace, name });
    if (!newest.ok) return newest;
    current = newest.value;
  }
}

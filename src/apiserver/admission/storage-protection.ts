import { claimFinalizer, volumeFinalizer } from "../../api/core/kinds/storage.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { ok, type Result } from "../../result.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../pipeline.ts";

/** The finalizer that new objects of a collection get. */
const finalizers: ReadonlyMap<string, string> = new Map([
  ["/persistentvolumeclaims", claimFinalizer],
  ["/persistentvolumes", volumeFinalizer],
]);

/** Gives new claims and volumes the finalizer that keeps them while they are in use. */
export class StorageProtection implements AdmissionPlugin {
  handles({ operation, definition, subresource }: AdmissionAttributes): boolean {
    return operation === "CREATE" && subresource === undefined && finalizers.has(definition.collection);
  }

  admit({ object, definition }: AdmissionAttributes): Result<K8sObject | undefined, Status> {
    const finalizer = finalizers.get(definition.collection);
    const present = object?.metadata.finalizers ?? [];
    if (object === undefined || finalizer === undefined || present.includes(finalizer)) return ok(undefined);
    return ok({ ...object, metadata: { ...object.metadata, finalizers: [...present, finalizer] } });
  }
}

import type { K8sObject, Resource, Status } from "../../api/object.ts";
import type { Result } from "../../result.ts";

/** All that the reconcilers ask of the API server; KubeClient has it. */
export interface ReconcilerClient {
  get(resource: Resource, key: ObjectKey): Promise<Result<K8sObject, Status>>;
  create(resource: Resource, object: K8sObject): Promise<Result<K8sObject, Status>>;
  update(
    resource: Resource,
    object: K8sObject,
    options?: { readonly subresource?: string },
  ): Promise<Result<K8sObject, Status>>;
  delete(resource: Resource, key: ObjectKey): Promise<Result<unknown, Status>>;
}

interface ObjectKey {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** What a reconcile needs besides the object. */
export interface ReconcileTools {
  readonly client: ReconcilerClient;
  /** RFC 3339, whole seconds, UTC. */
  readonly now: () => string;
  /** Emits a Kubernetes event of type Warning about the object. */
  readonly warn: (object: K8sObject, reason: string, message: string) => void;
  /** For problems that do not fail the reconcile. */
  readonly log: (message: string) => void;
}

/** What an API error says. */
export function messageOf(status: Status): string {
  return status.message ?? status.reason ?? "the request failed";
}

import type { K8sObject } from "../../api/object.ts";
import type { StoredObject } from "../../store/object-store.ts";

/** What a request about one object comes to. */
export interface ObjectOutcome {
  readonly status: number;
  /** In the version asked for. */
  readonly object: K8sObject;
  /** Set when `object` is exactly what is stored, whose text can be sent as it is. */
  readonly stored?: StoredObject;
  readonly warnings: readonly string[];
  /** The object is a Status or a virtual kind: no Table or metadata form. */
  readonly plain?: boolean;
}

import type { Status } from "../../api/object.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ObjectStore } from "../../store/object-store.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../pipeline.ts";
import { forbiddenObject, notFound } from "../status.ts";

const immortal = new Set(["default", "kube-system", "kube-public"]);

/** Keeps objects out of namespaces that are absent or going (spec: kube-api, section 7). */
export class NamespaceLifecycle implements AdmissionPlugin {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles({ operation, definition, namespace }: AdmissionAttributes): boolean {
    if (definition.collection === "/namespaces") return operation === "DELETE";
    return operation === "CREATE" && namespace !== undefined && definition.namespaced;
  }

  admit({ definition, namespace = "", name }: AdmissionAttributes): Result<undefined, Status> {
    const resource = { group: definition.group, resource: definition.resource };
    if (definition.collection === "/namespaces") {
      return immortal.has(name)
        ? err(forbiddenObject(resource, name, "this namespace may not be deleted"))
        : ok(undefined);
    }
    if (definition.resource === "localsubjectaccessreviews") return ok(undefined);
    const found = this.#store.get("/namespaces", namespace)?.object;
    if (!found) return err(notFound({ group: "", resource: "namespaces" }, namespace));
    if (found.metadata.deletionTimestamp === undefined) return ok(undefined);
    const refused = forbiddenObject(
      resource,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
    return err({
      ...refused,
      details: {
        ...refused.details,
        causes: [
          {
            reason: "NamespaceTerminating",
            message: `namespace ${namespace} is being terminated`,
            field: "metadata.namespace",
          },
        ],
      },
    });
  }
}

import type { K8sObject, Status } from "../api/object.ts";
import { admitPipelinesObject } from "../api/pipelines/admission.ts";
import { convertPipelinesObject } from "../api/pipelines/conversion.ts";
import { pipelinesResources } from "../api/pipelines/resources.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../apiserver/pipeline.ts";
import { err, ok, type Result } from "../result.ts";
import type { ObjectStore } from "../store/object-store.ts";

const kinds: ReadonlyMap<string, string> = new Map(
  pipelinesResources.map((resource) => [`${resource.group}/${resource.kind}`, resource.kind]),
);

/** Whether a kind is one of Tekton Pipelines. */
export function isPipelinesKind(group: string, kind: string): boolean {
  return kinds.has(`${group}/${kind}`);
}

/** Defaulting and validation of Tekton Pipelines' kinds inside the API server, as its webhooks do them. */
export class PipelinesAdmission implements AdmissionPlugin {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles({ definition, operation, subresource }: AdmissionAttributes): boolean {
    const writes = operation === "CREATE" || operation === "UPDATE";
    return writes && subresource === undefined && isPipelinesKind(definition.group, definition.kind);
  }

  admit(attributes: AdmissionAttributes): Result<K8sObject | undefined, Status> {
    const { object, oldObject, operation } = attributes;
    if (object === undefined) return ok(undefined);
    const admitted = admitPipelinesObject({
      operation,
      object,
      ...(oldObject === undefined ? {} : { oldObject }),
      configMaps: {
        "config-defaults": this.#data("config-defaults"),
        "feature-flags": this.#data("feature-flags"),
      },
    });
    if (admitted.ok) return admitted;
    const { code, reason, message } = admitted.error;
    return err({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code });
  }

  #data(name: string): Readonly<Record<string, string>> {
    const configMap = this.#store.get("/configmaps", `tekton-pipelines/${name}`)?.object;
    return (configMap?.["data"] as Readonly<Record<string, string>> | undefined) ?? {};
  }
}

/** Brings objects of Tekton Pipelines' kinds into another version. */
export function convertPipelines(objects: readonly K8sObject[], version: string): readonly K8sObject[] {
  return objects.map((object) => convertPipelinesObject(object, version));
}

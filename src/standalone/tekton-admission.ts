import type { K8sObject, Status } from "../api/object.ts";
import { admitPipelinesObject } from "../api/pipelines/admission.ts";
import { convertPipelinesObject } from "../api/pipelines/conversion.ts";
import { admitTriggersObject } from "../api/triggers/admission.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../apiserver/pipeline.ts";
import type { VersionConverter } from "../apiserver/resource-definition.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { clientFailure } from "../kube/status.ts";
import { err, ok, type Result } from "../result.ts";
import { triggerWarnings } from "../triggers/trigger-warnings.ts";

/** Data of the ConfigMaps in the components' namespace, by name. */
export type ConfigMapData = () => Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What Tekton's webhooks do on a cluster, in this process: the same functions that the webhook role serves. */
export function tektonAdmission(configMaps: ConfigMapData): readonly AdmissionPlugin[] {
  return [triggersAdmission(configMaps), pipelinesAdmission(configMaps)];
}

function triggersAdmission(configMaps: ConfigMapData): AdmissionPlugin {
  return {
    handles: ({ definition, operation }) => definition.group === "triggers.tekton.dev" && isWrite(operation),
    admit: (attributes) => {
      const { operation, definition, version, object, oldObject, subresource } = attributes;
      const admitted = admitTriggersObject({
        operation,
        apiVersion: `${definition.group}/${version}`,
        kind: definition.kind,
        object: object as unknown as JsonObject | undefined,
        oldObject: oldObject as unknown as JsonObject | undefined,
        configMaps: configMaps(),
      });
      if (admitted.ok) {
        const admittedObject = admitted.value as unknown as K8sObject | undefined;
        // Told to whoever writes it: Tekton takes it, and nobody learns of it before an event comes.
        const warned = subresource === undefined ? admittedObject : undefined;
        for (const { path, message } of triggerWarnings((warned ?? null) as unknown as JsonValue)) {
          attributes.warn(`${path}: ${message}`);
        }
        return ok(admittedObject);
      }
      const webhook = admitted.error.stage === "mutate" ? "webhook" : "validation.webhook";
      return refuse(`admission webhook "${webhook}.triggers.tekton.dev" denied the request: ${admitted.error.message}`);
    },
  };
}

function pipelinesAdmission(configMaps: ConfigMapData): AdmissionPlugin {
  return {
    handles: ({ definition, operation }) => definition.group === "tekton.dev" && isWrite(operation),
    admit: ({ operation, object, oldObject, subresource }) => {
      if (object === undefined) return ok(undefined);
      const admitted = admitPipelinesObject({
        operation,
        object,
        ...(oldObject === undefined ? {} : { oldObject }),
        ...(subresource === undefined ? {} : { subResource: subresource }),
        configMaps: configMaps(),
      });
      return admitted.ok ? admitted : refuse(admitted.error.message);
    },
  };
}

function isWrite(operation: AdmissionAttributes["operation"]): boolean {
  return operation === "CREATE" || operation === "UPDATE";
}

function refuse(message: string): Result<never, Status> {
  return err(clientFailure(400, "BadRequest", message));
}

/** Brings objects of Tekton Pipelines into the version asked for; other kinds only change their apiVersion. */
export const convertTekton: VersionConverter = async (objects, version) => {
  return ok(
    objects.map((object) => {
      const group = object.apiVersion.split("/")[0] ?? "";
      return group === "tekton.dev"
        ? convertPipelinesObject(object, version)
        : { ...object, apiVersion: `${group}/${version}` };
    }),
  );
};

import type { K8sObject } from "../api/object.ts";
import { admitPipelinesObject } from "../api/pipelines/admission.ts";
import { pipelinesResources } from "../api/pipelines/resources.ts";
import { admitTriggersObject } from "../api/triggers/admission.ts";
import { triggersGroup } from "../api/triggers/kinds.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { describeRefusal, type PlannedObject } from "../triggers/render.ts";
import type { TriggerVerdict } from "../triggers/verdict.ts";

/** Data of ConfigMaps by name. */
export type ConfigMapData = Readonly<Record<string, Readonly<Record<string, string>>>>;

const pipelinesGroups: ReadonlySet<string> = new Set(pipelinesResources.map(({ group }) => group));

/**
 * A verdict as it ends when its objects are handed to the API server: an object that admission refuses is not created,
 * nor are those after it.
 */
export function admitPlanned(verdict: TriggerVerdict, configMaps: ConfigMapData): TriggerVerdict {
  for (const [index, planned] of verdict.objects.entries()) {
    const refusal = refusalOf(planned, configMaps);
    if (refusal === undefined) continue;
    const message = describeRefusal(planned.resource, 400, refusal);
    const outcome = { kind: "failed", reason: "CreateFailed", message, canPass: false } as const;
    return { ...verdict, outcome, objects: verdict.objects.slice(0, index) };
  }
  return verdict;
}

function refusalOf({ resource, object, namespace }: PlannedObject, configMaps: ConfigMapData): string | undefined {
  const named = withName(object, namespace);
  if (pipelinesGroups.has(resource.group)) {
    const admitted = admitPipelinesObject({ operation: "CREATE", object: named, configMaps });
    return admitted.ok ? undefined : admitted.error.message;
  }
  if (resource.group !== triggersGroup) return undefined;
  const { apiVersion, kind } = named;
  const request = { operation: "CREATE", apiVersion, kind, object: named as unknown as JsonValue, configMaps };
  const admitted = admitTriggersObject(request);
  if (admitted.ok) return undefined;
  const webhook = admitted.error.stage === "mutate" ? "webhook" : "validation.webhook";
  return `admission webhook "${webhook}.triggers.tekton.dev" denied the request: ${admitted.error.message}`;
}

/** The object as admission sees it: a generated name is complete by then. */
function withName(object: JsonObject, namespace: string | undefined): K8sObject {
  const { metadata = {}, ...rest } = object as unknown as K8sObject;
  const { name, generateName = "" } = metadata;
  const place = namespace === undefined ? {} : { namespace };
  return { ...rest, metadata: { ...metadata, ...place, name: name ?? `${generateName}00000` } } as K8sObject;
}

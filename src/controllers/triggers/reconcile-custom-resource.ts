import type { K8sObject, Resource } from "../../api/object.ts";
import { decodeStruct, type GoObject } from "../../api/triggers/go-decode.ts";
import { differingFields } from "../../api/triggers/go-equal.ts";
import { structOf } from "../../api/triggers/go-type.ts";
import { parsedJson, type RawJson } from "../../api/triggers/json-source.ts";
import type { Container, EventListener, PodSpec, PodTemplate } from "../../api/triggers/objects.ts";
import { kubernetesTypes } from "../../api/triggers/pod-types.ts";
import { goUrl, printGoUrl } from "../../json/go-url.ts";
import { sameJson } from "../../json/same-json.ts";
import { type JsonValue, member } from "../../json/value.ts";
import { deployments, services } from "../../kube/known-resources.ts";
import { defined } from "./defined.ts";
import {
  buildCustomResource,
  encodeWithPod,
  guessResource,
  type WithPod,
  withPod,
} from "./listener-custom-resource.ts";
import { workloadName } from "./listener-names.ts";
import { type Failure, failureOf, type ListenerTools, type StatusDraft } from "./listener-tools.ts";
import { conditionsOf, mirrorConditions, setCondition } from "./status-conditions.ts";

/** Creates or corrects a listener's custom object and takes over what it reports (spec: controller, section 5). */
export async function reconcileCustomResource(
  listener: EventListener,
  given: RawJson,
  draft: StatusDraft,
  tools: ListenerTools,
): Promise<Failure | undefined> {
  const built = buildCustomResource(listener, given, tools.config);
  if (!built.ok) return { message: built.error, isConflict: false };
  const desired = built.value;
  const resource = guessResource(desired.apiVersion ?? "", desired.kind ?? "");
  const key = { namespace: desired.metadata?.namespace ?? "", name: desired.metadata?.name ?? "" };

  const found = await tools.client.get(resource, key);
  if (!found.ok) {
    if (found.error.reason !== "NotFound") return failureOf(found.error);
    const created = await tools.client.create(resource, encodeWithPod(desired));
    return created.ok ? undefined : failureOf(created.error);
  }
  const stale = await removeWorkloads(listener, tools);
  if (stale !== undefined) return stale;
  const corrected = await correct(resource, found.value, desired, tools);
  if (!corrected.ok) return corrected.failure;
  return takeOver(corrected.object, draft, tools);
}

/** What was deployed while the listener had no custom object. */
async function removeWorkloads(
  listener: EventListener,
  { client, cache }: ListenerTools,
): Promise<Failure | undefined> {
  const key = { namespace: listener.metadata?.namespace ?? "", name: workloadName(listener) };
  if (cache.deployment(key.namespace, key.name) === undefined) return undefined;
  for (const resource of [deployments, services]) {
    const deleted = await client.delete(resource, key);
    if (!deleted.ok && deleted.error.reason !== "NotFound") return failureOf(deleted.error);
  }
  return undefined;
}

type Corrected = { readonly ok: true; readonly object: K8sObject } | { readonly ok: false; readonly failure: Failure };

async function correct(
  resource: Resource,
  existing: K8sObject,
  desired: WithPod,
  { client }: ListenerTools,
): Promise<Corrected> {
  let object = existing;
  const labels = desired.metadata?.labels ?? {};
  const annotations = { ...desired.metadata?.annotations, ...existing.metadata.annotations };
  const sameMetadata =
    sameJson(labels, existing.metadata.labels ?? {}) && sameJson(annotations, existing.metadata.annotations ?? {});
  if (!sameMetadata) object = { ...existing, metadata: { ...existing.metadata, labels, annotations } };

  const decoded = decodeStruct(withPod, object as unknown as JsonValue, parsedJson, { strict: false });
  if (!decoded.ok) return { ok: false, failure: { message: decoded.error, isConflict: false } };
  const current = decoded.value as WithPod;
  const template = correctTemplate(current.spec?.template ?? {}, desired.spec?.template ?? {});
  // Everything but the template is dropped then, the status included (a quirk).
  if (template !== undefined) object = encodeWithPod({ ...current, spec: { template } });

  if (sameMetadata && template === undefined) return { ok: true, object };
  const updated = await client.update(resource, object);
  return updated.ok ? { ok: true, object } : { ok: false, failure: failureOf(updated.error) };
}

const podFields = ["serviceAccountName", "tolerations", "nodeSelector", "affinity", "topologySpreadConstraints"];
const containerFields = [
  "name",
  "image",
  "ports",
  "args",
  "command",
  "resources",
  "env",
  "readinessProbe",
  "volumeMounts",
];

/** The template with what differs corrected; undefined when nothing does. Fields that nobody sets stay. */
function correctTemplate(current: PodTemplate, desired: PodTemplate): PodTemplate | undefined {
  const meta = correctFields("ObjectMeta", ["name", "labels", "annotations"], current.metadata, desired.metadata);
  const [wanted] = desired.spec?.containers ?? [];
  const containers = current.spec?.containers ?? [];
  const [only] = containers;
  // Where several containers are replaced by one, volumes stay (a quirk).
  const fields = containers.length === 1 ? [...podFields, "volumes"] : podFields;
  const pod = correctFields("PodSpec", fields, current.spec, desired.spec);
  const container =
    only === undefined || containers.length !== 1
      ? wanted
      : (correctFields("Container", containerFields, only, wanted) as Container | undefined);
  if (meta === undefined && pod === undefined && container === undefined) return undefined;
  const spec: PodSpec = { ...(pod ?? current.spec), ...(container && { containers: [container] }) };
  return defined({ metadata: meta ?? current.metadata, spec }) as PodTemplate;
}

function correctFields(
  type: string,
  names: readonly string[],
  current: object = {},
  desired: object = {},
): GoObject | undefined {
  const struct = structOf(kubernetesTypes, type);
  const [is, should] = [current as GoObject, desired as GoObject];
  const different = differingFields(struct, is, should).filter((name) => names.includes(name));
  if (different.length === 0) return undefined;
  return defined({ ...is, ...Object.fromEntries(different.map((name) => [name, should[name]])) });
}

/** Conditions and address as the object reports them. Service and Deployment stay false. */
function takeOver(object: K8sObject, draft: StatusDraft, { now }: ListenerTools): Failure | undefined {
  const conditions = conditionsOf(object);
  if (conditions === undefined) return undefined;
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready !== undefined && ready.status !== "True") {
    return { message: `custom object is not yet ready because ${ready.message ?? ""}`, isConflict: false };
  }
  draft.conditions = mirrorConditions(draft.conditions, conditions, now());
  draft.conditions = setCondition(
    draft.conditions,
    { type: "Ready", status: "True", message: "EventListener is ready" },
    now(),
  );
  const url = member(object["status"] as JsonValue | undefined, "url");
  const host = typeof url === "string" ? url.split("//")[1] : undefined;
  if (host !== undefined) draft.address = { ...draft.address, url: printGoUrl(goUrl({ scheme: "http", host })) };
  return undefined;
}

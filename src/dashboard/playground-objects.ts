import type { K8sObject, Resource, Status } from "../api/object.ts";
import { triggersGroup } from "../api/triggers/kinds.ts";
import { isJsonArray, type JsonValue, member } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { eventListeners } from "../kube/known-resources.ts";
import { yamlText } from "../offline/yaml-text.ts";
import { ok, type Result } from "../result.ts";

const kinds = {
  Trigger: "triggers",
  TriggerBinding: "triggerbindings",
  ClusterTriggerBinding: "clustertriggerbindings",
  TriggerTemplate: "triggertemplates",
} as const;
type Kind = keyof typeof kinds;

/** More objects are no text to edit. */
const maxObjects = 60;

/**
 * An EventListener and what it refers to, as YAML documents; without Secrets. What cannot be read is told in a comment.
 * Selectors stand for all Triggers of the listener's namespace.
 */
export async function listenerObjects(
  client: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<Result<string, Status>> {
  const listener = await client.get(eventListeners, { namespace, name });
  if (!listener.ok) return listener;
  const documents = [objectText(listener.value)];
  const seen = new Set<string>();
  const triggers: K8sObject[] = [];
  const add = async (kind: Kind, reference: JsonValue | undefined): Promise<void> => {
    if (typeof reference !== "string" || seen.has(`${kind} ${reference}`) || seen.size >= maxObjects) return;
    seen.add(`${kind} ${reference}`);
    const found = await client.get(resourceOf(kind), {
      ...(kind === "ClusterTriggerBinding" ? {} : { namespace }),
      name: reference,
    });
    documents.push(found.ok ? objectText(found.value) : `# ${kind} ${reference}: ${found.error.message ?? ""}\n`);
    if (found.ok && kind === "Trigger") triggers.push(found.value);
  };
  const spec = listener.value["spec"] as JsonValue | undefined;
  for (const trigger of listOf(spec, "triggers")) await add("Trigger", member(trigger, "triggerRef"));
  if (["triggerGroups", "labelSelector", "namespaceSelector"].some((field) => member(spec, field) !== undefined)) {
    const listed = await client.list(resourceOf("Trigger"), { namespace });
    for (const { metadata } of listed.ok ? listed.value.items : []) await add("Trigger", metadata.name);
  }
  for (const trigger of [...listOf(spec, "triggers"), ...triggers.map((object) => object["spec"] as JsonValue)]) {
    for (const binding of listOf(trigger, "bindings")) {
      const kind = member(binding, "kind") === "ClusterTriggerBinding" ? "ClusterTriggerBinding" : "TriggerBinding";
      await add(kind, member(binding, "ref"));
    }
    await add("TriggerTemplate", member(member(trigger, "template"), "ref"));
  }
  return ok(documents.join("---\n"));
}

function resourceOf(kind: Kind): Resource {
  return { group: triggersGroup, version: "v1beta1", resource: kinds[kind] };
}

function listOf(value: JsonValue | undefined, field: string): readonly JsonValue[] {
  const list = member(value, field);
  return isJsonArray(list) ? list : [];
}

/** The object as somebody would write it. */
function objectText({ apiVersion, kind, metadata, ...rest }: K8sObject): string {
  const { name, namespace, labels, annotations = {} } = metadata;
  const { "kubectl.kubernetes.io/last-applied-configuration": _applied, ...own } = annotations;
  const { status: _status, ...content } = rest;
  return yamlText({
    apiVersion,
    kind,
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(Object.keys(own).length === 0 ? {} : { annotations: own }),
    },
    ...content,
  } as unknown as JsonValue);
}

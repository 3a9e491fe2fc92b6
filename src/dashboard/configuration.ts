import type { K8sObject, Resource, Status } from "../api/object.ts";
import { objectsOf } from "../api/object-fields.ts";
import { triggersResources } from "../api/triggers/resources.ts";
import { triggersOf } from "../doctor/listener-facts.ts";
import type { JsonObject } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { eventListeners } from "../kube/known-resources.ts";
import { readConfiguration } from "../offline/cluster-configuration.ts";
import { readableResources } from "../offline/readable-resources.ts";
import { ok, type Result } from "../result.ts";
import type { Selection } from "../triggers/select-triggers.ts";
import { configurationGraph } from "./configuration-graph.ts";
import type { ConfigurationView, ObjectName } from "./views/configuration-view.ts";

interface ListenerKey {
  readonly namespace: string;
  readonly name: string;
}

const tekton = { group: "tekton.dev", version: "v1" } as const;

/** Kinds whose YAML the dashboard shows: those that a configuration is made of, never Secrets. */
const shownKinds: Readonly<Record<string, Resource>> = {
  ...Object.fromEntries(
    triggersResources.map(({ kind, group, versions, plural }) => [
      kind,
      { group, version: versions.includes("v1beta1") ? "v1beta1" : (versions[0] ?? ""), resource: plural },
    ]),
  ),
  Pipeline: { ...tekton, resource: "pipelines" },
  Task: { ...tekton, resource: "tasks" },
};

/** The resource of a kind whose YAML is shown; undefined for all others. */
export function shownResource(kind: string | undefined): Resource | undefined {
  return kind !== undefined && Object.hasOwn(shownKinds, kind) ? shownKinds[kind] : undefined;
}

/** What becomes of a listener's events, as far as the account may look. */
export async function getConfiguration(
  client: KubeClient,
  key: ListenerKey,
): Promise<Result<ConfigurationView, Status>> {
  const listener = await client.get(eventListeners, key);
  if (!listener.ok) return listener;
  const { manifests, unread } = await readConfiguration({ client, namespace: key.namespace });
  const { resources, problems } = readableResources(manifests, { namespace: key.namespace });
  const decoded = resources.listener(key);
  const selected = decoded && triggersOf(decoded, resources);
  const isSelected = selected?.ok === true;
  const notSelected = selected?.ok === false ? [`no trigger can be selected: ${selected.error.message}`] : [];
  const found = new Map<string, ReturnType<typeof stateOf>>();
  const graph = await configurationGraph({
    listener: { kind: "EventListener", ...key },
    selection: isSelected ? selected.value.selection : { triggers: [], groups: [], missing: [] },
    triggers: isSelected ? selected.value.triggers : [],
    inline: isSelected ? inlineTriggers(listener.value, selected.value.selection) : new Map(),
    resources,
    unreadKind: (kind) => unread.get(shownResource(kind)?.resource ?? "")?.message,
    stateOf: (object) => {
      const id = `${object.kind} ${object.namespace}/${object.name}`;
      const state = found.get(id) ?? stateOf(client, object);
      found.set(id, state);
      return state;
    },
  });
  return ok({ ...graph, problems: [...notSelected, ...problems], unread: [...unread.values()] });
}

/** The engine selects the triggers that stand in a listener in their order. */
function inlineTriggers(listener: K8sObject, { triggers }: Selection): ReadonlyMap<string, JsonObject> {
  const written = objectsOf(listener, "spec", "triggers").filter((trigger) => trigger["template"] !== undefined);
  const paths = triggers.map(({ identity }) => identity.path).filter((path) => path.startsWith("triggers/"));
  return new Map(
    paths.flatMap((path, index) => {
      const trigger = written[index];
      return trigger === undefined ? [] : [[path, trigger] as const];
    }),
  );
}

async function stateOf(client: KubeClient, { kind, namespace, name }: ObjectName) {
  const resource = shownResource(kind);
  if (resource === undefined) return { state: "dynamic" } as const;
  const found = await client.get(resource, { namespace, name });
  if (found.ok) return { state: "ok" } as const;
  if (found.error.reason === "NotFound") return { state: "missing" } as const;
  return { state: "unread", problem: found.error.message ?? "" } as const;
}

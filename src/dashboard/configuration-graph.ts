import type { TriggerTemplateSpec } from "../api/triggers/objects.ts";
import { interceptorsOf } from "../doctor/listener-facts.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import type { SelectedTrigger, Selection } from "../triggers/select-triggers.ts";
import type { TriggerResources } from "../triggers/trigger-resources.ts";
import type { InterceptorUse } from "../triggers/trigger-spec.ts";
import { partYaml } from "./object-yaml.ts";
import type { ConfigurationNode, ConfigurationView, NodeState, ObjectName } from "./views/configuration-view.ts";

/** What is known of a listener. */
export interface ConfigurationParts {
  readonly listener: ObjectName & { readonly namespace: string };
  readonly selection: Selection;
  readonly triggers: readonly SelectedTrigger[];
  /** Triggers that stand in the listener, by the path of their identity. */
  readonly inline: ReadonlyMap<string, JsonObject>;
  readonly resources: TriggerResources;
  /** Why objects of a kind cannot be looked at; undefined when they can. */
  readonly unreadKind: (kind: string) => string | undefined;
  /** Whether a Pipeline or Task is there. */
  readonly stateOf: (object: ObjectName) => Promise<{ readonly state: NodeState; readonly problem?: string }>;
}

type NewNode = Pick<ConfigurationNode, "kind" | "name"> & Partial<ConfigurationNode>;

/** Draws an event's way from the listener over triggers, interceptors, bindings and templates to what is created. */
export async function configurationGraph(
  parts: ConfigurationParts,
): Promise<Pick<ConfigurationView, "nodes" | "edges">> {
  const graph = new GraphBuilder();
  const { listener, selection, triggers } = parts;
  const start = graph.add({ kind: "EventListener", name: listener.name, object: listener }, []);
  for (const line of selection.missing) {
    const name = /^Error getting Trigger (\S+)/.exec(line)?.[1] ?? "";
    const object = { kind: "Trigger", namespace: listener.namespace, name };
    graph.add({ kind: "Trigger", name, object, ...lookedUp(parts, "Trigger", false) }, [start]);
  }
  const ends = new Map<string, string>();
  for (const { identity, interceptors, selector } of selection.groups) {
    const group = graph.add(
      { kind: "TriggerGroup", name: identity.name, yaml: partYaml({ triggerSelector: selector as JsonObject }) },
      [start],
    );
    ends.set(identity.name, addInterceptors(graph, parts, { uses: interceptors, from: group, trigger: undefined }));
  }
  for (const trigger of triggers)
    await addTrigger(graph, parts, trigger, ends.get(trigger.identity.group ?? "") ?? start);
  return graph;
}

class GraphBuilder {
  readonly nodes: ConfigurationNode[] = [];
  readonly edges: { readonly from: string; readonly to: string }[] = [];

  /** The new node's id. */
  add(node: NewNode, from: readonly string[]): string {
    const id = `n${this.nodes.length}`;
    this.nodes.push({
      detail: "",
      state: "ok",
      problem: undefined,
      trigger: undefined,
      object: undefined,
      yaml: undefined,
      ...node,
      id,
    });
    for (const one of from) this.edges.push({ from: one, to: id });
    return id;
  }
}

/** The state of an object of Tekton Triggers that was looked up. */
function lookedUp(
  { unreadKind }: ConfigurationParts,
  kind: string,
  isThere: boolean,
): { readonly state: NodeState; readonly problem: string | undefined } {
  const problem = isThere ? undefined : unreadKind(kind);
  return { state: isThere ? "ok" : problem === undefined ? "missing" : "unread", problem };
}

async function addTrigger(
  graph: GraphBuilder,
  parts: ConfigurationParts,
  trigger: SelectedTrigger,
  from: string,
): Promise<void> {
  const { identity, spec } = trigger;
  const { namespace, name, path } = identity;
  const inline = parts.inline.get(path);
  const account = spec.serviceAccountName === "" ? "" : `serviceAccountName: ${spec.serviceAccountName}`;
  const start = graph.add(
    {
      kind: "Trigger",
      name: name === "" ? path : name,
      detail: account,
      trigger: path,
      ...(inline === undefined ? { object: { kind: "Trigger", namespace, name } } : { yaml: partYaml(inline) }),
    },
    [from],
  );
  const own = interceptorsOf(trigger, { ...parts.selection, groups: [] });
  const passed = addInterceptors(graph, parts, { uses: own, from: start, trigger: path });
  const bindings = addBindings(graph, parts, trigger, passed);
  const template = addTemplate(graph, parts, trigger, bindings.length === 0 ? [passed] : bindings);
  for (const raw of template.spec?.resourcetemplates ?? []) {
    await addCreated(graph, parts, { trigger, object: raw?.json, from: template.id });
  }
}

/** One behind the other, as events pass them; answers the last. */
function addInterceptors(
  graph: GraphBuilder,
  parts: ConfigurationParts,
  {
    uses,
    from,
    trigger,
  }: { readonly uses: readonly InterceptorUse[]; readonly from: string; readonly trigger: string | undefined },
): string {
  return uses.reduce((before, use) => graph.add({ ...interceptorNode(parts, use), trigger }, [before]), from);
}

function interceptorNode(parts: ConfigurationParts, use: InterceptorUse): NewNode {
  if (use.kind === "webhook") {
    const { url, objectRef, header } = use.webhook;
    const webhook = {
      ...(url === undefined ? {} : { url }),
      ...(objectRef === undefined ? {} : { objectRef: objectRef as unknown as JsonObject }),
      header: header.map(({ name, values }) => ({ name, value: values.join(", ") })),
    };
    const name = objectRef?.name ?? url ?? "";
    return { kind: "Webhook", name, yaml: partYaml({ webhook }) };
  }
  const { refKind, name, params } = use;
  const isOwn = refKind === "NamespacedInterceptor";
  const kind = isOwn ? "Interceptor" : "ClusterInterceptor";
  const { namespace } = parts.listener;
  const found = isOwn ? parts.resources.interceptor(namespace, name) : parts.resources.clusterInterceptor(name);
  const entries = Object.entries(params).map(([param, value]) => ({ name: param, value }));
  return {
    kind,
    name,
    detail: interceptorDetail(params),
    object: { kind, name, ...(isOwn ? { namespace } : {}) },
    yaml: partYaml({ ref: { name, kind: refKind }, ...(entries.length === 0 ? {} : { params: entries }) }),
    ...lookedUp(parts, kind, found !== undefined),
  };
}

function interceptorDetail(params: JsonObject): string {
  const filter = member(params, "filter");
  if (typeof filter === "string" && filter !== "") return filter.replaceAll(/\s+/g, " ");
  const eventTypes = member(params, "eventTypes");
  if (isJsonArray(eventTypes)) return eventTypes.filter((type) => typeof type === "string").join(", ");
  const overlays = member(params, "overlays");
  return isJsonArray(overlays) ? overlays.map((overlay) => String(member(overlay, "key"))).join(", ") : "";
}

/** Side by side; inline ones are one node. */
function addBindings(
  graph: GraphBuilder,
  parts: ConfigurationParts,
  { identity: { namespace, path }, spec }: SelectedTrigger,
  from: string,
): readonly string[] {
  const inline = spec.bindings.flatMap((binding) => (binding === null || binding.ref ? [] : [binding]));
  const named = spec.bindings.flatMap((binding) => (binding?.ref ? [{ ...binding, ref: binding.ref }] : []));
  const ids = named.map(({ ref, kind }) => {
    const isWide = kind === "ClusterTriggerBinding";
    const found = isWide ? parts.resources.clusterTriggerBinding(ref) : parts.resources.triggerBinding(namespace, ref);
    const objectKind = isWide ? "ClusterTriggerBinding" : "TriggerBinding";
    return graph.add(
      {
        kind: objectKind,
        name: ref,
        detail: (found?.spec?.params ?? []).map((param) => param?.name ?? "").join(", "),
        trigger: path,
        object: { kind: objectKind, name: ref, ...(isWide ? {} : { namespace }) },
        ...lookedUp(parts, objectKind, found !== undefined),
      },
      [from],
    );
  });
  if (inline.length === 0) return ids;
  const names = inline.map(({ name = "" }) => name).join(", ");
  const yaml = partYaml({ bindings: inline.map(({ name = "", value = "" }) => ({ name, value })) });
  return [...ids, graph.add({ kind: "Binding", name: names, trigger: path, yaml }, [from])];
}

function addTemplate(
  graph: GraphBuilder,
  parts: ConfigurationParts,
  { identity: { namespace, path }, spec }: SelectedTrigger,
  from: readonly string[],
): { readonly id: string; readonly spec: TriggerTemplateSpec | undefined } {
  const ref = spec.template?.ref ?? "";
  const own = spec.template?.spec;
  if (own !== undefined || ref === "") {
    const yaml = partYaml(templateSpecJson(own));
    return { id: graph.add({ kind: "TriggerTemplate", name: "", trigger: path, yaml }, from), spec: own };
  }
  const found = parts.resources.triggerTemplate(namespace, ref);
  const id = graph.add(
    {
      kind: "TriggerTemplate",
      name: ref,
      detail: (found?.spec?.params ?? []).map((param) => param?.name ?? "").join(", "),
      trigger: path,
      object: { kind: "TriggerTemplate", namespace, name: ref },
      ...lookedUp(parts, "TriggerTemplate", found !== undefined),
    },
    from,
  );
  return { id, spec: found?.spec };
}

function templateSpecJson(spec: TriggerTemplateSpec | undefined): JsonObject {
  const params = (spec?.params ?? []) as unknown as JsonValue;
  return { params, resourcetemplates: (spec?.resourcetemplates ?? []).map((raw) => raw?.json ?? null) };
}

/** What a template creates, and the Pipeline or Task that it names. */
async function addCreated(
  graph: GraphBuilder,
  parts: ConfigurationParts,
  {
    trigger: { identity },
    object,
    from,
  }: { readonly trigger: SelectedTrigger; readonly object: JsonValue | undefined; readonly from: string },
): Promise<void> {
  const kind = textOr(member(object, "kind"), "?");
  const metadata = member(object, "metadata");
  const name = textOr(member(metadata, "name"), textOr(member(metadata, "generateName"), ""));
  const created = graph.add(
    { kind, name, trigger: identity.path, yaml: isJsonObject(object) ? partYaml(object) : undefined },
    [from],
  );
  const reference = kind === "PipelineRun" ? "pipelineRef" : kind === "TaskRun" ? "taskRef" : undefined;
  const named = reference === undefined ? undefined : member(member(member(object, "spec"), reference), "name");
  if (typeof named !== "string" || named === "") return;
  const target = { kind: kind === "PipelineRun" ? "Pipeline" : "Task", name: named };
  const namespace = textOr(member(metadata, "namespace"), identity.namespace);
  const isDynamic = named.includes("$(") || namespace.includes("$(");
  const node = isDynamic
    ? { ...target, state: "dynamic" as const }
    : { ...target, object: { ...target, namespace }, ...(await parts.stateOf({ ...target, namespace })) };
  graph.add({ ...node, trigger: identity.path }, [created]);
}

function textOr(value: JsonValue | undefined, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}

import type { EventListener, Trigger } from "../api/triggers/objects.ts";
import type { JsonObject } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { compileLabelSelector, type LabelSelector } from "./label-selector.ts";
import type { TriggerResources } from "./trigger-resources.ts";
import { type InterceptorUse, interceptorUses, type TriggerSpec, triggerSpecOf } from "./trigger-spec.ts";
import type { TriggerIdentity } from "./verdict.ts";

/** A trigger that an event concerns. */
export interface SelectedTrigger {
  readonly identity: TriggerIdentity;
  readonly spec: TriggerSpec;
}

/** A trigger group of the listener; its triggers are selected once its interceptors let the event pass. */
export interface TriggerGroup {
  readonly identity: TriggerIdentity;
  readonly interceptors: readonly InterceptorUse[];
  readonly selector: Selectors;
}

/** What chooses Triggers. */
interface Selectors {
  readonly namespaceSelector?: { readonly matchNames?: readonly string[] };
  readonly labelSelector?: object;
}

/** What an event concerns. */
export interface Selection {
  readonly triggers: readonly SelectedTrigger[];
  readonly groups: readonly TriggerGroup[];
  /** `triggerRef`s to Triggers that do not exist, worded for the log. */
  readonly missing: readonly string[];
}

/** Why nothing can be selected; the whole request fails. `log` are the lines that Tekton logs. */
export interface SelectionError {
  readonly message: string;
  readonly log: readonly string[];
}

/**
 * Selects a listener's triggers: those its selectors choose, then its own list in order, then its groups. There is no
 * de-duplication (spec: event processing, section 2).
 */
export function selectTriggers(
  listener: EventListener,
  resources: TriggerResources,
): Result<Selection, SelectionError> {
  const { spec = {}, metadata } = listener;
  const namespace = metadata?.namespace ?? "";
  const selected = selectBySelectors(spec, namespace, resources);
  if (!selected.ok) {
    const log = [
      `failed to create label selector: ${selected.error}`,
      `unable to select configured mergedTriggers: ${selected.error}`,
    ];
    return err({ message: selected.error, log });
  }
  const pathOf = uniquePaths();
  const triggers = selected.value.map((trigger) => selectedTrigger(trigger, "selected", pathOf));
  const missing: string[] = [];
  for (const entry of spec.triggers ?? []) {
    if (entry.template) {
      const name = entry.name ?? "";
      const identity: TriggerIdentity = { kind: "trigger", namespace, name, path: pathOf(`triggers/${name}`) };
      triggers.push({ identity, spec: triggerSpecOf(entry) });
    } else if (entry.triggerRef) {
      const trigger = resources.trigger(namespace, entry.triggerRef);
      if (trigger) {
        const path = pathOf(`triggerRefs/${entry.triggerRef}`);
        const identity: TriggerIdentity = { kind: "trigger", namespace, name: entry.triggerRef, path };
        triggers.push({ identity, spec: triggerSpecOf(trigger.spec ?? noSpec) });
      } else {
        const cause = `trigger.triggers.tekton.dev "${entry.triggerRef}" not found`;
        missing.push(`Error getting Trigger ${entry.triggerRef} in Namespace ${namespace}: ${cause}`);
      }
    } else {
      const message = "EventListenerTrigger not defined";
      return err({ message, log: [...missing, `error merging triggers: ${message}`] });
    }
  }
  return ok({ triggers, groups: groupsOf(spec.triggerGroups ?? [], namespace), missing });
}

/** The triggers that a group's `triggerSelector` chooses; the error is that of a bad selector. */
export function selectGroupTriggers(
  group: TriggerGroup,
  resources: TriggerResources,
): Result<readonly SelectedTrigger[], string> {
  const selected = selectBySelectors(group.selector, group.identity.namespace, resources);
  if (!selected.ok) return selected;
  const { name, path } = group.identity;
  const pathOf = uniquePaths();
  return ok(
    selected.value.map((object) => {
      const trigger = selectedTrigger(object, path, pathOf);
      return { ...trigger, identity: { ...trigger.identity, group: name } };
    }),
  );
}

function groupsOf(
  groups: NonNullable<NonNullable<EventListener["spec"]>["triggerGroups"]>,
  namespace: string,
): readonly TriggerGroup[] {
  const pathOf = uniquePaths();
  return groups.map((group) => ({
    identity: {
      kind: "group",
      namespace,
      name: group.name ?? "",
      path: pathOf(`triggerGroups/${group.name ?? ""}`),
    },
    interceptors: interceptorUses(group.interceptors ?? []),
    selector: group.triggerSelector ?? {},
  }));
}

function selectedTrigger(trigger: Trigger, folder: string, pathOf: (path: string) => string): SelectedTrigger {
  const { namespace = "", name = "" } = trigger.metadata ?? {};
  const path = pathOf(`${folder}/${namespace}/${name}`);
  return { identity: { kind: "trigger", namespace, name, path }, spec: triggerSpecOf(trigger.spec ?? noSpec) };
}

/** Numbers paths that come more than once: names of inline triggers need not be unique. */
function uniquePaths(): (path: string) => string {
  const counts = new Map<string, number>();
  return (path) => {
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    return count === 1 ? path : `${path}~${count}`;
  };
}

const noSpec = {};

const compiled = new WeakMap<object, Result<LabelSelector, string>>();

function selectBySelectors(
  { labelSelector, namespaceSelector }: Selectors,
  namespace: string,
  resources: TriggerResources,
): Result<readonly Trigger[], string> {
  const names = namespaceSelector?.matchNames ?? [];
  if (labelSelector === undefined && names.length === 0) return ok([]);
  let selector: LabelSelector | undefined;
  if (labelSelector !== undefined) {
    const result = compiled.get(labelSelector) ?? compileLabelSelector(labelSelector as JsonObject);
    compiled.set(labelSelector, result);
    if (!result.ok) return result;
    selector = result.value;
  }
  const isAll = names.length === 1 && names[0] === "*";
  const namespaces = names.length === 0 ? [namespace] : isAll ? [undefined] : names;
  const found = namespaces.flatMap((one) => [...resources.triggers(one)].sort(byNamespaceAndName));
  return ok(found.filter((trigger) => selector?.matches(trigger.metadata?.labels ?? {}) ?? true));
}

function byNamespaceAndName(a: Trigger, b: Trigger): number {
  return (
    compare(a.metadata?.namespace ?? "", b.metadata?.namespace ?? "") ||
    compare(a.metadata?.name ?? "", b.metadata?.name ?? "")
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

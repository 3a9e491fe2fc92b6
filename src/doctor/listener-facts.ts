import type { EventListener } from "../api/triggers/objects.ts";
import type { KubeClient } from "../kube/client.ts";
import type { Discovery } from "../kube/discovery.ts";
import type { OfflineResources } from "../offline/offline-resources.ts";
import type { StoredEvent } from "../triggers/event-journal.ts";
import type { ListenerRef } from "../triggers/run-trigger.ts";
import {
  type SelectedTrigger,
  type Selection,
  selectGroupTriggers,
  selectTriggers,
  type TriggerGroup,
} from "../triggers/select-triggers.ts";

/** Interceptors that verify a sender when they are given a secret. */
export const verifyingInterceptors: ReadonlySet<string> = new Set(["github", "gitlab", "gitea", "bitbucket", "slack"]);

/** All that is known of a listener before it is examined. */
export interface ListenerFacts {
  readonly client: KubeClient;
  readonly ref: ListenerRef;
  readonly listener: EventListener;
  readonly resources: OfflineResources;
  /** What the server serves; undefined when it does not say. */
  readonly kinds: Discovery | undefined;
  /** Whether the Secrets could be read: without that nothing is said about them. */
  readonly hasSecrets: boolean;
  readonly selection: Selection;
  /** The triggers of the listener and of its groups. */
  readonly triggers: readonly SelectedTrigger[];
  /** Newest first; undefined when the server keeps none. */
  readonly events: readonly StoredEvent[] | undefined;
}

/** A listener's triggers; the error is the reason why none can be selected. */
export function triggersOf(listener: EventListener, resources: OfflineResources) {
  const selected = selectTriggers(listener, resources);
  if (!selected.ok) return selected;
  const grouped = selected.value.groups.flatMap((group) => {
    const triggers = selectGroupTriggers(group, resources);
    return triggers.ok ? triggers.value : [];
  });
  return {
    ok: true,
    value: { selection: selected.value, triggers: [...selected.value.triggers, ...grouped] },
  } as const;
}

/** The interceptors that an event meets on its way through a trigger: those of its group first. */
export function interceptorsOf({ identity, spec }: SelectedTrigger, { groups }: Selection) {
  const group = groups.find((each: TriggerGroup) => each.identity.name === identity.group);
  return [...(group?.interceptors ?? []), ...spec.interceptors];
}

/** A trigger's name for people. */
export function nameOfTrigger({ identity }: SelectedTrigger): string {
  return identity.name === "" ? identity.path : identity.name;
}

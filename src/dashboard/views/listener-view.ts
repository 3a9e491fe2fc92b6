import type { Condition } from "../../api/object-fields.ts";

/** A listener in a list. */
export interface ListenerSummary {
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: string | undefined;
  /** From the status; undefined until it has one. */
  readonly address: string | undefined;
  readonly isReady: boolean;
  /** Why it is not ready, or what the condition says. */
  readonly reason: string;
  readonly conditions: readonly Condition[];
  /** By name. */
  readonly triggers: readonly string[];
}

/** `GET /api/listeners/NAMESPACE/NAME`. */
export interface ListenerDetail extends ListenerSummary {
  readonly serviceAccount: string;
  /** The address to enter as webhook, where `tektite up` serves it. */
  readonly webhook: string | undefined;
  readonly triggerDetails: readonly ListenerTrigger[];
}

/** A trigger as the listener writes it. */
export interface ListenerTrigger {
  readonly name: string;
  /** The Trigger that it stands for. */
  readonly triggerRef: string | undefined;
  readonly interceptors: readonly string[];
  readonly bindings: readonly string[];
  /** The TriggerTemplate; undefined when it stands in the listener. */
  readonly template: string | undefined;
}

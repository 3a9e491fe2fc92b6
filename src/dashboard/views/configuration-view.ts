import type { Status } from "../../api/object.ts";
import type { Finding } from "../../doctor/finding.ts";

/** An object by name. */
export interface ObjectName {
  readonly kind: string;
  /** None for cluster-scoped ones. */
  readonly namespace?: string;
  readonly name: string;
}

/**
 * - `ok`: it is there, or stands inside another object.
 * - `missing`: it is named and does not exist.
 * - `unread`: the account may not look.
 * - `dynamic`: only an event decides which it is.
 */
export type NodeState = "ok" | "missing" | "unread" | "dynamic";

/** A station of an event's way from the listener to what is created. */
export interface ConfigurationNode {
  readonly id: string;
  /** Of the object, `Webhook` for the old form of an interceptor, `TriggerGroup`, or `Binding` for inline ones. */
  readonly kind: string;
  readonly name: string;
  /** What it does, in a line: a filter, the params that it gives. */
  readonly detail: string;
  readonly state: NodeState;
  /** Why it could not be looked at. */
  readonly problem: string | undefined;
  /** Path of the trigger that it is part of, as findings name it. */
  readonly trigger: string | undefined;
  /** Whose YAML can be opened, or which is missing. */
  readonly object: ObjectName | undefined;
  /** What stands inside another object. */
  readonly yaml: string | undefined;
}

/** `GET /api/configuration/NAMESPACE/NAME`: what becomes of the events of a listener. */
export interface ConfigurationView {
  /** From the listener on; what comes before stands before. */
  readonly nodes: readonly ConfigurationNode[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  /** Objects that cannot be read, and why no trigger is selected; one sentence each. */
  readonly problems: readonly string[];
  /** What the account may not look at. */
  readonly unread: readonly Status[];
}

/** `GET /api/doctor`: what `tektite doctor` finds. */
export interface DoctorView {
  readonly listeners: readonly {
    /** `namespace/name`. */
    readonly listener: string;
    readonly findings: readonly Finding[];
  }[];
  /** Objects that cannot be read; one sentence each. */
  readonly problems: readonly string[];
  /** What the account may not look at. */
  readonly unread: readonly Status[];
}

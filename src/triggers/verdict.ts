import type { Evidence } from "../interceptors/interceptor.ts";
import type { JsonObject } from "../json/value.ts";
import type { ResolvedParam } from "./params.ts";
import type { PlannedObject } from "./render.ts";

/**
 * What one trigger made of one event: the document that logs, the journal, `tektite events explain`, `trigger run`
 * and `test` show. Plain JSON; it never holds a secret's value.
 */
export interface TriggerVerdict {
  readonly eventId: string;
  readonly listener: { readonly namespace: string; readonly name: string };
  readonly trigger: TriggerIdentity;
  readonly outcome: TriggerOutcome;
  /** Of the group first, then of the trigger, as far as they were asked. */
  readonly interceptors: readonly InterceptorVerdict[];
  /** What the interceptors added, together. */
  readonly extensions: JsonObject;
  /** Final values and where they come from; empty when the trigger ended before. */
  readonly params: readonly ResolvedParam[];
  /** In template order, as far as they could be rendered. */
  readonly objects: readonly PlannedObject[];
}

/** Names a trigger of a listener. */
export interface TriggerIdentity {
  /** `group`: the interceptors of a trigger group ended it before any trigger was selected. */
  readonly kind: "trigger" | "group";
  readonly namespace: string;
  /** May be empty: names of inline triggers are optional. */
  readonly name: string;
  /** The trigger group that selected it. */
  readonly group?: string;
  /**
   * Tells apart the uses of a trigger by one listener: `selected/ns/name`, `triggers/name`, `triggerRefs/name`,
   * `triggerGroups/group/ns/name`; a further use of the same gets `~2`.
   */
  readonly path: string;
}

/** How a trigger's part of an event ended. */
export type TriggerOutcome =
  /** Every object was rendered; creating them is the shell's part. */
  | { readonly kind: "matched" }
  /** An interceptor said no, or its filter needs what the event does not have. */
  | { readonly kind: "filtered"; readonly interceptor: string; readonly code: number; readonly message: string }
  /** The sender could not be verified: signature or token. */
  | { readonly kind: "rejected"; readonly interceptor: string; readonly code: number; readonly message: string }
  | {
      readonly kind: "failed";
      readonly reason: FailureReason;
      readonly message: string;
      /** Whether the same event may pass later with nothing changed by its owner. */
      readonly canPass: boolean;
      /** Of a template that gives no JSON: what stands around the place that is wrong, which `>>>` marks. */
      readonly near?: string;
    };

/** What failed, for machines. */
export type FailureReason =
  | "InterceptorNotFound"
  | "InterceptorUnavailable"
  | "InterceptorMisconfigured"
  | "InterceptorFailed"
  | "BindingsNotResolved"
  | "ParamsNotResolved"
  | "TemplateInvalid"
  | "ResourceUnknown"
  | "SelectorInvalid"
  | "CreateFailed"
  | "ImpersonationFailed";

/** One interceptor's part. */
export interface InterceptorVerdict {
  /** Name of the ClusterInterceptor or Interceptor; the URL of a legacy webhook. */
  readonly name: string;
  readonly kind: "ClusterInterceptor" | "NamespacedInterceptor" | "webhook";
  readonly decision: "continue" | "stop" | "error";
  /** gRPC code of a stop. */
  readonly code?: number;
  readonly message?: string;
  readonly extensions?: JsonObject;
  readonly evidence?: readonly Evidence[];
}

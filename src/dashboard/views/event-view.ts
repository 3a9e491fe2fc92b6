import type { Evidence } from "../../interceptors/interceptor.ts";
import type { JsonObject } from "../../json/value.ts";
import type { ResolvedParam } from "../../triggers/params.ts";
import type { InterceptorVerdict } from "../../triggers/verdict.ts";
import type { CreatedLink, EventSummary, VerdictState } from "../event-model.ts";

/** A header of a stored request. */
export interface HeaderView {
  readonly name: string;
  readonly value: string;
  /** `hashed`: a secret, of which only the hash is stored; `connection`: says nothing about the event. */
  readonly kind: "plain" | "hashed" | "connection";
}

/** The path that an event took at one trigger. */
export interface TriggerPathView {
  /** Unique within the event. */
  readonly path: string;
  readonly name: string;
  readonly group: string | undefined;
  /** `group`: the interceptors of a trigger group ended it before a trigger was selected. */
  readonly kind: "trigger" | "group";
  readonly namespace: string;
  readonly state: VerdictState;
  readonly attempts: number;
  readonly startedAt: string;
  readonly updatedAt: string;
  /** The sentence of `tektite events explain`. */
  readonly summary: string;
  /** Its further lines. */
  readonly details: readonly string[];
  readonly interceptors: readonly InterceptorVerdict[];
  readonly extensions: JsonObject;
  readonly params: readonly ResolvedParam[];
  readonly created: readonly CreatedLink[];
  /** Objects that were rendered and are not among the created ones, as YAML. */
  readonly notCreated: readonly string[];
}

/** `GET /api/events/NS/ID`. */
export interface EventView extends EventSummary {
  readonly method: string;
  /** Path and query as the listener got them. */
  readonly url: string;
  readonly headers: readonly HeaderView[];
  readonly bodyBytes: number;
  readonly remoteAddress: string | undefined;
  readonly deliveryId: string | undefined;
  /** Why no trigger has a verdict on it, in the words of `tektite events explain`. */
  readonly silence: string | undefined;
  readonly triggers: readonly TriggerPathView[];
  /** Events that repeat this one, newest first; at most 20. */
  readonly replays: readonly { readonly id: string; readonly receivedAt: string }[];
}

/** `GET /api/events/NS/ID/test`: a test case for `tektite test`. */
export interface TestCaseView {
  readonly text: string;
  /** The file beside it that has to hold the event's body, which is no text. */
  readonly bodyFile: string | undefined;
}

export type { Evidence, InterceptorVerdict, ResolvedParam };

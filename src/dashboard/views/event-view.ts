import type { K8sObject, Status } from "../../api/object.ts";
import type { Evidence } from "../../interceptors/interceptor.ts";
import type { JsonObject } from "../../json/value.ts";
import type { ResolvedParam } from "../../triggers/params.ts";
import type { InterceptorVerdict } from "../../triggers/verdict.ts";
import type { CreatedLink, EventSummary, VerdictState } from "../event-model.ts";

/** `GET /api/events`. */
export interface EventPage {
  readonly items: readonly EventSummary[];
  /** Token of the next, older page. */
  readonly continue: string | undefined;
}

/** `GET /api/events?view=full`: objects of the API. */
export interface FullEventPage {
  readonly items: readonly K8sObject[];
  readonly continue: string | undefined;
}

/** One record of `GET /api/events?follow=true`. */
export type EventRecord =
  | { readonly kind: "event"; readonly event: EventSummary }
  /** `isOver`: nothing more comes; otherwise it is tried again. */
  | { readonly kind: "problem"; readonly status: Status; readonly isOver: boolean };

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
  /** As sentences call it: `trigger push`, `trigger group main`. */
  readonly title: string;
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
  readonly headers: readonly HeaderView[];
  readonly bodyBytes: number;
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
